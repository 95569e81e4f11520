import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { writeLetter } from '#core/cases/correspondence.ts';
import { mostLetterBytes } from '#core/cases/kept.ts';
import { agencyLetterSchema, deskLetterSchema, type LetterView, type Party } from '#core/cases/letters.ts';
import type { Review } from '#core/cases/review.ts';
import { restoreMessage, storeWithin } from '#core/evidence.ts';
import { parseJson } from '#core/json.ts';
import { inParallel } from '#core/parallel.ts';
import { type DeskContext, type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { keyInLog } from '#core/registry/records.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Call } from './call.ts';

/**
 * Letters, as the desk keeps them: what the desk writes and what agencies write are sealed apart, as questions and answers
 * are, so that who takes an agency's letters in can read no note.
 */
const partOf: Readonly<Record<Party, DeskContext['part']>> = { desk: 'note', agency: 'answer' };

interface Ports {
  cases: Pick<CaseState, 'change' | 'letters'>;
  desk: DeskSeal;
}

/**
 * Keeps a letter, in the transaction of the act that counts it.
 *
 * @param forAgency what the agency reads: a compact JWE to its key
 * @throws WireError not-found, body-too-large, record-unproven; CaseError limit-exceeded
 */
export async function keepLetter(
  { cases, desk }: { cases: Ports['cases']; desk: Pick<DeskSeal, 'seal'> },
  from: Party,
  { id, input, at, caller }: Call<unknown>,
  forAgency: string | undefined,
): Promise<Case> {
  const { key, message } = caller;
  const sealed = await desk.seal(storeWithin(mostLetterBytes, message), { case: id, part: partOf[from] });
  const act = { from, author: key.holder, key: keyInLog(key), written: jsonDigest(input) };
  const told = forAgency === undefined ? {} : { forAgency };
  const done = await cases.change(
    id,
    (current) => writeLetter(current, act),
    async ({ next }) => {
      const prepared = await cases.letters.prepare(next, { from, author: key.holder, at, sealed, ...told });
      if (prepared === undefined) throw new WireError('record-unproven');
      return [prepared];
    },
  );
  if (done === undefined) throw new WireError('not-found');
  return done.case;
}

/** What the agency reads. One that somebody took away is not shown, and the others are. */
export async function lettersFor(
  { cases }: { cases: Pick<CaseState, 'letters'> },
  current: Case,
): Promise<LetterView[]> {
  const letters = (await cases.letters.all(current)) ?? [];
  return letters.map(({ from, at, forAgency }) => ({
    from,
    at,
    ...(forAgency === undefined ? {} : { letter: forAgency }),
  }));
}

interface Read {
  from: Party;
  author: string;
  at: string;
  said: { text: string };
}

/** KMS opens each. */
const atOnce = 8;

/** @throws WireError record-unproven if one was taken away, or is not what somebody signed for this case */
async function openAll(
  { cases, desk }: { cases: Pick<CaseState, 'letters'>; desk: Pick<DeskSeal, 'open'> },
  current: Case,
): Promise<Read[]> {
  const kept = await cases.letters.all(current);
  if (kept === undefined) throw new WireError('record-unproven');
  return inParallel(kept, atOnce, async ({ from, author, at, sealed }) => {
    const schema = from === 'desk' ? deskLetterSchema : agencyLetterSchema;
    const restored = restoreMessage(await opened(desk, sealed, { case: current.id, part: partOf[from] }));
    const said = schema.safeParse(restored && parseJson(restored.body));
    if (!said.success) throw new WireError('record-unproven');
    return { from, author, at, said: said.data };
  });
}

async function opened(desk: Pick<DeskSeal, 'open'>, sealed: Uint8Array, context: DeskContext) {
  try {
    return await desk.open(sealed, context);
  } catch (error) {
    if (error instanceof KmsRefusal && error.code === 'not-sealed') throw new WireError('record-unproven');
    throw error;
  }
}

/** What a reviewer reads of it. @throws WireError record-unproven */
export async function readLetters(
  ports: Parameters<typeof openAll>[0],
  current: Case,
): Promise<NonNullable<Review['correspondence']>> {
  return (await openAll(ports, current)).map(({ from, author, at, said: { text } }) => ({
    from,
    at,
    text,
    ...(from === 'desk' ? { reviewer: author } : {}),
  }));
}

/** What the log's commitments to letters are to. @throws WireError record-unproven */
export async function digestsOfLetters(
  ports: Parameters<typeof openAll>[0],
  current: Case,
): Promise<string[]> {
  return (await openAll(ports, current)).map(({ said }) => jsonDigest(said));
}
