import { eachPreservation, eachRequest, followPreservation, followRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { type CaseLine, lineOfCase } from '#core/cases/case.ts';
import type { PreservationView } from '#core/cases/preservation.ts';
import { inParallel } from '#core/parallel.ts';
import { CommandError } from '../errors.ts';
import { ambiguous, type Candidate, isWholeId, mayBePrefix, resolve } from '../named-case.ts';
import type { Connection } from '../profile/connection.ts';
import { type Kind, remembered } from './remembered.ts';

/**
 * What the agency asked for, as the provider lists it: what colleagues sent, and what was sent from other machines, too. The
 * list follows a moment later, so what this machine sent just now is asked for by its id.
 */
type Asking = Pick<Connection, 'name' | 'session'>;

const oneOf = { requests: 'request', preservations: 'preservation' } as const;

/** What was sent from here within this time may not be listed yet. */
const recentMs = 10 * 60_000;

/** The agency's requests, the newest first. */
export function ownRequests(connection: Asking): AsyncGenerator<CaseLine> {
  const { session } = connection;
  return withRecent(connection, 'requests', eachRequest(session), async (id) =>
    lineOfCase(await followRequest(session, id)),
  );
}

/** The agency's preservations, the newest first. */
export function ownPreservations(connection: Asking): AsyncGenerator<PreservationView> {
  const { session } = connection;
  return withRecent(connection, 'preservations', eachPreservation(session), (id) =>
    followPreservation(session, id),
  );
}

/** The provider's list behind what was sent from here just now and is not in it. */
async function* withRecent<T extends Candidate>(
  { name }: Asking,
  kind: Kind,
  listed: AsyncGenerator<T>,
  follow: (id: string) => Promise<T>,
): AsyncGenerator<T> {
  const since = new Date(Date.now() - recentMs).toISOString();
  const sent = (await remembered(name, kind)).filter((one) => (one.sent ?? '') > since).toReversed();
  const head = sent.length === 0 ? [] : await headOf(listed, sent.length + mostColleaguesSend);
  const shown = new Set<string>();
  for (const { id } of sent) {
    if (head.some((line) => line.id === id)) continue;
    const line = await follow(id).catch(unlessNotFound);
    if (line === undefined) continue;
    shown.add(id);
    yield line;
  }
  yield* head;
  for await (const line of listed) if (!shown.has(line.id)) yield line;
}

/** What was sent just now is among so many lines, if it is listed. */
const mostColleaguesSend = 50;

async function headOf<T>(listed: AsyncGenerator<T>, count: number): Promise<T[]> {
  const head: T[] = [];
  while (head.length < count) {
    const { value, done } = await listed.next();
    if (done === true) break;
    head.push(value);
  }
  return head;
}

/** It went to another provider, or the key has left its agency. */
function unlessNotFound(error: unknown): undefined {
  if (error instanceof RefusedError && error.code === 'not-found') return undefined;
  throw error;
}

/** A request that is about to be sent, with the ids of what it names: another request, preservations. */
export async function withIds(
  connection: Asking,
  draft: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { amends, preservations } = draft;
  const meant = { ...draft };
  if (typeof amends === 'string') meant.amends = await idOf(connection, 'requests', amends);
  if (Array.isArray(preservations))
    meant.preservations = await inParallel(preservations, 1, async (one: unknown) =>
      typeof one === 'string' ? idOf(connection, 'preservations', one) : one,
    );
  return meant;
}

/**
 * The id of the request or preservation that is meant: by its id, the beginning of its id, or its reference.
 *
 * @throws CommandError request-unknown, case-ambiguous
 */
export async function idOf(connection: Asking, kind: Kind, given: string): Promise<string> {
  if (isWholeId(given)) return given.toLowerCase();
  const candidates: Candidate[] = [];
  const own: AsyncGenerator<Candidate> =
    kind === 'requests' ? ownRequests(connection) : ownPreservations(connection);
  for await (const { id, reference } of own) {
    // A reference is one request's, so its list is read no further. The beginning of an id may be another's too.
    if (reference === given && !mayBePrefix(given)) return id;
    candidates.push({ id, reference });
  }
  const resolved = resolve(given, candidates);
  if (resolved.found === 'one') return resolved.id;
  if (resolved.found === 'several') throw ambiguous(oneOf[kind], resolved.candidates);
  throw new CommandError(
    'request-unknown',
    `no ${oneOf[kind]} of your agency has this id or reference`,
    `\`writ ${oneOf[kind]} list --all\` has them all`,
  );
}
