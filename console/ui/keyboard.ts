import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * What the keyboard does. A screen names its keys while it is shown; `?` lists those of everything that is shown. No key
 * does anything while one types, or while a dialog is open that did not name it.
 */
export interface Shortcut {
  /** As `KeyboardEvent.key` has it. */
  key: string;
  /** What it does, for the list. */
  says: string;
  run: () => void;
  /** Whether holding the key down does it again and again. */
  repeats?: boolean;
}

interface Layer {
  shortcuts: () => readonly Shortcut[];
  isDialog: boolean;
}

const layers = signal<readonly Layer[]>([]);

/** Those that count now: of the dialog that is open, or of all that is shown. */
export function shortcutsNow(): readonly Shortcut[] {
  const dialog = layers.value.findLast(({ isDialog }) => isDialog);
  return dialog === undefined ? layers.value.flatMap(({ shortcuts }) => shortcuts()) : dialog.shortcuts();
}

/** Has keys do something while a view is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[], { isDialog = false } = {}): void {
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  // With the view and not after it: a key that is pressed at once does what the view says.
  useLayoutEffect(() => {
    const layer = { shortcuts: () => newest.current, isDialog };
    layers.value = [...layers.peek(), layer];
    return () => {
      layers.value = layers.peek().filter((each) => each !== layer);
    };
  }, [isDialog]);
}

/** Listens, once for the page. @returns what stops it */
export function startKeyboard(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || isCovered()) return;
    const shortcut = shortcutsNow().find(({ key }) => key === event.key);
    if (shortcut === undefined || (event.repeat && shortcut.repeats !== true)) return;
    // Enter on a button or a link is that button's.
    if (
      event.key === 'Enter' &&
      event.target instanceof HTMLElement &&
      event.target.closest('a, button, summary')
    )
      return;
    event.preventDefault();
    shortcut.run();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

/** Whether a dialog is open that named no keys: Escape is the browser's then, and every other key nobody's. */
const isCovered = () =>
  !layers.peek().some(({ isDialog }) => isDialog) && document.querySelector('dialog[open]') !== null;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type);
}
