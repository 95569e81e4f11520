import { z } from 'zod';
import { digestText as digest, text } from '#core/text.ts';
import type { Case } from './case.ts';
import { CaseError } from './errors.ts';
import { distinct } from './scope.ts';

/**
 * What people write about a case while it is decided: reviewers to each other, the desk to the agency, the agency to the
 * desk. Each is kept beside its case, as the signed message that it arrived in, sealed for the desk (I1); the log has a
 * commitment to it (I7); and it is forgotten with the case (I10).
 */
export const messageSorts = ['note', 'question', 'answer'] as const;
export type MessageSort = (typeof messageSorts)[number];

/** How many of each a case can have: all of them go in the one transaction that forgets it. */
export const mostMessages: Readonly<Record<MessageSort, number>> = { note: 50, question: 10, answer: 10 };

/** A note of a reviewer's, for the other reviewers, as it stands on the wire. */
export const noteSchema = z.strictObject({ text: text(2000) });
export type Note = z.infer<typeof noteSchema>;

/**
 * What a reviewer may need to know before they decide, by the part of the order or the request that it is about. The log
 * and the agency's own list name it; what exactly is missing is sealed.
 */
export const informationNeeded = [
  'order',
  'authority',
  'offence',
  'subject',
  'scope',
  'contradiction',
  // What stands against it, before a desk turns it down: cf. Art. 10(5), 10(7) and 17.
  'impossible',
  'immunity-or-privilege',
  'press-freedom',
  'third-country-conflict',
  'other',
] as const;
export type InformationNeeded = (typeof informationNeeded)[number];

/** What the desk asks the agency, as it stands on the wire. */
export const questionSchema = z.strictObject({
  requestDigest: z.string().max(100),
  of: z
    .array(z.enum(informationNeeded))
    .min(1)
    // As many as an entry of the log has room for.
    .max(8)
    .refine(distinct, { error: 'duplicate' }),
  text: text(1000),
});
export type Question = z.infer<typeof questionSchema>;

/** What the agency answers. `digest`: of the order as it was completed or corrected, where it was. */
export const answerSchema = z.strictObject({ text: text(2000), digest: digest.optional() });
export type Answer = z.infer<typeof answerSchema>;

/** How many messages of a sort a case has. */
export function messagesOf({ messages }: Pick<Case, 'messages'>, sort: MessageSort): number {
  return messages?.[sort] ?? 0;
}

/** The case with one message more. @throws CaseError limit-exceeded */
export function withMessage(current: Case, sort: MessageSort): Case {
  const count = messagesOf(current, sort) + 1;
  if (count > mostMessages[sort]) throw new CaseError('limit-exceeded');
  const none = { note: 0, question: 0, answer: 0 };
  return { ...current, messages: { ...none, ...current.messages, [sort]: count } };
}
