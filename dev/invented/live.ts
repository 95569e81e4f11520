import type { IdentityEvent } from '#core/events/identity.ts';
import { keptUntil, type Retention } from '#core/vault/retention.ts';
import type { Story } from './acts.ts';
import { type InventedAsk, type InventedDesk, inventedDesk } from './cases.ts';

/** The invented desk as a deployment takes it whose clock nobody can set, with what only a deployment can show. */
export interface LiveDesk extends InventedDesk {
  /** The places of requests to which more happens than people at the desk do. */
  more: {
    /** The officer collects what was approved. */
    collected: number;
    /** Nobody collects it until its time is over. */
    expired: number;
    /** The enforcing authority has no objection. */
    consented: number;
  };
}

/** How many requests rest on one order. */
const partsOfOrder = 3;

/**
 * @param retention how long the deployment keeps records
 * @param now the instant at which it is made
 */
export function liveDesk(count: number, now: string, retention: Retention): LiveDesk {
  const desk = inventedDesk(count, now, { clock: 'stands' });
  const requests = withOneOrder(desk.requests);
  const open = placesOf(requests, ({ story, request }) => story === 'open' && isFree(request));
  const closed: readonly Story[] = ['rejected', 'suspended', 'withdrawn'];
  const notified = placesOf(requests, ({ story, request }) => !isFree(request) && !closed.includes(story));
  return {
    ...desk,
    requests,
    events: oneNameEach(askedFor(desk, now)).flatMap((event) => kept(event, retention, now)),
    more: { collected: open[0] ?? -1, expired: open[1] ?? -1, consented: notified[0] ?? -1 },
  };
}

const isFree = ({ notification }: InventedAsk['request']) =>
  notification === undefined || 'exempt' in notification;

function placesOf(requests: readonly InventedAsk[], fits: (ask: InventedAsk) => boolean): number[] {
  return [...requests.keys()].filter((of) => requests.slice(of, of + 1).some(fits));
}

/**
 * What is told of the people who are asked for: their names, and the log-ins of the last weeks that somebody asks about. Every
 * month of a person has a key of its own, and each request preserves those that it names: a year of everybody would take
 * longer than all of the requests.
 */
function askedFor({ requests, events }: InventedDesk, now: string): IdentityEvent[] {
  const accounts = new Map(
    events.map((event) => [
      event.kind === 'phone' ? event.phone : event.kind === 'username' ? event.username : event.account,
      event.account,
    ]),
  );
  const since = new Map<string, string>();
  for (const { request } of requests) {
    for (const { value } of request.subjects) {
      const account = accounts.get(value) ?? '';
      const first = since.get(account);
      const { from } = request.period;
      if (first === undefined || from < first) since.set(account, from);
    }
  }
  const recent = new Date(Date.parse(now) - recentDays * dayMs).toISOString();
  return events.filter(({ kind, account, at }) => {
    const first = since.get(account);
    return first !== undefined && (kind !== 'access' || (at >= first && at >= recent));
  });
}

/** Nobody has two usernames at once: a later one takes the place of the earlier. Whoever is told of with two is two people. */
function oneNameEach(events: readonly IdentityEvent[]): IdentityEvent[] {
  const named = new Set<string>();
  return events.flatMap((event) => {
    if (event.kind !== 'username' || !named.has(event.account)) {
      if (event.kind === 'username') named.add(event.account);
      return [event];
    }
    const account = `${event.account}-2`;
    const { at, username } = event;
    return [
      { kind: 'username', account, at, username },
      ...events
        .filter((other) => other.account === event.account && other.kind === 'access')
        .map((login) => ({ ...login, account })),
    ];
  });
}

/** Some requests of one agency, all of which wait, become parts of one order of its. */
function withOneOrder(requests: readonly InventedAsk[]): InventedAsk[] {
  const waiting = requests.filter(
    ({ story, request }) => story === 'waiting' && request.priority === 'Routine',
  );
  const parts = Object.values(Object.groupBy(waiting, ({ agency }) => agency))
    .map((theirs = []) => theirs)
    .reduce((most, theirs) => (theirs.length > most.length ? theirs : most), [])
    .slice(0, partsOfOrder);
  const [first] = parts;
  if (first === undefined) return [...requests];
  const order = `${first.request.reference} (order)`;
  return requests.map((ask) => (parts.includes(ask) ? { ...ask, request: { ...ask.request, order } } : ask));
}

/** Who has been there for longer than records are kept was told of again since, as a backend would; a log-in was not. */
function kept(event: IdentityEvent, retention: Retention, now: string): IdentityEvent[] {
  if (keptUntil(event.kind, event.at, retention) > soon(now)) return [event];
  if (event.kind === 'access') return [];
  return [{ ...event, at: new Date(Date.parse(now) - toldAgainDays * dayMs).toISOString() }];
}

const dayMs = 86_400_000;
const recentDays = 45;
/** The shortest retention that anybody tries is some months. */
const toldAgainDays = 60;
/** What is about to be forgotten would be gone before a newcomer looks. */
const soon = (now: string) => new Date(Date.parse(now) + 7 * dayMs).toISOString();
