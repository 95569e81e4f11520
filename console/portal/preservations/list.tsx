import { useEffect, useState } from 'preact/hooks';
import { extendPreservation, followPreservation, listPreservationPage } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import type { PreservationView } from '#core/cases/preservation.ts';
import { ask } from '../../state/connection.ts';
import { NotSigned } from '../../state/place.ts';
import { Failure } from '../../ui/failure.tsx';
import { Badge, Button, Empty, Loading, Notice } from '../../ui/kit.tsx';
import { Moment, Span } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { emptyDraft } from '../ask/draft.ts';
import { rememberName } from '../state/names.ts';
import { type Portal, usePortal } from '../state/portal.ts';
import { go, hashOf } from '../state/route.ts';
import { preservedWords } from './words.ts';

type Outcome = { is: 'extended' } | { is: 'lost' } | { is: 'failed'; error: unknown };

/** Everything that is preserved for the agency, whichever of its officers asked, and until when. */
export function Preservations() {
  const portal = usePortal();
  const words = inLanguage(preservedWords);
  const [all, setAll] = useState<readonly PreservationView[]>();
  const [outcome, setOutcome] = useState<Outcome>();
  const load = async () => {
    setOutcome(undefined);
    try {
      setAll(await listed(portal));
    } catch (error) {
      setOutcome({ is: 'failed', error });
    }
  };
  useEffect(() => void load(), [portal]);
  const put = (view: PreservationView) =>
    setAll((before = []) => before.map((each) => (each.id === view.id ? view : each)));
  const extend = async ({ id }: PreservationView) => {
    setOutcome(undefined);
    try {
      put(await ask(portal, (session) => extendPreservation(session, id)));
      setOutcome({ is: 'extended' });
    } catch (error) {
      if (error instanceof NotSigned) return;
      const isLost = error instanceof ExchangeError && error.mayHaveArrived;
      if (isLost) await ask(portal, (session) => followPreservation(session, id)).then(put, () => {});
      setOutcome(isLost ? { is: 'lost' } : { is: 'failed', error });
    }
  };
  const begin = async (what: 'request' | 'preservation', preservations: string[]) => {
    const draft = crypto.randomUUID();
    await portal.kept.keepDraft(draft, { ...emptyDraft(what), preservations });
    go({ screen: 'new', draft });
  };
  return (
    <div class="requests">
      <h1>{words.title}</h1>
      <p class="lead">{words.says}</p>
      <p class="actions">
        <Button onClick={() => void begin('preservation', [])}>{words.begin}</Button>
      </p>
      {outcome?.is === 'extended' ? <Notice tone="good" title={words.extended} alert /> : null}
      {outcome?.is === 'lost' ? <Notice tone="warn" title={words.lost} alert /> : null}
      {outcome?.is === 'failed' ? <Failure error={outcome.error} again={() => void load()} /> : null}
      {all === undefined ? (
        outcome === undefined ? (
          <Loading>{words.loading}</Loading>
        ) : null
      ) : all.length === 0 ? (
        <Empty title={words.none} />
      ) : (
        <table class="lines" aria-label={words.title}>
          <thead>
            <tr>
              <th scope="col">{words.columns.reference}</th>
              <th scope="col">{words.columns.status}</th>
              <th scope="col">{words.columns.ends}</th>
              <th scope="col">{words.columns.received}</th>
              <th scope="col">{words.columns.do}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((each) => (
              <Row
                key={each.id}
                of={each}
                onExtend={() => void extend(each)}
                onAsk={() => void begin('request', [each.id])}
              />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

async function listed(portal: Portal): Promise<PreservationView[]> {
  const all: PreservationView[] = [];
  let page: string | undefined;
  do {
    const { preservations, next } = await ask(portal, (session) => listPreservationPage(session, { page }));
    for (const { id, reference } of preservations) rememberName(id, reference);
    all.push(...preservations);
    page = next;
  } while (page !== undefined);
  return all;
}

function Row({
  of: { reference, status, endsAt, receivedAt, links },
  onExtend,
  onAsk,
}: {
  of: PreservationView;
  onExtend: () => void;
  onAsk: () => void;
}) {
  const words = inLanguage(preservedWords);
  const request = links.request?.split('/').at(-1);
  const isOver = status === 'Lapsed';
  return (
    <tr>
      <td>{printable(reference)}</td>
      <td>
        <Badge tone={isOver ? 'soft' : 'info'}>{words.status[status]}</Badge>
      </td>
      <td>
        <Moment at={endsAt} short />
        {isOver ? null : (
          <span class="soft block">
            <Span at={endsAt} />
          </span>
        )}
      </td>
      <td>
        <Moment at={receivedAt} short />
      </td>
      <td>
        <span class="actions">
          {Object.hasOwn(links, 'extension') ? (
            <Button onClick={onExtend} aria-label={`${words.extend}: ${printable(reference)}`}>
              {words.extend}
            </Button>
          ) : null}
          {status === 'Preserved' ? (
            <Button onClick={onAsk} aria-label={`${words.ask}: ${printable(reference)}`}>
              {words.ask}
            </Button>
          ) : null}
          {request === undefined ? null : (
            <a href={hashOf({ screen: 'request', id: request })}>{words.request}</a>
          )}
        </span>
      </td>
    </tr>
  );
}
