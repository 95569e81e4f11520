import { z } from 'zod';
import { fromBase64url, toBase64url } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Case, StoredDecision } from './case.ts';
import { scopeText } from './scope.ts';

/**
 * A case's file: its salt, and the values that its entries commit to. A court or a notified
 * person who has it can read what the log says of this case, and of no other. It is as sensitive as the case itself.
 */
const committed = [
  'request',
  'resolved',
  'scope',
  'withheld',
  'reviewer',
  'officer',
  'validation',
  'recipient',
  'package',
  'note',
  'question',
  'answer',
  'document',
  'noticeOrder',
  'letter',
] as const;
export type CommittedLabel = (typeof committed)[number];

export const caseFileSchema = z.strictObject({
  v: z.literal(1),
  case: z.uuid(),
  /** 32 bytes, base64url. */
  salt: z
    .string()
    .refine((text) => fromBase64url(text)?.length === 32, { error: 'not 32 bytes in base64url' }),
  /** What may have been committed to, by what it is. */
  values: z.array(z.strictObject({ label: z.enum(committed), value: z.string() })).max(10_000),
});
export type CaseFile = z.infer<typeof caseFileSchema>;

/**
 * The file of a case as the provider holds it.
 *
 * @param known what the case itself does not hold: thumbprints of the keys it was disclosed to, reviewers who looked,
 *   officers who acted, digests of packages, of questions and answers, of letters
 */
export function makeCaseFile(
  current: Pick<
    Case,
    | 'id'
    | 'salt'
    | 'requestDigest'
    | 'subjects'
    | 'holders'
    | 'scope'
    | 'withheld'
    | 'validation'
    | 'notice'
    | 'notified'
  > & {
    /** Those that count, and what lies beside the case. */
    decisions: readonly Pick<StoredDecision, 'reviewer' | 'scope'>[];
  },
  known: Partial<
    Record<
      'recipient' | 'reviewer' | 'officer' | 'package' | 'question' | 'answer' | 'document' | 'letter',
      readonly string[]
    >
  > = {},
): CaseFile {
  const { answer } = current.notified ?? {};
  const scopes = [...current.decisions.map(({ scope }) => scope), current.scope, answer?.scope].filter(
    (scope) => scope !== undefined,
  );
  const all: Record<CommittedLabel, readonly string[]> = {
    request: [current.requestDigest],
    resolved: [current.subjects, current.holders ?? []].map(canonicalJson),
    scope: scopes.map(scopeText),
    withheld: current.withheld === undefined ? [] : [current.withheld],
    reviewer: [...current.decisions.map(({ reviewer }) => reviewer), ...(known.reviewer ?? [])],
    officer: [...(known.officer ?? []), ...(answer === undefined ? [] : [answer.officer])],
    validation: current.validation === undefined ? [] : [current.validation],
    recipient: known.recipient ?? [],
    package: known.package ?? [],
    // What reviewers write to each other is theirs: who has the file sees that they did.
    note: [],
    question: known.question ?? [],
    answer: known.answer ?? [],
    document: known.document ?? [],
    // The newest: of one that was renewed, the request and the message that renewed it say more.
    noticeOrder: current.notice.order === undefined ? [] : [current.notice.order],
    letter: known.letter ?? [],
  };
  return {
    v: 1,
    case: current.id,
    salt: toBase64url(current.salt),
    values: committed.flatMap((label) => [...new Set(all[label])].map((value) => ({ label, value }))),
  };
}

/** A commitment of an entry. `value`: what it is to, where the file has it. */
export interface Opened {
  label: CommittedLabel;
  commitment: string;
  value?: string;
}

/** What an entry of the file's case commits to; empty for an entry of anything else, or one that commits to nothing. */
export function openEntry(file: CaseFile, entry: Entry): Opened[] {
  const salt = fromBase64url(file.salt);
  if (salt === undefined || entry.stream !== `case/${file.case}`) return [];
  const data: Readonly<Record<string, unknown>> = entry.data;
  return committed.flatMap((label) => {
    const found = data[label];
    if (typeof found !== 'string') return [];
    const value = file.values.find(
      (value) => value.label === label && commitment(salt, label, value.value) === found,
    )?.value;
    return [{ label, commitment: found, ...(value === undefined ? {} : { value }) }];
  });
}
