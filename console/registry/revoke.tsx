import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { type ChangeView, type PersonView, revokeKey, showPerson } from '#client/registry.ts';
import { changesSignedBy, inOrderOfRevocation } from '#client/revoking.ts';
import { revocationSchema } from '#core/registry/revocation.ts';
import { ask } from '../state/connection.ts';
import { useDesk } from '../state/desk.ts';
import { NotSigned } from '../state/place.ts';
import { Failure } from '../ui/failure.tsx';
import { Badge, Button, Dialog, Field, Loading, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { aboutText } from './changes.tsx';
import { registryOf } from './state.ts';
import { registryWords } from './words.ts';

interface Looked {
  person: PersonView;
  changes: readonly ChangeView[];
}

/** All keys of one person: what ends with them is shown first, and each is signed for on its own. */
export function Revoke({ person: holder, onLeave }: { person: string; onLeave: () => void }) {
  const desk = useDesk();
  const words = inLanguage(registryWords).revoke;
  const [looked, setLooked] = useState<Looked>();
  const [failure, setFailure] = useState<unknown>();
  async function look() {
    setFailure(undefined);
    try {
      const person = await ask(desk, (session) => showPerson(session, holder));
      const changes =
        person.keys.length === 0 ? [] : await ask(desk, (session) => changesSignedBy(session, person));
      setLooked({ person, changes });
    } catch (error) {
      setFailure(error);
    }
  }
  useEffect(() => void look(), [holder]);
  return (
    <Dialog title={words.title(printable(holder))} onLeave={onLeave} wide>
      {failure === undefined ? null : <Failure error={failure} again={() => void look()} />}
      {looked === undefined ? (
        failure === undefined ? (
          <Loading>{words.loading}</Loading>
        ) : null
      ) : (
        <>
          <Ends {...looked} />
          <Confirm
            looked={looked}
            onLookAgain={look}
            leave={<Button onClick={onLeave}>{words.leave}</Button>}
          />
        </>
      )}
      {looked === undefined ? (
        <p class="actions">
          <Button onClick={onLeave}>{words.leave}</Button>
        </p>
      ) : null}
    </Dialog>
  );
}

function Ends({ person, changes }: Looked) {
  const words = inLanguage(registryWords).revoke;
  const { cases, more } = person.ends;
  const left = words.left(person);
  if (person.keys.length === 0) return <p>{words.noKeys}</p>;
  return (
    <>
      <p>
        {words.of(person.agency === undefined ? undefined : printable(person.agency))}. {words.intro}
      </p>
      {left === undefined ? null : <Notice tone="bad" title={left} />}
      {person.proven ? null : <Notice tone="warn" title={words.notProven} />}
      <h3>{words.ends}</h3>
      {cases.length === 0 ? (
        <p>{words.noCases}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
        <section class="scroll" tabIndex={0} aria-label={words.ends}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.case}</th>
                <th scope="col">{words.agency}</th>
                <th scope="col">{words.statusNow}</th>
                <th scope="col">{words.becomes}</th>
              </tr>
            </thead>
            <tbody>
              {cases.map(({ case: id, agency, reference, priority, status, becomes, voided }) => (
                <tr key={id}>
                  <th scope="row">
                    {printable(reference)} {priority === 'Emergency' ? <Badge tone="bad">!</Badge> : null}
                  </th>
                  <td>{printable(agency)}</td>
                  <td>{words.statuses[status]}</td>
                  <td>
                    {becomes === status ? words.voided(voided) : <strong>{words.statuses[becomes]}</strong>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {more ? <Notice tone="warn" title={words.more} /> : null}
      {changes.length === 0 ? null : (
        <>
          <h3>{words.changes}</h3>
          <ul>
            {changes.map((change) => (
              <li key={change.id}>
                {aboutText(change, registryWords)} <span class="soft">{words.losesSignature}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const reasons = revocationSchema.shape.reason.options;
type Reason = (typeof reasons)[number];

function Confirm({
  looked: { person },
  onLookAgain,
  leave,
}: {
  looked: Looked;
  onLookAgain: () => Promise<void>;
  leave: ComponentChildren;
}) {
  const desk = useDesk();
  const state = registryOf(desk);
  const all = inLanguage(registryWords);
  const words = all.revoke;
  const { holder } = person;
  const [reason, setReason] = useState<Reason>();
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<number>();
  const [total, setTotal] = useState(0);
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const isTyped = typed.trim() === holder;
  const isWrong = typed.trim() !== '' && !holder.startsWith(typed.trim());

  async function revoke(because: Reason) {
    const { keyId } = desk.session.signer;
    const keys = inOrderOfRevocation(person.keys, keyId);
    setBusy(true);
    setFailure(undefined);
    setTotal(keys.length);
    let revoked = 0;
    setDone(revoked);
    try {
      for (const { keyid } of keys) {
        await ask(desk, (session) => revokeKey(session, keyid, because));
        setDone(++revoked);
      }
    } catch (error) {
      setFailure(error);
      // What is left is looked up anew, so that the same button goes on.
      if (!(error instanceof NotSigned) || revoked > 0) await onLookAgain();
    } finally {
      setBusy(false);
    }
    // Whoever revoked the key that they sign with can look up nothing any more.
    if (!keys.slice(0, revoked).some(({ keyid }) => keyid === keyId)) await state.load();
  }

  if (!isBusy && done !== undefined && done === total && total > 0)
    return (
      <>
        <Notice tone="good" title={words.done(total)} alert>
          {words.doneSays}
        </Notice>
        <p class="actions">{leave}</p>
      </>
    );
  if (person.keys.length === 0) return <p class="actions">{leave}</p>;
  const canSign = desk.connection.value.is === 'well' && !isBusy;
  return (
    <form
      class="confirm"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== undefined && isTyped && canSign) void revoke(reason);
      }}
    >
      {person.keys.some(({ keyid }) => keyid === desk.session.signer.keyId) ? (
        <Notice tone="warn" title={words.own} />
      ) : null}
      <Field label={words.reason}>
        {(props) => (
          <select
            {...props}
            value={reason ?? ''}
            onChange={({ currentTarget: { value } }) => setReason(reasons.find((each) => each === value))}
          >
            <option value="">{words.choose}</option>
            {reasons.map((each) => (
              <option key={each} value={each}>
                {words.reasons[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={words.confirm}
        hint={words.confirmHint(printable(holder))}
        error={isWrong ? words.confirmDiffers : undefined}
      >
        {(props) => (
          <input
            {...props}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
      </Field>
      {failure === undefined ? null : <Failure error={failure} />}
      {done !== undefined && done > 0 && done < total && !isBusy ? (
        <Notice tone="warn" title={words.stopped(done, total - done)} alert />
      ) : null}
      <p class="actions">
        <button type="submit" class="button danger" disabled={reason === undefined || !isTyped || !canSign}>
          {words.act(person.keys.length)}
        </button>
        {leave}
        <span class="soft" role="status">
          {isBusy
            ? words.progress(done ?? 0, total)
            : desk.connection.value.is !== 'well'
              ? all.cannotSign
              : person.keys.length > 1
                ? words.each
                : null}
        </span>
      </p>
    </form>
  );
}
