/** Plays one history on a driver, and on the model beside it. */
import assert from 'node:assert/strict';
import { isAsked } from '#core/cases/case.ts';
import type { History } from './acts.ts';
import { seenOf } from './dialogue.ts';
import { type Driver, inMemory } from './driver.ts';
import { check, witness } from './invariants.ts';
import { beginning, type Known } from './known.ts';
import { play } from './model.ts';
import { dueOf } from './time.ts';

/** What was reached on the way: statuses, kinds of entries, refusals. */
export type Reached = Map<string, number>;

const both = [0, 1] as const;

/**
 * @throws AssertionError where the driver does other than the model says, or an invariant breaks
 */
export async function playOn(history: History, reached: Reached, driver: Driver = inMemory(history.asked)) {
  const world = beginning(history.asked);
  const seen = [await driver.look(0), await driver.look(1)] as const;
  const witnesses = both.map((of) => witness(of, history.asked[of], seen[of]));
  const note = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1);
  for (const [i, step] of history.steps.entries()) {
    const reasons = play(world, step);
    const answer = await driver.act(step);
    const where = () => `step ${i + 1}, ${step.do}`;
    if ('refused' in answer) {
      assert.ok(
        reasons.includes(answer.refused),
        `${where()}: refused ${answer.refused}, and not ${reasons.join(' or ') || 'at all'}`,
      );
      note(answer.refused);
    } else assert.deepEqual([], reasons, `${where()}: done, though ${reasons.join(', ')}`);
    for (const of of both) {
      const look = await driver.look(of);
      const known = world.cases[of];
      const eye = witnesses[of];
      assert.ok(known !== undefined && eye !== undefined);
      for (const { kind } of look.entries.slice(eye.seen)) note(kind);
      if (look.it.reason === 'undecided') note('undecided');
      if (look.it.time?.stopped !== undefined) note('time stood still');
      compare(
        known,
        look.it,
        look.entries.slice(eye.seen).map(({ kind }) => kind),
        eye.seen,
        where,
      );
      check(eye, step, !('refused' in answer), look);
    }
  }
  for (const { status } of world.cases) note(status);
}

export function compare(
  known: Known,
  awaited: Awaited<ReturnType<Driver['look']>>['it'],
  kinds: readonly string[],
  from: number,
  where: () => string,
): void {
  const page = (of: { collection: number; page: number } | undefined) => of && [of.collection, of.page];
  assert.deepEqual(
    {
      entries: kinds,
      status: awaited.status,
      grants: awaited.grants?.length,
      collections: awaited.collections,
      pending: page(awaited.pending),
      unfinished: page(awaited.unfinished),
      owed: awaited.debts?.owed,
      missed: awaited.debts?.missed,
      notified: awaited.notice.told,
      isWithholding: awaited.embargo !== undefined,
      decisions: awaited.decisions.length,
      superseded: (awaited.superseded ?? []).map(({ because }) => because),
      supersededMore: awaited.supersededMore ?? 0,
      claim: awaited.claim && [awaited.claim.by, Date.parse(awaited.claim.until)],
      messages: [awaited.messages?.note ?? 0, awaited.messages?.question ?? 0, awaited.messages?.answer ?? 0],
      isAsked: isAsked(awaited),
      due: awaited.dueAt,
      authority: awaited.notified && [Date.parse(awaited.notified.until), awaited.notified.answer?.keyId],
      talk: {
        withheld: awaited.withheld,
        letters: awaited.letters ?? { desk: 0, agency: 0 },
        answerBy: awaited.information?.answerBy && Date.parse(awaited.information.answerBy),
      },
    },
    {
      entries: known.log.slice(from),
      status: known.status,
      grants: known.grants,
      collections: known.collections,
      pending: page(known.pending),
      unfinished: page(known.unfinished),
      owed: known.debts?.owed,
      missed: known.debts?.missed,
      notified: known.notified,
      isWithholding: known.embargo !== undefined,
      decisions: known.votes.length,
      superseded: known.superseded.slice(0, 12),
      supersededMore: Math.max(0, known.superseded.length - 12),
      claim: known.claim && [known.claim.person, known.claim.until],
      messages: [known.notes, known.questions, known.informed],
      isAsked: known.questions > known.informed,
      due: new Date(dueOf(known)).toISOString(),
      authority: known.authority && [known.authority.until, known.authority.answer?.key],
      talk: seenOf(known.talk),
    },
    `${where()}: other than the rules say`,
  );
}
