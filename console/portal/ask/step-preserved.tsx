import { useEffect, useState } from 'preact/hooks';
import { listPreservationPage } from '#client/agency.ts';
import { printable } from '#client/printable.ts';
import type { PreservationView } from '#core/cases/preservation.ts';
import { ask } from '../../state/connection.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading, Notice } from '../../ui/kit.tsx';
import { dayText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { shellWords } from '../../words/shell.ts';
import { usePortal } from '../state/portal.ts';
import { idOf } from './fields.tsx';
import { useAsk } from './state.ts';
import { askWords } from './words.ts';

/** What the request preserves by itself, and what was preserved for it. */
export function PreservedStep() {
  const { rules } = useAsk();
  const words = inLanguage(askWords).preserved;
  const isKept = rules.policy?.preservation.onReceipt === true;
  return (
    <>
      <Notice tone={isKept ? 'good' : 'warn'} title={isKept ? words.onReceipt : words.notOnReceipt} />
      <Attach />
    </>
  );
}

function Attach() {
  const { draft, set } = useAsk();
  const portal = usePortal();
  const all = inLanguage(askWords);
  const words = all.preserved;
  const [found, setFound] = useState<readonly PreservationView[]>();
  const [error, setError] = useState<unknown>();
  const load = () => {
    setError(undefined);
    ask(portal, (session) => listPreservationPage(session, { status: 'Preserved' })).then(
      ({ preservations }) => setFound(preservations),
      setError,
    );
  };
  useEffect(load, [portal]);
  if (error !== undefined) return <Failure error={error} again={load} />;
  if (found === undefined) return <Loading>{inLanguage(shellWords).loading}</Loading>;
  const chosen = draft.value.preservations;
  return (
    <fieldset class="field">
      <legend>{all.fields.preservations.label}</legend>
      <p class="soft">{found.length === 0 ? words.none : words.attach}</p>
      {found.map(({ id, reference, endsAt }, i) => (
        <label key={id} class="check">
          <input
            id={i === 0 ? idOf('preservations') : undefined}
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ currentTarget }) =>
              set({
                preservations: currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id),
              })
            }
          />
          <span>
            {printable(reference)} <span class="soft says">{words.ends(dayText(endsAt))}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
