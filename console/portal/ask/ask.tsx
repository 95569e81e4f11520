import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../../ui/failure.tsx';
import { Loading, Notice } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { loadAgency, usePortal } from '../state/portal.ts';
import { begunAs } from './begun.ts';
import { kindsOffered } from './offered.ts';
import { Start } from './start.tsx';
import { AskContext, type AskState, askState } from './state.ts';
import { Wizard } from './wizard.tsx';
import { askWords } from './words.ts';

/** Asking: what can be begun, or the draft that was. */
export function Ask({ draft }: { draft: string | undefined }) {
  return draft === undefined ? <Start isGone={false} /> : <Opened id={draft} />;
}

function Opened({ id }: { id: string }) {
  const portal = usePortal();
  const words = inLanguage(askWords);
  const [state, setState] = useState<AskState | 'gone'>();
  const [error, setError] = useState<unknown>();
  const open = async () => {
    setError(undefined);
    try {
      const begun = (await portal.kept.draft(id)) ?? begunAs(id);
      if (begun === undefined) return setState('gone');
      // Nothing is offered before it is known what the agency may ask for.
      const { terms } = await loadAgency(portal);
      setState(askState(portal, { id, begun }, { policy: portal.policy, terms }));
    } catch (thrown) {
      setError(thrown);
    }
  };
  useEffect(() => void open(), [portal, id]);
  if (error !== undefined) return <Failure error={error} again={() => void open()} />;
  if (state === undefined) return <Loading>{words.rules.loading}</Loading>;
  if (state === 'gone') return <Start isGone />;
  if (portal.policy === undefined) return <Notice tone="bad" title={words.rules.unread} alert />;
  if (kindsOffered(state.draft.value, state.rules).length === 0)
    return <Notice tone="warn" title={words.rules.none} alert />;
  return (
    <AskContext.Provider value={state}>
      <Wizard />
    </AskContext.Provider>
  );
}
