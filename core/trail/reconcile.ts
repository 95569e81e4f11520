import type { Case } from '#core/cases/case.ts';
import { kindOf } from '#core/categories/categories.ts';
import { intentMinutes } from '#core/log/limits.ts';
import { type EpochKey, epochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { mayBeOpened } from '#core/vault/kinds.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';
import type { KmsCall, Malformed } from './cloudtrail.ts';
import type { Collection } from './collections.ts';
import { assign, type Claim } from './matching.ts';

/**
 * CloudTrail against the log: whatever KMS opened, a collection announced; whatever a collection says it opened, KMS
 * opened. AWS keeps the one and the provider the other, so neither can hide what the other has.
 *
 * A call belongs to a collection in whose window it lies. Within a window calls may repeat: the SDK tries again, and
 * an agency comes back for what a crash cut off. But no call is proof of two collections.
 */

/** CloudTrail's clock has whole seconds, and is not the clock that entries are written by. */
const skewMs = 5_000;
/** An intent can be taken up as long as it is good; the call that does may then take its time. */
const lifeMs = (intentMinutes + 1) * 60_000;
/** Of two calls for one page, the one that is overtaken opens on until it comes to answer: 29 s at most. */
const overtakenMs = 30_000;

/** How far beyond a period evidence is needed: what lies there may belong to what lies within, or compete for it. */
export const marginMinutes = 2 * (intentMinutes + 2);

/** From inclusive, to exclusive: instants. */
export interface Span {
  from: string;
  to: string;
}

export interface Evidence {
  /** What CloudTrail has of the period and `marginMinutes` before and after it, in any order. */
  calls: Iterable<KmsCall>;
  malformed: readonly Malformed[];
  /** What the log has, likewise. */
  collections: readonly Collection[];
  isVaultKey: (arn: string) => boolean;
  /** The only roles that have business with what a vault key wraps, by ARN, where they are known. */
  roles?: { collect?: string | undefined; preserve?: string | undefined } | undefined;
  /** Whether a case's collections may open an epoch key. Who has only the log cannot tell: then time alone decides. */
  mayOpen?: ((caseId: string, epochKey: EpochKey) => boolean) | undefined;
  /** What is judged: calls by when they were made, collections by when they were announced. All, if not given. */
  period?: Span | undefined;
}

export type SurplusReason =
  /** Nothing that the log announced was under way. */
  | 'not-announced'
  /** Something was, but of no case that may open this epoch key. */
  | 'other-drawer'
  /** What was opened is no epoch key of the vault. */
  | 'no-drawer'
  /** Decrypted by somebody else than `collect`. */
  | 'not-collect'
  /** Re-wrapped by somebody else than `preserve`. */
  | 'not-preserve'
  /** Re-wrapped from a vault key to one that is none. */
  | 'left-the-vault'
  /** A record that cannot be read. */
  | 'malformed';

export type MissingReason =
  /** KMS opened fewer epoch keys than the answer says. */
  | 'not-decrypted'
  /** The log has an answer, and no intent before it (I4). */
  | 'not-announced';

export interface Surplus {
  time?: string | undefined;
  /** The key, as the log names it: see `keyDigest`. */
  key?: string | undefined;
  why: SurplusReason;
}

export interface Missing {
  case: string;
  collection: number;
  page: number;
  why: MissingReason;
  /** How many epoch keys its answer says were opened, and how many KMS opened for it. */
  drawers: number;
  decrypted: number;
}

/** What was found. It names nobody: encryption contexts hold pseudonyms, and none of them is here. */
export interface Reconciliation {
  /** Successful `Decrypt`s under vault keys. */
  decrypts: number;
  collections: number;
  /** Successful `ReEncrypt`s from or to vault keys. */
  rewraps: number;
  /** Calls on vault keys that failed: KMS opened nothing. */
  attempts: number;
  surplus: Surplus[];
  missing: Missing[];
  /** `epoch key`: a call had to be of an epoch key that the case may open; `time`: only to come at the right time. */
  matchedBy: 'drawer' | 'time';
}

/** Holds what CloudTrail has against what the log has, both ways. */
export function reconcile(evidence: Evidence): Reconciliation {
  const { isVaultKey, collections, mayOpen } = evidence;
  const judged = within(evidence.period);
  const found: Reconciliation = {
    decrypts: 0,
    collections: collections.filter(({ at }) => judged(at)).length,
    rewraps: 0,
    attempts: 0,
    surplus: evidence.malformed
      .filter(({ time }) => time === undefined || judged(time))
      .map(({ time }) => ({ time, why: 'malformed' })),
    missing: [],
    matchedBy: mayOpen === undefined ? 'time' : 'drawer',
  };

  const windows = collections.map(windowOf).sort((a, b) => a.from - b.from);
  const underWayAt = sweep(windows.filter(({ of }) => of.announced));
  const calls = onceEach(evidence.calls).filter(({ keys }) => keys.some(isVaultKey));
  for (const call of calls.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))) {
    const why = call.failed ? undefined : judge(call, underWayAt(Date.parse(call.time)), evidence);
    if (!judged(call.time)) continue;
    found[call.failed ? 'attempts' : call.operation === 'Decrypt' ? 'decrypts' : 'rewraps']++;
    if (why === undefined) continue;
    const [key = ''] = call.keys.filter(isVaultKey);
    found.surplus.push({ time: call.time, key: keyDigest(key), why });
  }

  assign(windows);
  for (const { of, need, held } of windows) {
    const { case: id, collection, page, announced, drawers, at } = of;
    if (!judged(at) || (announced && held.size >= need)) continue;
    const why = announced ? 'not-decrypted' : 'not-announced';
    found.missing.push({ case: id, collection, page, why, drawers, decrypted: held.size });
  }
  return found;
}

function within(period: Span | undefined): (at: string) => boolean {
  if (period === undefined) return () => true;
  const [from, to] = [Date.parse(period.from), Date.parse(period.to)];
  return (at) => Date.parse(at) >= from && Date.parse(at) < to;
}

/** CloudTrail may deliver an event more than once. An export without ids has nothing to tell them by. */
function onceEach(calls: Iterable<KmsCall>): KmsCall[] {
  const seen = new Set<string>();
  return [...calls].filter((call) => {
    if (call.id === undefined) return true;
    // All of it: what has another's id and says something else is another.
    const text = JSON.stringify(call);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** A collection, the time in which its epoch keys may be opened (in milliseconds), and what is proof of it. */
interface Window extends Claim {
  of: Collection;
  from: number;
  until: number;
}

function windowOf(of: Collection): Window {
  const start = Date.parse(of.at);
  const ended = of.endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(of.endedAt);
  const until = Math.min(start + lifeMs, ended + overtakenMs) + skewMs;
  return { of, from: start - skewMs, until, need: of.drawers, offers: new Map(), held: new Map() };
}

/** Those of some windows that are open at an instant. Instants must be asked for in order. */
function sweep(windows: readonly Window[]): (time: number) => readonly Window[] {
  let next = 0;
  let open: Window[] = [];
  return (time) => {
    for (let window = windows[next]; window !== undefined && window.from <= time; window = windows[++next])
      open.push(window);
    open = open.filter(({ until }) => until >= time);
    return open;
  };
}

/** Says why a call should not have been made; else offers it to those whom it may be proof of. */
function judge(
  { operation, by, keys, context }: KmsCall,
  underWay: readonly Window[],
  { isVaultKey, roles, mayOpen }: Evidence,
): SurplusReason | undefined {
  if (operation === 'ReEncrypt') {
    if (roles?.preserve !== undefined && by !== roles.preserve) return 'not-preserve';
    // One of the two is a vault key.
    const [, destination = ''] = keys;
    return isVaultKey(destination) ? undefined : 'left-the-vault';
  }
  if (roles?.collect !== undefined && by !== roles.collect) return 'not-collect';
  const { data: opened } = epochKey.safeParse(context);
  if (opened === undefined) return 'no-drawer';
  if (underWay.length === 0) return 'not-announced';
  const able = underWay.filter(({ of }) => mayOpen?.(of.case, opened) ?? true);
  if (able.length === 0) return 'other-drawer';
  // What is wrapped under two keys is opened twice.
  const opening = { epochKey: `${epochKeyName(opened)} ${keys.join(' ')}` };
  for (const { offers } of able.filter(({ need }) => need > 0)) {
    const same = offers.get(opening.epochKey) ?? [];
    same.push(opening);
    offers.set(opening.epochKey, same);
  }
  return undefined;
}

/**
 * Whether a case's approved scope takes in an epoch key: of a holder whom its approved subjects stand for, of a kind that
 * its categories are answered from, of a month of its period. A number lies where it was set, maybe long before.
 */
export function mayOpen({ scope, subjects }: Case, { subject, kind, epoch }: EpochKey): boolean {
  if (scope === undefined) return false;
  return (
    scope.subjects.some((index) => subjects[index]?.some((holder) => holder.subject === subject)) &&
    scope.categories.some((category) => kindOf[category] === kind) &&
    mayBeOpened(kind, epoch, scope.period)
  );
}
