import { useEffect, useRef, useState } from 'preact/hooks';
import { proposeChange } from '#client/registry.ts';
import type { Proposal } from '#core/registry/change.ts';
import { ask } from '../state/connection.ts';
import { useDesk } from '../state/desk.ts';
import { NotSigned } from '../state/place.ts';
import { Failure } from '../ui/failure.tsx';
import { Button, Field, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Compare, useNewKeys } from './compare.tsx';
import { type Checked, checked, type FieldName, fieldsOf, isUnasked } from './propose.ts';
import { ProposalField } from './propose-field.tsx';
import { registryOf } from './state.ts';
import { registryWords } from './words.ts';

const kinds = Object.keys(fieldsOf).filter((kind): kind is Proposal['kind'] => Object.hasOwn(fieldsOf, kind));

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
