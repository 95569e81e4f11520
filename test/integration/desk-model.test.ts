import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  collect,
  delayNotice,
  followRequest,
  submitRequest,
  validateRequest,
  withdrawRequest,
} from '#client/agency.ts';
import { decideReview, showReview, suspendReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import { request as asked } from '../core/cases/cases.ts';
import {
  ago,
  clock,
  ingest,
  login,
  newAccount,
  newAgency,
  newReviewer,
  number,
  refusalOf,
  theWorld,
} from '../harness.ts';
import { storedCase, storedEntries } from '../invariants/tools.ts';
import { type Asked, type ReviewerKey, reviewers, type Step, scopes } from '../model/acts.ts';
import type { Seen } from '../model/driver.ts';
import { compare } from '../model/history.ts';
import { check, type Witness, witness } from '../model/invariants.ts';
import { beginning, hour, type Known, type World as Model } from '../model/known.ts';
import { play } from '../model/model.ts';

/**
 * The model that the machine is held against in memory (test/model), on the running stack: the same acts over HTTP, by
 * everybody's own keys, with what `authorise` and `expire` do by themselves; the same rules and invariants after each.
 */
const histories = 6;
const stepsEach = 8;

const of = fc.constant(0 as const);
const by = fc.constantFrom(...(Object.keys(reviewers) as ReviewerKey[]));
const digest = fc.constantFrom<('right' | 'wrong')[]>('right', 'right', 'right', 'right', 'wrong');
const scope = fc.constantFrom('asked', 'asked', 'asked', 'respelled', 'one subject', 'longer');
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ of, do: fc.constant('approve'), by, scope, digest }) },
  { weight: 1, arbitrary: fc.record({ of, do: fc.constantFrom('reject', 'suspend'), by, digest }) },
  { weight: 1, arbitrary: fc.record({ of, do: fc.constant('view'), by }) },
  { weight: 1, arbitrary: fc.record({ of, do: fc.constant('withdraw'), by: fc.constant('officer-0') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      of,
      do: fc.constant('validate'),
      role: fc.constantFrom('JudgeCourtOrInvestigatingJudge', 'PublicProsecutor'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      of,
      do: fc.constant('renew'),
      days: fc.constantFrom(5, 366),
      isOrdered: fc.constant(false),
    }),
  },
  { weight: 4, arbitrary: fc.record({ of, do: fc.constant('ask'), page: fc.constant('first') }) },
  { weight: 2, arbitrary: fc.record({ of, do: fc.constant('notify') }) },
);
const history = fc.record({
  priority: fc.constantFrom<Asked['priority'][]>('Routine', 'Emergency'),
  delayDays: fc.constantFrom(0, 10),
  steps: fc.array(steps, { minLength: stepsEach, maxLength: stepsEach }),
});

/** A case, and who looks on. */
interface Played {
  view: CaseView;
  agency: World['agency'];
  model: Model;
  known: Known;
  eye: Witness;
}

describe('the desk’s model, on the running stack', { concurrency: 3 }, () => {
  let world: World;
  let accounts: string[];
  let sessions: Record<ReviewerKey, World['reviewers'][number]['session']>;
  before(async () => {
    world = await theWorld();
    accounts = [newAccount(), newAccount(), newAccount()];
    const person = randomUUID();
    const holders = Object.entries(reviewers).map(([key, who]) => [key, `${who}-${person}`] as const);
    const enrolled = await Promise.all(
      holders.map(async ([key, holder]) => [key, (await newReviewer(world, holder)).session] as const),
    );
    sessions = Object.fromEntries(enrolled) as typeof sessions;
    await ingest(
      world,
      accounts.flatMap((account) => [login(account, 12), number(account, 30)]),
    );
  });

  const drawn = fc.sample(history, histories);
  for (const [i, one] of drawn.entries()) {
    const priority = one.priority.toLowerCase();
    test(`I3, I4, I5, I6, I9: history ${i + 1}, of a ${priority} request, goes as the rules say`, async () => {
      const played = await begin(one);
      for (const [at, step] of one.steps.entries())
        await take(played, step, () => `step ${at + 1} of ${JSON.stringify(one)}`);
      await end(played);
    });
  }

  async function begin({ priority, delayDays }: Omit<Asked, 'mode' | 'role'>): Promise<Played> {
    const agency = await newAgency(world);
    const delayUntil = ago(-delayDays);
    const { notice: _, ...plain } = asked;
    const view = await submitRequest(agency.session, {
      ...plain,
      // Of an EPOC the authority tells the person, under the policy that is deployed.
      instrument: { ...plain.instrument, kind: 'NationalOrder' },
      reference: randomUUID(),
      priority,
      subjects: accounts.map((value) => ({ kind: 'account' as const, value })),
      ...(delayDays === 0 ? {} : { notice: { delayUntil, reason: 'flight' as const } }),
    });
    const role = asked.instrument.authoriserRole;
    const one: Asked = { priority, delayDays, mode: 'provider', role, instrument: 'NationalOrder' };
    const both = [one, one];
    const model = beginning(both);
    const [known] = model.cases;
    assert.ok(known);
    const eye = witness(0, one, await seen(view.id));
    // The model's time begins when this request did.
    const shift = Date.parse(view.receivedAt) - model.now;
    model.now += shift;
    eye.now += shift;
    known.received += shift;
    if (delayDays > 0) known.delayUntil = eye.delayUntil = Date.parse(delayUntil);
    // The shipped policy's longest is a year.
    eye.longestDays = 365;
    if (known.embargo !== undefined)
      known.embargo = { revealBy: Date.parse(delayUntil), latest: known.received + 365 * 24 * hour };
    return { view, agency, model, known, eye };
  }

  /** Does a step on the stack and in the model, and holds one against the other. */
  async function take(played: Played, step: Step, where: () => string): Promise<void> {
    const reasons = play(played.model, step);
    const refused = await refusalOf(act(played, step));
    if (reasons.length > 0) assert.ok(reasons.includes(refused), `${where()}: ${refused}, not ${reasons}`);
    else assert.equal(refused, 'not refused', where());
    const isDone = reasons.length === 0;
    if (isDone && step.do === 'ask')
      play(played.model, { of: 0, do: 'answer', subjects: [0, 1, 2], more: false });
    await lookOn(played, step, isDone, where);
  }

  async function lookOn(played: Played, step: Step, isDone: boolean, where: () => string): Promise<void> {
    const { known, eye, model } = played;
    const now = await settled(played.view.id);
    const fresh = now.entries.slice(eye.seen).map(({ kind }) => kind);
    // What others did by themselves.
    if (fresh.includes('grant.minted'))
      play(model, { of: 0, do: 'mint', grants: now.it.grants?.length ?? 0 });
    if (fresh.includes('grant.retired')) play(model, { of: 0, do: 'clock' });
    compare(known, now.it, fresh, eye.seen, where);
    check(
      eye,
      step,
      isDone,
      now.it.version === eye.before.version ? { ...now, it: eye.before } : now,
      fresh.length,
    );
  }

  function act({ view, agency }: Played, step: Step): Promise<unknown> {
    const { id } = view;
    const digestOf = (which: 'right' | 'wrong') =>
      which === 'right' ? view.requestDigest : `sha-256=:${'A'.repeat(43)}=:`;
    const reason = 'as the history has it';
    switch (step.do) {
      case 'approve': {
        const requestDigest = digestOf(step.digest);
        const said = { decision: 'approve', requestDigest, scope: scopes[step.scope], reason } as const;
        return decideReview(sessions[step.by], id, said);
      }
      case 'reject': {
        const requestDigest = digestOf(step.digest);
        return decideReview(sessions[step.by], id, { decision: 'reject', requestDigest, reason });
      }
      case 'suspend': {
        const suspension = { requestDigest: digestOf(step.digest), ground: 'other', reason } as const;
        return suspendReview(sessions[step.by], id, suspension);
      }
      case 'view':
        return showReview(sessions[step.by], id);
      case 'withdraw':
        return withdrawRequest(agency.session, id);
      case 'validate': {
        const { instrument } = asked;
        const validation = { authoriserRole: step.role, validatedAt: ago(0), digest: instrument.digest };
        return validateRequest(agency.session, id, validation);
      }
      case 'renew':
        return delayNotice(agency.session, id, { delayUntil: ago(-step.days), reason: 'evidence' });
      case 'ask':
        return collect(agency.session, id, agency.encryptionKey);
      case 'notify':
        return clock(world, id, new Date().toISOString());
      default:
        throw new Error(`${step.do} is nobody’s to do over HTTP`);
    }
  }

  /** Two days on, what an emergency owes is due; then nothing that is open may be open wrongly. */
  async function end(played: Played): Promise<void> {
    const later = Date.now() + 49 * hour;
    await clock(world, played.view.id, new Date(later).toISOString());
    played.model.now = played.eye.now = later;
    play(played.model, { of: 0, do: 'clock' });
    const isDue = played.known.answers > played.known.notified && later >= (played.known.delayUntil ?? 0);
    if (isDue) play(played.model, { of: 0, do: 'notify' });
    const { status } = await followRequest(played.agency.session, played.view.id);
    assert.equal(status, played.known.status);
    const { it: last, entries } = await settled(played.view.id);
    assert.equal(last.grants?.length ?? 0, played.known.grants ?? 0);
    assert.equal(entries.length, last.entries.n);
    const kinds = entries.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, played.known.log.toSorted());
  }

  /** The case once `authorise` and `expire` have done what is theirs to do. */
  function settled(id: string): Promise<Seen> {
    return until(
      'the case comes to rest',
      async () => {
        const now = await seen(id);
        const { status, grants, collections, collectionsAllowed } = now.it;
        const isOpen = status === 'AwaitingDisclosure' || status === 'Disclosed';
        if (isOpen && grants === undefined) return undefined;
        const isShut = !isOpen || collections >= collectionsAllowed;
        return isShut && (grants?.length ?? 0) > 0 ? undefined : now;
      },
      90_000,
    );
  }

  async function seen(id: string): Promise<Seen> {
    const current = await storedCase(world, id);
    const entries: Entry[] = (await storedEntries(world, id)).map(({ entry }) =>
      entrySchema.parse(JSON.parse(entry)),
    );
    // Read one after the other: another act may have come between.
    return current.entries.n === entries.length ? { it: current, entries } : seen(id);
  }
});
