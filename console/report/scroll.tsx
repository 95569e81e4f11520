import type { ComponentChildren } from 'preact';
import { inLanguage } from '../words/lang.ts';
import { reportWords } from './words.ts';

/** A table that is wider than the page is scrolled in its place, by keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const { table } = inLanguage(reportWords);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={`${label} (${table})`}>
      {children}
    </section>
  );
}
