/** What a history is played on: the machine in memory here, and anything else that can be asked the same. */

import { findTooMuch, keysRevoked, mint, retired, retirementDue, view, withdraw } from '#core/cases/acts.ts';
import type { Case, Status } from '#core/cases/case.ts';
import { claim } from '#core/cases/claiming.ts';
import { isAwake, nextOfTime } from '#core/cases/clock.ts';
import { checkCollectable, collected, collectionFailed, intend, isPending } from '#core/cases/collecting.ts';
import { writeLetter } from '#core/cases/correspondence.ts';
import { type Deciding, decide, suspend } from '#core/cases/deciding.ts';
import { answerBy } from '#core/cases/dialogue.ts';
import { CaseError } from '#core/cases/errors.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { addNote } from '#core/cases/notes.ts';
import { addressNotice, noticesSent, renewDelay, tellPerson } from '#core/cases/notice.ts';
import { checkNotHeld, restsOnAuthority } from '#core/cases/notification.ts';
import { validate } from '#core/cases/obligations.ts';
import { policyHash } from '#core/cases/policy.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { Entry, EntryBody } from '#core/log/entry.ts';
import {
  answer,
  committed,
  frozen,
  grant,
  hoursAfter,
  inLog,
  received,
  receivedAt,
  request,
} from '../core/cases/cases.ts';
import { type Asked, officers, policies, type ReviewerKey, reviewers, type Step, scopes } from './acts.ts';
import { handIn, receivedUnder } from './custody.ts';
import { statements } from './dialogue.ts';
import { askedSo, delayed, lines } from './notice.ts';
import { answerOn } from './notified.ts';
import { notifiedOne } from './notified-steps.ts';

export type Answer = { status: Status } | { refused: string };

/** What can be seen of a case after a step. */
export interface Seen {
  it: Case;
  /** All entries of its stream so far. */
  entries: readonly Entry[];
}

export interface Driver {
  act(step: Step): Promise<Answer>;
  look(of: 0 | 1): Promise<Seen>;
}

/** What the signature check or another function refuses before the machine is asked. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const hashes = policies.map(policyHash);

interface Held {
  it: Case;
  entries: Entry[];
}

/** The case desk in memory: each step as its function takes it, each outcome committed as the store does. */
export function inMemory(asked: readonly Asked[]): Driver {
  let now = Date.parse(receivedAt);
  let inForce = 0;
  const revoked = new Set<string>();
  const cases = asked.map((one, i) => begin(one, i));

  const at = () => new Date(now).toISOString();
  const current = () => policies[inForce] ?? policies[0] ?? fail();

  function commit(held: Held, outcome: Outcome | undefined): boolean {
    if (outcome === undefined) return false;
    const { it: current, entry } = committed(outcome, at());
    held.it = frozen(current);
    held.entries.push(entry);
    return true;
  }

  /** `expire`: revoked keys, then time, then grants. */
  function clock(held: Held): void {
    commit(
      held,
      keysRevoked(held.it, (keyId) => revoked.has(keyId), at()),
    );
    let acts = 0;
    while (commit(held, nextOfTime(held.it, at(), current())))
      if (++acts > 10) throw new Error('time goes round in circles');
    const because = retirementDue(held.it);
    if (because !== undefined) commit(held, retired(held.it, because));
    // The clock of the stack looks at no case that sleeps: there must be nothing that it would do to one, ever.
    const ever = '2100-01-01T00:00:00Z';
    if (
      !isAwake(held.it) &&
      (nextOfTime(held.it, ever, current()) ?? noticesSent(held.it, ever) ?? retirementDue(held.it)) !==
        undefined
    )
      throw new Error('time has something to do to a case that sleeps');
  }

  function checkKey(key: string): void {
    if (revoked.has(key)) throw new Refused('signature-key-unknown');
  }

  const deciding = (by: ReviewerKey): Deciding => ({
    reviewer: reviewers[by],
    keyId: by,
    key: inLog(by),
    at: at(),
    sealedMessage: new Uint8Array(),
    policy: current(),
    policyHash: hashes[inForce] ?? fail(),
  });

  function perform(value: Case, step: Step): Outcome | undefined {
    const officer = officers[step.of] ?? fail();
    switch (step.do) {
      case 'approve':
      case 'reject': {
        checkKey(step.by);
        const requestDigest = step.digest === 'right' ? value.requestDigest : 'another';
        const decision =
          step.do === 'approve'
            ? {
                decision: 'approve' as const,
                requestDigest,
                scope: scopes[step.scope],
                reason: 'x',
                ...(step.says === undefined ? {} : { withheld: [...statements[step.says]] }),
              }
            : { decision: 'reject' as const, requestDigest, reason: 'x' };
        return decide(value, decision, deciding(step.by));
      }
      case 'suspend': {
        checkKey(step.by);
        const requestDigest = step.digest === 'right' ? value.requestDigest : 'another';
        const act = { ...deciding(step.by), explanation: 'jwe' };
        return suspend(value, { requestDigest, ground: 'other', reason: 'x' }, act);
      }
      case 'consent':
      case 'object': {
        checkKey(step.by);
        const outcome = answerOn(value, step, at());
        if (outcome === undefined) throw new Refused('not-found');
        return outcome;
      }
      case 'view':
        checkKey(step.by);
        return view(value, reviewers[step.by]);
      case 'note':
        checkKey(step.by);
        return addNote(value, { reviewer: reviewers[step.by], written: 'a note' });
      case 'claim':
        checkKey(step.by);
        return claim(value, { claim: step.how }, { reviewer: reviewers[step.by], at: at() });
      case 'inquire': {
        checkKey(step.by);
        const requestDigest = step.digest === 'right' ? value.requestDigest : 'another';
        return askInformation(
          value,
          { requestDigest, of: ['order'], text: 'x' },
          {
            reviewer: reviewers[step.by],
            key: inLog(step.by),
            at: at(),
            written: 'a question',
            answerBy: answerBy(at(), current()),
          },
        );
      }
      case 'write': {
        const isAgency = step.by === 'agency';
        const key = step.by === 'agency' ? officer : step.by;
        checkKey(key);
        return writeLetter(value, {
          from: isAgency ? 'agency' : 'desk',
          author: step.by === 'agency' ? officer : reviewers[step.by],
          key: inLog(key),
          written: 'a letter',
        });
      }
      case 'inform':
        checkKey(officer);
        return giveInformation(value, {
          officer,
          key: inLog(officer),
          at: at(),
          written: 'an answer',
          policy: current(),
        });
      case 'hand-in':
        checkKey(officer);
        return handIn(value, step, officer, at());
      case 'withdraw':
        checkKey(step.by);
        if (step.by !== officer) throw new Refused('not-found');
        return withdraw(value, step.by);
      case 'validate':
        checkKey(officer);
        return validate(
          value,
          { authoriserRole: step.role, validatedAt: at(), digest: 'validated' },
          { officer, key: inLog(officer), at: at(), policy: current() },
        );
      case 'renew':
        checkKey(officer);
        return renewDelay(value, delayed(hoursAfter(at(), step.days * 24), step.isOrdered), {
          officer,
          at: at(),
          policy: current(),
        });
      case 'told':
        checkKey(officer);
        return tellPerson(
          value,
          { toldAt: new Date(now + step.minutes * 60_000).toISOString() },
          { officer, key: inLog(officer), at: at() },
        );
      case 'mint':
        return authorise(value, step.grants);
      case 'ask': {
        checkKey(officer);
        const { page } = step;
        const cursor =
          page === 'first'
            ? undefined
            : { collection: value.collections + (page.of === 'this' ? 0 : 1), page: page.page };
        checkCollectable(value, at(), cursor);
        return isPending(value, at(), cursor)
          ? undefined
          : intend(value, { at: at(), recipient: 'thumbprint', key: inLog(officer), cursor });
      }
      case 'answer': {
        const { pending } = value;
        const cursor = pending !== undefined && pending.page > 1 ? pending : undefined;
        checkCollectable(value, at(), cursor);
        if (pending !== undefined && !isPending(value, at(), cursor)) throw new Refused('try-again');
        // KMS opens nothing without a grant.
        return (value.grants ?? []).length === 0
          ? collectionFailed(value, { code: 'grant-missing', epochKeys: 0 })
          : collected(value, answer(at(), step.subjects, step.more));
      }
      case 'fail':
        return collectionFailed(value, { code: 'grant-missing', epochKeys: 0 });
      case 'notify':
        return noticesSent(value, at());
      case 'address':
        return addressNotice(value);
      case 'revoke':
        revoked.add(step.key);
        return undefined;
      case 'adopt':
        inForce = step.policy;
        return undefined;
      case 'wait':
        now += step.minutes * 60_000;
        return undefined;
      case 'clock':
        for (const held of cases) clock(held);
        return undefined;
    }
  }

  /** Mints for what enough reviewers approved, under the policy that opened it, whose keys stand; and for nothing else. */
  function authorise(current: Case, grants: number | 'too many'): Outcome {
    const standing = current.decisions.filter(
      ({ keyId, policyHash: under }) => under === current.policyHash && !revoked.has(keyId),
    );
    const rules = policies[hashes.indexOf(current.policyHash)] ?? fail();
    const opensOn = Math.min(rules.emergency.approvals, rules.approvals);
    const needed = current.priority === 'Emergency' ? opensOn : current.approvalsNeeded;
    if (standing.length < needed || revoked.has(current.askedBy)) throw new Refused('approval-not-proven');
    // Its word does not count when its key is gone: its silence may, later.
    const { answer: word } = current.notified ?? {};
    if (word !== undefined && revoked.has(word.keyId) && restsOnAuthority({ ...current, grants: [] }, at()))
      throw new Refused('notification-pending');
    if (grants === 'too many') {
      checkNotHeld(current, at());
      return findTooMuch(current);
    }
    const { subjects: holders, expiresAt = '', collectionsAllowed } = current;
    return mint(
      current,
      Array.from({ length: grants }, (_, i) => ({ ...grant, grantId: `grant-${i}` })),
      { holders, expiresAt, collectionsAllowed, at: at() },
    );
  }

  return {
    async act(step) {
      const held = cases[step.of] ?? fail();
      try {
        const outcome = perform(held.it, step);
        commit(held, outcome);
        return { status: held.it.status };
      } catch (error) {
        if (error instanceof CaseError || error instanceof Refused) return { refused: error.code };
        throw error;
      }
    },
    async look(of) {
      return cases[of] ?? fail();
    },
  };
}

function begin({ priority, delayDays, mode, order = 'optional', notified, role }: Asked, i: number): Held {
  const { notice: _, ...plain } = request;
  const delay =
    delayDays === 0
      ? {}
      : { notice: { delayUntil: hoursAfter(receivedAt, delayDays * 24), reason: 'flight' as const } };
  const under = policies[0] ?? fail();
  const told = notified === true ? { notification: { authority: notifiedOne } } : {};
  const instrument = { ...plain.instrument, authoriserRole: role };
  const { next, entry: body } = received(
    askedSo({ ...plain, instrument, priority, ...delay, ...told }, mode),
    { ...under, notice: { ...under.notice, by: lines } },
  );
  const askedBy = officers[i] ?? fail();
  // Who tells is settled at receipt: the rest of the policy is the first one's.
  const policyHash = hashes[0] ?? fail();
  const mine = {
    id: `${next.id.slice(0, -1)}${i}`,
    agency: `agency of ${askedBy}`,
    askedBy,
    policyHash,
  };
  const { agency } = mine;
  if (body.kind !== 'request.received') fail();
  const entry: EntryBody = {
    ...body,
    data: { ...body.data, agency, key: inLog(askedBy), policyHash },
  };
  const outcome = { next: { ...receivedUnder(order, next), ...mine }, entry };
  const first = committed(outcome, receivedAt);
  return { it: frozen(first.it), entries: [first.entry] };
}

function fail(): never {
  throw new Error('the history names what is not there');
}
