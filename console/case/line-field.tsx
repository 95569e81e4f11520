import type { Ref } from 'preact';
import { Field } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { lineFault, oneLine } from './line.ts';
import { caseWords } from './words.ts';

/** A field for one line that is signed. Enter goes on. */
export function LineField({
  label,
  hint,
  value,
  max,
  isTried,
  onText,
  onEnter,
  isNeeded = true,
  control,
}: {
  label: string;
  hint?: string;
  value: string;
  max: number;
  /** Whether one tried to go on: until then nothing is called wrong. */
  isTried: boolean;
  onText: (text: string) => void;
  onEnter?: () => void;
  isNeeded?: boolean;
  control?: Ref<HTMLTextAreaElement>;
}) {
  const words = inLanguage(caseWords).line;
  const fault = lineFault(value, max);
  const isWrong = isTried && fault !== undefined && (isNeeded || fault !== 'empty');
  return (
    <Field label={label} hint={hint} error={isWrong && fault !== undefined ? words[fault](max) : undefined}>
      {(props) => (
        <textarea
          {...props}
          ref={control ?? null}
          rows={2}
          value={value}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            const line = oneLine(currentTarget.value);
            if (line !== currentTarget.value) currentTarget.value = line;
            onText(line);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.isComposing) return;
            event.preventDefault();
            if (!event.repeat) onEnter?.();
          }}
        />
      )}
    </Field>
  );
}
