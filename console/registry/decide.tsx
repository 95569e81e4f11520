import { useState } from 'preact/hooks';
import { type ChangeView, decideChange, showChange } from '#client/registry.ts';
import { now } from '../state/clock.ts';
import { ask } from '../state/connection.ts';
import { useDesk } from '../state/desk.ts';
import { NotSigned } from '../state/place.ts';
import { Failure } from '../ui/failure.tsx';
import { Button, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { obstacle, standingObstacle } from './changes.ts';
import { Compare, useNewKeys } from './compare.tsx';
import { registryOf } from './state.ts';
import { registryWords } from './words.ts';

/** Approving, once everything was looked at, and rejecting. What is sent is signed on the sheet. */
export function Decide({ change }: { change: ChangeView }) {
  const desk = useDesk();
  const state = registryOf(desk);
  const all = inLanguage(registryWords);
  const words = all.changes;
  const keys = useNewKeys(change.proposal);
  const [failure, setFailure] = useState<unknown>();
  const [outcome, setOutcome] = useState<ChangeView['status']>();
  const [isBusy, setBusy] = useState(false);
  const looked = {
    me: desk.me.value,
    now: now.value,
    compared: state.compared.value,
    read: state.read.value,
    thumbprints: Array.isArray(keys) ? keys.map(({ thumbprint }) => thumbprint) : [''],
  };
  const standing = standingObstacle(change, looked);
  const hindered = obstacle(change, looked);
  const canSign = desk.connection.value.is === 'well' && !isBusy;

  async function decide(decision: 'approve' | 'reject') {
    setBusy(true);
    setFailure(undefined);
    try {
      // Somebody else may have decided meanwhile, and what is signed is what is shown.
      const newest = await ask(desk, (session) => showChange(session, change.id));
      if (newest.changeDigest === change.changeDigest && standingObstacle(newest, looked) === undefined) {
        const decided = await ask(desk, (session) => decideChange(session, change, decision));
        setOutcome(decided.status);
      }
      await state.load();
    } catch (error) {
      setFailure(error);
      // An answer may be lost: the list says what became of it.
      if (!(error instanceof NotSigned)) await state.load();
    } finally {
      setBusy(false);
    }
  }

  if (outcome === 'Pending' || outcome === 'Applied' || outcome === 'Rejected')
    return <Notice tone="good" title={words.decidedNow[outcome]} alert />;
  if (standing !== undefined)
    return (
      <Notice
        tone={standing === 'digest-differs' ? 'bad' : 'info'}
        title={words.obstacle[standing]}
        alert={standing === 'digest-differs'}
      />
    );
  return (
    <>
      {hindered === 'enough' || keys === undefined ? null : <Compare keys={keys} level={3} />}
      {change.proposal.kind === 'policy' && hindered === 'not-read' ? (
        <p>
          <Button
            onClick={() => {
              state.part.value = 'policy';
            }}
          >
            {words.readFile}
          </Button>
        </p>
      ) : null}
      {failure === undefined ? null : <Failure error={failure} />}
      <p class="actions">
        <Button
          kind="main"
          disabled={hindered !== undefined || !canSign}
          onClick={() => void decide('approve')}
        >
          {words.approve}
        </Button>
        <Button kind="danger" disabled={!canSign} onClick={() => void decide('reject')}>
          {words.reject}
        </Button>
        <span class="soft" role="status">
          {isBusy
            ? inLanguage(shellWords).loading
            : desk.connection.value.is !== 'well'
              ? all.cannotSign
              : hindered === undefined
                ? null
                : words.obstacle[hindered]}
        </span>
      </p>
    </>
  );
}
