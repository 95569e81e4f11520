import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

/** Parts of a screen, one of which is shown. The arrows go from one to the next, as in ARIA's pattern for tabs. */
export function Tabs<T extends string>({
  label,
  parts,
  shown,
  onShow,
  children,
}: {
  label: string;
  parts: readonly { name: T; says: ComponentChildren }[];
  shown: T;
  onShow: (name: T) => void;
  children: ComponentChildren;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const goTo = (place: number) => {
    const part = parts[(place + parts.length) % parts.length];
    if (part === undefined) return;
    onShow(part.name);
    const tab = list.current?.querySelector(`[data-tab="${part.name}"]`);
    if (tab instanceof HTMLElement) tab.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = parts.findIndex(({ name }) => name === shown);
    const places: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: parts.length - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    goTo(place);
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {parts.map(({ name, says }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            data-tab={name}
            aria-selected={name === shown}
            aria-controls={`${id}-panel`}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => onShow(name)}
          >
            {says}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        {children}
      </div>
    </>
  );
}
