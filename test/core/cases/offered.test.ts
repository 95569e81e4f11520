import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { type Case, statuses, viewCase } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import { CaseError } from '#core/cases/errors.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { renewDelay, tellPerson } from '#core/cases/notice.ts';
import { validate } from '#core/cases/obligations.ts';
import { type Offer, offeredActs, offers } from '#core/cases/offered.ts';
import { receiveDocument } from '#core/cases/receiving-order.ts';
import {
  answer,
  approved,
  commitAt,
  disclosed,
  emergency,
  fresh,
  hoursAfter,
  intended,
  minted,
  officerKey,
  opened,
  policy,
  receivedAt,
  request,
} from './cases.ts';

/** An order that looks like one; its digest is the request's. */
const order = { type: 'application/pdf', bytes: new TextEncoder().encode('%PDF-1.7') } as const;
const orderDigest = request.instrument.digest;

const { notice: _, ...undelayed } = request;
const cursor = ({ unfinished }: Case) =>
  unfinished && { collection: unfinished.collection, page: unfinished.page + 1 };

/** Each act as the desk does it. */
const acts: Record<Offer, (current: Case, at: string) => unknown> = {
  information: (current, at) =>
    giveInformation(current, { officer: 'officer', key: officerKey, at, written: 'digest of it', policy }),
  order: (current, at) => {
    const act = { officer: 'officer', key: officerKey, at, digest: orderDigest, parts: 1 };
    if (receiveDocument(current, order, act) === undefined) throw new CaseError('case-closed');
  },
  collection: (current, at) => {
    const act = { at, recipient: 'thumbprint', key: officerKey };
    if (isRefused(() => intend(current, act))) intend(current, { ...act, cursor: cursor(current) });
  },
  withdrawal: (current) => withdraw(current, 'officer'),
  validation: (current, at) =>
    validate(
      current,
      {
        authoriserRole: 'JudgeCourtOrInvestigatingJudge',
        validatedAt: receivedAt,
        digest: request.instrument.digest,
      },
      { officer: 'officer', key: officerKey, at, policy },
    ),
  notice: (current, at) =>
    renewDelay(
      current,
      { delayUntil: hoursAfter(at, 1), reason: 'flight' },
      { officer: 'officer', at, policy },
    ),
  told: (current, at) => tellPerson(current, { toldAt: at }, { officer: 'officer', key: officerKey, at }),
};

function isRefused(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof Error && error.name === 'CaseError') return true;
    throw error;
  }
}

const asked = (current: Case) => {
  const question = { requestDigest: current.requestDigest, of: ['order' as const], text: 'page two' };
  const act = { reviewer: 'anna', key: officerKey, at: receivedAt, written: 'digest of it' };
  return commitAt(askInformation(current, question, act));
};

/** Cases of all sorts: by how they were asked, how far they came, and what is left of their limits. */
const sorts: Case[] = [
  ...[request, undelayed, emergency].flatMap((asked) => [fresh(asked), approved(asked)]),
  ...[request, undelayed].flatMap((asked) => {
    const open = minted(approved(asked));
    return [
      open,
      intended(open),
      disclosed(open),
      commitAt(collected(intended(open), answer(receivedAt, [0], true))),
    ];
  }),
  opened(),
  disclosed(minted(opened())),
  asked(fresh(request)),
].flatMap((current) => [
  current,
  { ...current, collections: current.collectionsAllowed },
  { ...current, notice: { ...current.notice, told: 1 } },
  { ...current, notice: { ...current.notice, by: 'authority' as const } },
  { ...current, notice: { ...current.notice, by: 'authority' as const, toldAt: receivedAt } },
  { ...current, notice: { ...current.notice, renewals: policy.notice.renewals } },
]);

const times = [0, 1, 47, 48, 49, 24 * 29, 24 * 31, 24 * 100].map((hours) => hoursAfter(receivedAt, hours));

test('what a case offers is what the desk takes, in every status and whatever time it is', () => {
  const seen = new Set<string>();
  for (const status of statuses)
    for (const sort of sorts)
      for (const at of times) {
        const current = { ...sort, status };
        const offered = offeredActs(current, { at, policy });
        for (const offer of offers) {
          const isOffered = offered.includes(offer);
          seen.add(`${offer} ${isOffered}`);
          // A notice that nobody would get is not put off, though the desk would take it.
          if (offer === 'notice' && !isOffered && !offered.includes('withdrawal') && !current.disclosed)
            continue;
          assert.equal(
            isOffered,
            !isRefused(() => acts[offer](current, at)),
            `${offer} in ${status} at ${at}`,
          );
        }
      }
  assert.equal(seen.size, 2 * offers.length, 'each was offered, and each was not');
});

test('a case without a delay offers none, and neither does one whose delay is over, renewed often enough, or told', () => {
  const offersDelay = (current: Case, at = receivedAt) =>
    offeredActs(current, { at, policy }).includes('notice');
  assert.ok(offersDelay(fresh(request)));
  assert.ok(!offersDelay(fresh(undelayed)));
  const { notice } = fresh(request);
  assert.ok(!offersDelay(fresh(request), notice.delayUntil));
  assert.ok(!offersDelay({ ...fresh(request), notice: { ...notice, renewals: policy.notice.renewals } }));
  assert.ok(!offersDelay({ ...disclosed(), notice: { ...notice, told: 1 } }));
  assert.ok(!offersDelay(commitAt(withdraw(fresh(request), 'officer'))), 'nobody is to be notified');
  assert.ok(offersDelay(commitAt(withdraw(disclosed(), 'officer'))), 'somebody is to be notified');
});

test('nothing is collected of a case whose grants are gone', () => {
  const open = minted();
  const links = (current: Case) =>
    viewCase(current, 'GS-1', offeredActs(current, { at: receivedAt, policy })).links;
  assert.equal(links(open).collection, `/v1/requests/${open.id}/collection`);
  assert.equal(links({ ...open, grants: [] }).collection, undefined);
});
