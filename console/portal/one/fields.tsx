import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { orderDigests } from '#client/order-digest.ts';
import { Button, Code, Dialog, Field } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { oneWords } from './words.ts';

/** The fields of what an officer writes, states and hands in about a request. */

/** A text of one line, however it is typed: what ends a line becomes a blank. */
export const lineOf = (text: string): string => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');

export function TextField({
  label,
  most,
  text,
  isWrong,
  onText,
}: {
  label: string;
  most: number;
  text: string;
  isWrong: boolean;
  onText: (text: string) => void;
}) {
  const words = inLanguage(oneWords).forms;
  return (
    <Field label={label} hint={words.textHint(most)} error={isWrong ? words.textWrong(most) : undefined}>
      {(props) => (
        <textarea
          {...props}
          rows={5}
          // What is written here is of a case: it goes to no spelling service.
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A file that was chosen, with its digest: as `sha256sum` prints it, and as it is signed. */
export interface ChosenFile {
  bytes: Uint8Array;
  hex: string;
  member: string;
}

/** A file whose SHA-256 is signed. It is read here, and goes nowhere by itself. */
export function FileField({
  label,
  file,
  error,
  onFile,
}: {
  label: string;
  file: ChosenFile | undefined;
  error?: string | undefined;
  onFile: (file: ChosenFile) => void;
}) {
  const words = inLanguage(oneWords).forms;
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    onFile({ bytes, ...orderDigests(bytes) });
  };
  return (
    <Field label={label} error={error}>
      {(props) => (
        <>
          <input
            {...props}
            type="file"
            onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
          />
          {file === undefined ? null : (
            <p class="soft">
              {words.sha} <Code>{file.hex}</Code>
            </p>
          )}
        </>
      )}
    </Field>
  );
}

export function MomentField({
  label,
  value,
  error,
  onValue,
}: {
  label: string;
  value: string;
  error: string | undefined;
  onValue: (value: string) => void;
}) {
  return (
    <Field label={label} error={error}>
      {(props) => (
        <input
          {...props}
          type="datetime-local"
          value={value}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function ChoiceField<T extends string>({
  label,
  value,
  of,
  error,
  onValue,
}: {
  label: string;
  value: T | undefined;
  of: Readonly<Record<T, string>>;
  error: string | undefined;
  onValue: (value: T) => void;
}) {
  const names = Object.keys(of).filter((name): name is T => Object.hasOwn(of, name));
  return (
    <Field label={label} error={error}>
      {(props) => (
        <select
          {...props}
          value={value ?? ''}
          onChange={({ currentTarget }) => {
            const chosen = names.find((name) => name === currentTarget.value);
            if (chosen !== undefined) onValue(chosen);
          }}
        >
          <option value="" disabled />
          {names.map((name) => (
            <option key={name} value={name}>
              {of[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A form over the page. @param go checks and sends; `true`: it was done, and the form closes */
export function Form({
  title,
  says,
  goes,
  isOff,
  go,
  onLeave,
  children,
}: {
  title: string;
  says: string;
  goes: string;
  isOff: boolean;
  go: () => Promise<boolean>;
  onLeave: () => void;
  children?: ComponentChildren;
}) {
  const [isSending, setSending] = useState(false);
  const submit = async () => {
    if (isOff || isSending) return;
    setSending(true);
    try {
      if (await go()) onLeave();
    } finally {
      setSending(false);
    }
  };
  return (
    <Dialog title={title} onLeave={onLeave}>
      <p>{says}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {children}
        <p class="actions">
          <button type="submit" class="button main" disabled={isOff || isSending}>
            {goes}
          </button>
          <Button onClick={onLeave}>{inLanguage(oneWords).forms.leave}</Button>
        </p>
      </form>
    </Dialog>
  );
}
