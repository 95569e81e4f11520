import type { ComponentChildren } from 'preact';
import { orderDigests } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { Drop } from '../../ui/drop.tsx';
import { Code } from '../../ui/kit.tsx';
import { countText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { type Draft, instantOf } from './draft.ts';
import { faultText } from './fault-text.ts';
import type { Field } from './faults.ts';
import { type OrderFile, useAsk } from './state.ts';
import { askWords } from './words.ts';

/** The wizard's fields. Each has an id of its own, by which the summary of what is wrong leads to it. */
export const idOf = (field: Field): string => `ask-${field}`;

type Texts = {
  [K in keyof Draft & Field]: string extends Draft[K] ? K : never;
}[keyof Draft & Field];

const useError = (field: Field): string | undefined => {
  const fault = useAsk().shown.value.find((each) => each.field === field);
  return fault && faultText(fault);
};

interface Labelled {
  label?: string;
  hint?: ComponentChildren;
  isOptional?: boolean;
}

function useLabel(
  field: keyof ReturnType<typeof wordsNow>['fields'],
  given: Labelled,
): Labelled & { label: string } {
  const words = wordsNow();
  const { label, hint } = words.fields[field];
  const text = given.label ?? label;
  return {
    label: given.isOptional === true ? `${text} (${words.optional})` : text,
    hint: 'hint' in given ? given.hint : hint,
  };
}
const wordsNow = () => inLanguage(askWords);

/** A label, a hint, what is wrong, and the control. */
export function Labelled({
  field,
  label,
  hint,
  children,
}: {
  field: Field;
  label: string;
  hint?: ComponentChildren;
  children: (props: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ComponentChildren;
}) {
  const error = useError(field);
  const id = idOf(field);
  return (
    <div class={`field${error === undefined ? '' : ' wrong'}`}>
      <label for={id}>{label}</label>
      <div id={`${id}-says`} class="says">
        {hint === undefined ? null : <p class="soft">{hint}</p>}
        {error === undefined ? null : <p class="error">{error}</p>}
      </div>
      {children({ id, 'aria-describedby': `${id}-says`, 'aria-invalid': error !== undefined })}
    </div>
  );
}

type InputType = 'text' | 'date' | 'datetime-local';

export function TextField({ field, type = 'text', ...given }: { field: Texts; type?: InputType } & Labelled) {
  const { draft, set, left } = useAsk();
  return (
    <Labelled field={field} {...useLabel(field, given)}>
      {(props) => {
        const common = {
          ...props,
          value: draft.value[field],
          onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
            set({ [field]: currentTarget.value }),
          onBlur: () => left(field),
        };
        switch (type) {
          case 'date':
            return <input {...common} type="date" />;
          case 'datetime-local':
            return <input {...common} type="datetime-local" />;
          case 'text':
            return <input {...common} type="text" autocomplete="off" spellcheck={false} />;
        }
      }}
    </Labelled>
  );
}

/** A day, or a moment, in the reader's zone. What is signed of it is shown below it. */
export function DateField({
  field,
  type,
  ...given
}: { field: Texts; type: 'date' | 'datetime-local' } & Labelled) {
  const { draft } = useAsk();
  const words = wordsNow();
  const at = type === 'datetime-local' ? instantOf(draft.value[field]) : undefined;
  return (
    <>
      <TextField field={field} type={type} {...given} />
      {at === undefined ? null : <p class="soft under">{words.signedAs(at)}</p>}
    </>
  );
}

export interface Choice {
  value: string;
  label: string;
  says?: ComponentChildren;
  /** Why it cannot be chosen. */
  why?: string | undefined;
}

/** One of several: each is seen. */
export function Radios({
  field,
  choices,
  ...given
}: {
  field: Texts | 'authoriser' | 'priority' | 'threat' | 'secrecy' | 'reason' | 'notified';
  choices: readonly Choice[];
} & Labelled) {
  const { draft, set, left } = useAsk();
  const { label, hint } = useLabel(field, given);
  const error = useError(field);
  const id = idOf(field);
  const chosen: string = draft.value[field];
  return (
    <fieldset class={`field${error === undefined ? '' : ' wrong'}`} aria-describedby={`${id}-says`}>
      <legend>{label}</legend>
      <div id={`${id}-says`} class="says">
        {hint === undefined ? null : <p class="soft">{hint}</p>}
        {error === undefined ? null : <p class="error">{error}</p>}
      </div>
      {choices.map(({ value, label: text, says, why }, i) => (
        <label key={value} class="check">
          <input
            id={i === 0 ? id : undefined}
            type="radio"
            name={id}
            value={value}
            checked={chosen === value}
            disabled={why !== undefined}
            onChange={() => {
              set({ [field]: value });
              left(field);
            }}
          />
          <span>
            {text}
            {says === undefined && why === undefined ? null : <span class="soft says">{why ?? says}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** One of many. */
export function Select({
  field,
  choices,
  ...given
}: { field: Texts; choices: readonly Choice[] } & Labelled) {
  const { draft, set, left } = useAsk();
  return (
    <Labelled field={field} {...useLabel(field, given)}>
      {(props) => (
        <select
          {...props}
          value={draft.value[field]}
          onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
          onBlur={() => left(field)}
        >
          <option value="">{wordsNow().choose}</option>
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Radios where there are few, a list where there are many. */
export function OneOf(props: { field: Texts; choices: readonly Choice[] } & Labelled) {
  return props.choices.length > 6 ? <Select {...props} /> : <Radios {...props} />;
}

/** A file whose SHA-256 is signed. It is read here, and goes nowhere. */
export function FileField({
  field,
  name,
  onFile,
  ...given
}: {
  field: 'digest' | 'noticeDigest';
  name: 'fileName' | 'noticeFile';
  onFile?: (file: OrderFile) => void;
} & Labelled) {
  const { draft, set, left } = useAsk();
  const words = wordsNow();
  const { label, hint } = useLabel(field, given);
  const error = useError(field);
  const take = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    set({
      [field]: orderDigests(bytes).member,
      [name]: words.file.is(file.name.slice(0, 200), countText(bytes.length)),
    });
    left(field);
    onFile?.({ name: file.name, bytes });
  };
  const known = draft.value[field];
  return (
    <section
      id={idOf(field)}
      tabIndex={-1}
      aria-label={label}
      class={`field${error === undefined ? '' : ' wrong'}`}
    >
      <p class="label">{label}</p>
      <div class="says">
        {hint === undefined ? null : <p class="soft">{hint}</p>}
        {error === undefined ? null : <p class="error">{error}</p>}
      </div>
      <Drop says={words.file.drop} choose={words.file.choose} accept="*" onFile={(file) => void take(file)}>
        {known === '' ? null : (
          <p>
            <strong>{printable(draft.value[name])}</strong>
            <br />
            {words.file.hash} <Code>{hexOf(known)}</Code>
          </p>
        )}
      </Drop>
    </section>
  );
}

const hexOf = (member: string) => {
  const [, base64 = ''] = /^sha-256=:(.+):$/.exec(member) ?? [];
  return Array.from(atob(base64), (each) => each.charCodeAt(0).toString(16).padStart(2, '0')).join('');
};
