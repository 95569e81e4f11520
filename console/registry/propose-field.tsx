import { useState } from 'preact/hooks';
import { categories } from '#core/categories/categories.ts';
import type { Proposal } from '#core/registry/change.ts';
import { useDesk } from '../state/desk.ts';
import { Drop } from '../ui/drop.tsx';
import { Field } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { agenciesOf } from './people.ts';
import { type Checked, type Draft, type FieldName, isOptional, listIn } from './propose.ts';
import { registryOf } from './state.ts';
import { type RegistryWords, registryWords } from './words.ts';

const mostFileBytes = 100_000;

interface FieldProps {
  kind: Proposal['kind'];
  field: FieldName;
  draft: Draft;
  fault: Checked['faults'][FieldName];
  onChange: (text: string) => void;
  onLeave: () => void;
}

/** One field of a proposal, as its kind calls it. */
export function ProposalField(props: FieldProps) {
  const { kind, field, draft, fault, onChange, onLeave } = props;
  const words = inLanguage(registryWords).propose;
  const value = draft[field] ?? '';
  const hint = [words.hints[field], isOptional(kind, field) && field !== 'enforces' ? words.optional : '']
    .filter((text) => text !== '')
    .join(' ');
  const error =
    fault === undefined
      ? undefined
      : fault === 'form'
        ? (words.forms[field] ?? words.faults.form)
        : words.faults[fault];
  if (field === 'enforces')
    return (
      <p>
        <label class="check">
          <input
            type="checkbox"
            checked={value === 'yes'}
            onChange={({ currentTarget }) => onChange(currentTarget.checked ? 'yes' : '')}
          />{' '}
          {words.fields.enforces}: {words.enforces}
        </label>
      </p>
    );
  if (field === 'categories') return <Categories {...props} error={error} />;
  if (field === 'keys' || field === 'encryptionKeys')
    return <KeyField {...props} error={error} hint={hint} />;
  const label = field === 'holder' ? holderLabel(kind, words) : words.fields[field];
  const isInstant = field === 'activeFrom' || field === 'until';
  const isCount = field === 'requestsPerDay' || field === 'emergenciesPerWeek';
  return (
    <Field label={label} hint={hint} error={error}>
      {(its) => (
        <>
          <input
            {...its}
            type={isInstant ? 'datetime-local' : 'text'}
            inputMode={isCount ? 'numeric' : undefined}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            list={field === 'agency' && kind !== 'agency' ? 'agencies' : undefined}
            class={isCount ? 'short' : undefined}
            value={value}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
            onBlur={onLeave}
          />
          {field === 'agency' && kind !== 'agency' ? <Agencies /> : null}
        </>
      )}
    </Field>
  );
}

function holderLabel(kind: Proposal['kind'], { holder }: RegistryWords['propose']): string {
  if (kind === 'agency') return holder['first-officer'];
  if (kind === 'encryption-key') return holder['encryption-key'];
  return kind === 'reviewer' ? holder.reviewer : holder.officer;
}

/** Those that are known, to choose from. */
function Agencies() {
  const state = registryOf(useDesk());
  const known = agenciesOf(state.changes.value.get('Applied') ?? []);
  const enrolled = (state.keys.value ?? []).flatMap(({ agency }) => agency ?? []);
  return (
    <datalist id="agencies">
      {[...new Set([...enrolled, ...known.keys()])].sort().map((id) => (
        <option key={id} value={id} />
      ))}
    </datalist>
  );
}

function Categories({ draft, onChange, onLeave, error }: FieldProps & { error: string | undefined }) {
  const all = inLanguage(registryWords);
  const chosen = listIn(draft.categories);
  return (
    <fieldset class={`field${error === undefined ? '' : ' wrong'}`} aria-invalid={error !== undefined}>
      <legend>{all.propose.fields.categories}</legend>
      {error === undefined ? null : <p class="error">{error}</p>}
      {categories.map((category) => (
        <label key={category} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(category)}
            onChange={({ currentTarget }) => {
              const others = chosen.filter((each) => each !== category);
              onChange((currentTarget.checked ? [...others, category] : others).join(' '));
            }}
            onBlur={onLeave}
          />{' '}
          {category} <span class="soft">{all.categories[category]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function KeyField({
  field,
  draft,
  onChange,
  onLeave,
  error,
  hint,
}: FieldProps & { error: string | undefined; hint: string }) {
  const words = inLanguage(registryWords).propose;
  const [isUnreadable, setUnreadable] = useState(false);
  const read = (file: File) => {
    if (file.size > mostFileBytes) {
      setUnreadable(true);
      return;
    }
    file.text().then(
      (text) => {
        setUnreadable(false);
        onChange(text);
        onLeave();
      },
      () => setUnreadable(true),
    );
  };
  return (
    <Field label={words.fields[field]} hint={hint} error={isUnreadable ? words.fileUnreadable : error}>
      {(its) => (
        <Drop says={words.drop} choose={words.choose} accept=".json,.pem,.jwk,.txt" onFile={read}>
          <textarea
            {...its}
            rows={4}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={draft[field] ?? ''}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
            onBlur={onLeave}
          />
        </Drop>
      )}
    </Field>
  );
}
