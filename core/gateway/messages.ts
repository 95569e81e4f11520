import type { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { mostMessageBytes } from '#core/cases/kept.ts';
import {
  answerSchema,
  type MessageSort,
  messagesOf,
  noteSchema,
  questionSchema,
} from '#core/cases/messages.ts';
import type { Review } from '#core/cases/review.ts';
import { restoreMessage, storeWithin } from '#core/evidence.ts';
import { parseJson } from '#core/json.ts';
import { inParallel } from '#core/parallel.ts';
import { type DeskContext, type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Call } from './call.ts';

/**
 * What people write about a case, as the desk keeps it: the signed message that it came in, sealed as the request is, so
 * that reviewers read it and whoever reads tables does not (I1). What the desk writes and what agencies answer are sealed
 * apart: who takes answers in can read no note.
 */
const partOf: Readonly<Record<MessageSort, DeskContext['part']>> = {
  note: 'note',
  question: 'note',
  answer: 'answer',
};

/** @throws WireError body-too-large */
export function sealMessage(
  { desk }: { desk: Pick<DeskSeal, 'seal'> },
  sort: MessageSort,
  { id, caller }: Pick<Call<unknown>, 'id' | 'caller'>,
): Promise<Uint8Array> {
  return desk.seal(storeWithin(mostMessageBytes, caller.message), { case: id, part: partOf[sort] });
}

interface Ports {
  cases: Pick<CaseState, 'messages'>;
  desk: Pick<DeskSeal, 'open'>;
}

/** KMS opens each: a desk that writes much waits a little. */
const atOnce = 8;

interface OpenedMessage<Said> {
  author: string;
  at: string;
  said: Said;
}

/** @throws WireError record-unproven if one was taken away, or is not what somebody signed for this case */
async function openAll<Said>(
  { cases, desk }: Ports,
  sort: MessageSort,
  schema: z.ZodType<Said>,
  current: Case,
): Promise<OpenedMessage<Said>[]> {
  const kept = await cases.messages.all(sort, current);
  return inParallel(kept, atOnce, async (message) => {
    if (message === undefined) throw new WireError('record-unproven');
    const { author, at, sealed } = message;
    const restored = restoreMessage(await opened(desk, sealed, { case: current.id, part: partOf[sort] }));
    const said = schema.safeParse(restored && parseJson(restored.body));
    if (!said.success) throw new WireError('record-unproven');
    return { author, at, said: said.data };
  });
}

const questionsAndAnswers = (ports: Ports, current: Case) =>
  Promise.all([
    openAll(ports, 'question', questionSchema, current),
    openAll(ports, 'answer', answerSchema, current),
  ]);

async function opened(desk: Ports['desk'], sealed: Uint8Array, context: DeskContext): Promise<Uint8Array> {
  try {
    return await desk.open(sealed, context);
  } catch (error) {
    if (error instanceof KmsRefusal && error.code === 'not-sealed') throw new WireError('record-unproven');
    throw error;
  }
}

/** What a reviewer reads of it. @throws WireError record-unproven */
export async function readMessages(
  ports: Ports,
  current: Case,
): Promise<Pick<Review, 'notes' | 'questions'>> {
  const [notes, [questions, answers]] = await Promise.all([
    openAll(ports, 'note', noteSchema, current),
    questionsAndAnswers(ports, current),
  ]);
  return {
    ...(notes.length === 0
      ? {}
      : { notes: notes.map(({ author, at, said }) => ({ reviewer: author, at, text: said.text })) }),
    ...(questions.length === 0
      ? {}
      : {
          questions: questions.map(({ author, at, said: { of, text } }, i) => {
            // One question is asked at a time, so the answers are in the questions' order.
            const answer = answers[i];
            const given = answer === undefined ? {} : { answer: { ...answer.said, at: answer.at } };
            return { reviewer: author, at, of, text, ...given };
          }),
        }),
  };
}

/** What the log's commitments to questions and answers are to. @throws WireError record-unproven */
export async function digestsOfMessages(
  ports: Ports,
  current: Case,
): Promise<Record<'question' | 'answer', string[]>> {
  const [question, answer] = await questionsAndAnswers(ports, current);
  return {
    question: question.map(({ said }) => jsonDigest(said)),
    answer: answer.map(({ said }) => jsonDigest(said)),
  };
}

/** What the desk asked last, as the agency reads it: a compact JWE to its key. */
export async function questionFor(
  { cases }: Pick<Ports, 'cases'>,
  current: Case,
): Promise<string | undefined> {
  const n = messagesOf(current, 'question');
  return n === 0 ? undefined : (await cases.messages.get('question', current.id, n))?.forAgency;
}
