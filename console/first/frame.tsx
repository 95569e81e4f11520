import type { ComponentChildren } from 'preact';
import { LanguageChoice } from '../ui/language.tsx';

/** A page before the desk is open: one column, one thing to do. */
export function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <header class="bar">
        <strong>Writ</strong>
        <span class="me">
          <LanguageChoice />
        </span>
      </header>
      <main class="column">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}
