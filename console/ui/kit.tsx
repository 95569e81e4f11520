import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** The few parts that every screen is made of. */

type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'info' | 'soft';

export function Button({
  kind = 'plain',
  children,
  ...rest
}: { kind?: 'plain' | 'main' | 'danger' | 'quiet' } & Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'class'
>) {
  return (
    <button type="button" class={`button ${kind}`} {...rest}>
      {children}
    </button>
  );
}

/** What shows on a key to press, beside what it does. */
export const Key = ({ children }: { children: string }) => <kbd>{children}</kbd>;

export const Badge = ({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** A sentence above what it is about. `alert` is read out at once. */
export function Notice({
  tone = 'info',
  title,
  children,
  alert = false,
}: {
  tone?: Tone;
  title: string;
  children?: ComponentChildren;
  alert?: boolean;
}) {
  return (
    <div class={`notice ${tone}`} role={alert ? 'alert' : undefined}>
      <strong>{title}</strong>
      {children === undefined ? null : <div>{children}</div>}
    </div>
  );
}

/** A part of a screen with its heading. */
export function Section({
  title,
  aside,
  children,
  level = 2,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
  level?: 2 | 3;
}) {
  const id = useId();
  const Heading = `h${level}` as 'h2' | 'h3';
  return (
    <section aria-labelledby={id} class="section">
      <header>
        <Heading id={id}>{title}</Heading>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Names with their values; a value that is undefined leaves out its line. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A form's field: its label, a hint, its error, and the control that the caller makes with the ids given. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  children: (props: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ComponentChildren;
}) {
  const id = useId();
  const says = `${id}-says`;
  return (
    <div class={`field${error === undefined ? '' : ' wrong'}`}>
      <label for={id}>{label}</label>
      <div id={says} class="says">
        {hint === undefined ? null : <p class="soft">{hint}</p>}
        {error === undefined ? null : <p class="error">{error}</p>}
      </div>
      {children({ id, 'aria-describedby': says, 'aria-invalid': error !== undefined })}
    </div>
  );
}

/** A dialog over the page. Escape leaves it; what was focused before is focused again. */
export function Dialog({
  title,
  onLeave,
  children,
  wide = false,
}: {
  title: string;
  onLeave: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    // The browser would take the first control that there is, whose Enter is its own.
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={wide ? 'wide' : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onLeave();
      }}
    >
      <div class="dialog">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}

/** A digest or an id, short where it only tells things apart, whole where people compare it. */
export const Code = ({ children }: { children: string }) => <code class="code">{children}</code>;

/** What is there while something is fetched. It is read out, and moves only where motion is welcome. */
export const Loading = ({ children }: { children: string }) => (
  <p class="loading" role="status">
    <span class="spinner" aria-hidden="true" /> {children}
  </p>
);

/** What is there instead of a list that has nothing. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children}
  </div>
);
