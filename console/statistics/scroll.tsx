import type { ComponentChildren } from 'preact';
import { inLanguage, locale } from '../words/lang.ts';
import { statisticsWords } from './words.ts';

/** `November 2026` of `2026-11`. */
export function monthText(month: string): string {
  return new Intl.DateTimeFormat(locale.value, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

/** A table that is wider than the page is scrolled in its place, by keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const { table } = inLanguage(statisticsWords);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={`${label} (${table})`}>
      {children}
    </section>
  );
}
