/**
 * What the log says later, and whether an emergency owes a validation: the rules a second time, from docs/cases.md and
 * docs/log.md. The commitments are computed here with nothing of core/.
 *
 * Planted in core/cases one at a time, found each within 2,500 histories: nothing is revealed; other categories or another
 * country are revealed than were asked; an embargo beyond the longest, at receipt and by a delay that is renewed; a delay
 * that moves no reveal; an approval that says its categories; no embargo at all; a validation that is owed always, never,
 * or where a policy has no validators.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { AuthoriserRole, Policy } from '#core/cases/policy.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Known } from './known.ts';

const day = 24 * 3_600_000;

/** Of the model's policies: short, so that delays reach beyond it. */
export const longestDays = 5;
/** What the log says of each request here, once it says it. */
const saidOf = (instrument: string) => ({
  categories: ['SubscriberData', 'TrafficData'],
  instrument,
  jurisdiction: 'DE',
});

export interface KnownEmbargo {
  revealBy: number;
  latest: number;
}

/** A request that delays the notice withholds until the delay ends, and not beyond the longest. */
export function embargoAt(received: number, delayDays: number): { embargo?: KnownEmbargo } {
  const latest = received + longestDays * day;
  return delayDays === 0
    ? {}
    : { embargo: { latest, revealBy: Math.min(latest, received + delayDays * day) } };
}

export function putOff(known: Known, delayUntil: number): void {
  if (known.embargo !== undefined) known.embargo.revealBy = Math.min(delayUntil, known.embargo.latest);
}

/** Its time is over, or the person knows. */
export function revealIfDue(known: Known, now: number): void {
  if (known.embargo === undefined || (now < known.embargo.revealBy && known.notified === 0)) return;
  delete known.embargo;
  known.log.push('case.revealed');
}

/** Regulation (EU) 2023/1543 Art. 4(5): what needs a validation is an order of somebody who may not give one. */
export const lacksValidation = (known: Pick<Known, 'isValidated' | 'role'>, { emergency }: Policy): boolean =>
  !known.isValidated && emergency.validators.length > 0 && !isAmong(known.role, emergency);

const isAmong = (role: AuthoriserRole, { validators }: Policy['emergency']) => validators.includes(role);

/** Every entry so far, each time one is new: nothing withheld is said, and what is revealed is what was committed to. */
export function checkWithheld(entry: Entry, all: readonly Entry[], instrument: string): void {
  const said = saidOf(instrument);
  const [received] = all;
  assert.ok(received?.kind === 'request.received');
  const before = all.slice(0, entry.n - 1);
  const isOpen = received.data.revealBy !== undefined && !before.some(({ kind }) => kind === 'case.revealed');
  if (entry.kind === 'decision.approved') {
    assert.equal(entry.data.categories === undefined, isOpen, 'I7: an approval says what is withheld');
    assert.equal(entry.data.withheld !== undefined, isOpen, 'an approval commits to nothing');
  }
  if (entry.kind !== 'case.revealed') return;
  assert.ok(isOpen, 'revealed twice, or what was never withheld');
  const { nonce, approved, ...values } = entry.data;
  assert.deepEqual(values, said, 'other values are revealed than were asked');
  const committed = (label: string, text: string) =>
    createHmac('sha256', Buffer.from(nonce, 'base64url'))
      .update(`writ/commitment/v1\0${label}\0${text}`)
      .digest('base64url');
  assert.equal(received.data.withheld, committed('withheld', JSON.stringify(said)), 'it opens nothing');
  const approvals = before.flatMap((one) => (one.kind === 'decision.approved' ? [one] : []));
  // An authority that objects to a part of what is not minted has the case wait again.
  const again = before.findLast(
    ({ kind, data }) => kind === 'authority.objected' && data.status === 'AwaitingApproval',
  );
  const opening = approvals.find(
    ({ n, data }) => data.status === 'AwaitingDisclosure' && n > (again?.n ?? 0),
  );
  if (opening === undefined) assert.equal(approved, undefined, 'an approval is revealed that opened nothing');
  for (const { n, data } of approvals) {
    const some = [['SubscriberData'], ['TrafficData'], said.categories];
    const its = some.find(
      (categories) => data.withheld === committed('approved', JSON.stringify({ categories, n })),
    );
    assert.ok(its !== undefined, 'an approval is of none of what was asked');
    if (n === opening?.n) assert.deepEqual(approved, its, 'another approval is revealed');
  }
}

/** After the clock nothing is withheld beyond its time, and nothing ever beyond the longest. */
export function checkNotOverdue(all: readonly Entry[], now: number, days: number): void {
  const [received] = all;
  assert.ok(received?.kind === 'request.received');
  if (all.some(({ kind }) => kind === 'case.revealed')) return;
  const times = all.flatMap(({ kind, data }) =>
    kind === 'request.received' || kind === 'notice.delayed' ? (data.revealBy ?? []) : [],
  );
  const by = Date.parse(times.at(-1) ?? '');
  assert.ok(!(by > Date.parse(received.at) + days * day), 'withheld for longer than the longest');
  assert.ok(!(now >= by), 'withheld beyond its time');
}

/** A request that delays the notice withholds, and no other does. */
export function checkReceived(all: readonly Entry[], delayDays: number, kind: string): void {
  const [received] = all;
  assert.ok(received?.kind === 'request.received');
  const { categories, instrument, jurisdiction, withheld } = received.data;
  const isWithheld = delayDays > 0;
  assert.equal(withheld !== undefined, isWithheld, 'withheld, or not, as no delay says');
  assert.deepEqual({ categories, instrument, jurisdiction }, isWithheld ? { ...nothing } : saidOf(kind));
}
const nothing = { categories: undefined, instrument: undefined, jurisdiction: undefined };
