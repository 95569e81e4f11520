import { useEffect, useRef, useState } from 'preact/hooks';
import { proposeChange } from '#client/registry.ts';
import { categories } from '#core/categories/categories.ts';
import type { Proposal } from '#core/registry/change.ts';
import { ask } from '../state/connection.ts';
import { NotSigned, useDesk } from '../state/desk.ts';
import { Drop } from '../ui/drop.tsx';
import { Failure } from '../ui/failure.tsx';
import { Button, Field, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Compare, useNewKeys } from './compare.tsx';
import { agenciesOf } from './people.ts';
import {
  type Checked,
  checked,
  type Draft,
  type FieldName,
  fieldsOf,
  isOptional,
  isUnasked,
  listIn,
} from './propose.ts';
import { registryOf } from './state.ts';
import { type RegistryWords, registryWords } from './words.ts';

const kinds = Object.keys(fieldsOf).filter((kind): kind is Proposal['kind'] => Object.hasOwn(fieldsOf, kind));
const mostFileBytes = 100_000;

/** Proposes a change: fields, each checked when it is left, and the keys in it compared before it is signed. */
export function Propose() {
  const desk = useDesk();
  const state = registryOf(desk);
  const all = inLanguage(registryWords);
  const words = all.propose;
  const { kind, draft } = state.drafted.value;
  const form = useRef<HTMLFormElement>(null);
  const [left, setLeft] = useState<ReadonlySet<FieldName>>(new Set());
  const [result, setResult] = useState<Checked>({ proposal: undefined, faults: {} });
  const [failure, setFailure] = useState<unknown>();
  const [isDone, setDone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const keys = useNewKeys(result.proposal);
  useEffect(() => {
    let isCurrent = true;
    void checked(kind, draft).then((next) => isCurrent && setResult(next));
    return () => {
      isCurrent = false;
    };
  }, [kind, draft]);

  const change = (field: FieldName, text: string) => {
    setDone(false);
    state.drafted.value = { kind, draft: { ...state.drafted.peek().draft, [field]: text } };
  };
  const leave = (...fields: FieldName[]) => setLeft((before) => new Set([...before, ...fields]));
  const isCompared =
    Array.isArray(keys) && keys.every(({ thumbprint }) => state.compared.value.has(thumbprint));
  const canSign = desk.connection.value.is === 'well' && !isBusy;

  async function propose() {
    leave(...fieldsOf[kind]);
    const { proposal } = await checked(kind, draft);
    if (proposal === undefined) {
      // The faults are on the page only after this.
      requestAnimationFrame(() => {
        const wrong = form.current?.querySelector('[aria-invalid="true"]');
        if (wrong instanceof HTMLElement) wrong.focus();
      });
      return;
    }
    if (!isCompared || !canSign) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await ask(desk, (session) => proposeChange(session, proposal));
      setDone(true);
      setLeft(new Set());
      state.drafted.value = { kind, draft: {} };
      await state.load();
    } catch (error) {
      setFailure(error);
      // An answer may be lost: the list says whether it stands there.
      if (!(error instanceof NotSigned)) await state.load();
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="propose"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void propose();
      }}
    >
      <p class="soft">{words.intro}</p>
      <Field label={words.what} hint={words.explains[kind]}>
        {(props) => (
          <select
            {...props}
            value={kind}
            onChange={({ currentTarget: { value } }) => {
              const chosen = kinds.find((each) => each === value) ?? kind;
              setLeft(new Set());
              setDone(false);
              setFailure(undefined);
              state.drafted.value = { kind: chosen, draft };
            }}
          >
            {kinds.map((each) => (
              <option key={each} value={each}>
                {all.kinds[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kind === 'policy' ? (
        <p class="actions">
          <Button
            onClick={() => {
              state.part.value = 'policy';
            }}
          >
            {words.toPolicy}
          </Button>
        </p>
      ) : null}
      {fieldsOf[kind]
        .filter((field) => !isUnasked(draft, field) && kind !== 'policy')
        .map((field) => (
          <ProposalField
            key={field}
            kind={kind}
            field={field}
            draft={draft}
            fault={left.has(field) ? result.faults[field] : undefined}
            onChange={(text) => change(field, text)}
            onLeave={() => leave(field)}
          />
        ))}
      {keys === undefined ? null : <Compare keys={keys} level={2} />}
      {failure === undefined ? null : <Failure error={failure} />}
      {isDone ? (
        <Notice tone="good" title={words.done} alert>
          {words.doneSays}
        </Notice>
      ) : null}
      {kind === 'policy' ? null : (
        <p class="actions">
          <button
            type="submit"
            class="button main"
            disabled={!canSign || (result.proposal !== undefined && !isCompared)}
          >
            {words.propose}
          </button>
          <span class="soft" role="status">
            {desk.connection.value.is !== 'well'
              ? all.cannotSign
              : result.proposal !== undefined && !isCompared
                ? words.notCompared
                : words.countsAsOwn}
          </span>
        </p>
      )}
    </form>
  );
}

interface FieldProps {
  kind: Proposal['kind'];
  field: FieldName;
  draft: Draft;
  fault: Checked['faults'][FieldName];
  onChange: (text: string) => void;
  onLeave: () => void;
}

function ProposalField(props: FieldProps) {
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
