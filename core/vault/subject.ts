import { createHmac } from 'node:crypto';
import { toBase64url } from '#core/bytes.ts';
import { namesIn } from '#core/exhaustive.ts';
import { VaultError } from './errors.ts';
import { framed } from './framing.ts';

/**
 * How the vault names people without knowing them: pseudonyms of accounts, and blind indices for what else an
 * agency may look a person up by, a phone number or a username.
 *
 * There is no index by IP address, and no function here that would make one. A subject's records are found by
 * the subject alone, so "who used this address" cannot be asked of all users, by nobody, whatever is signed.
 */

const INDEX_KEY_BYTES = 32;

/** 128 bits: among 2^40 accounts two share a pseudonym with a probability below 2^-48. */
const PSEUDONYM_BYTES = 16;

/**
 * The pseudonym of a provider's account: 22 characters of base64url. Account ids are taken byte for byte, with no
 * case or Unicode folding: to the provider's backend two spellings may be two people.
 *
 * @param indexKey 32 bytes
 * @throws VaultError `key-refused`, `subject-invalid`
 */
export function subjectPseudonym(indexKey: Uint8Array, account: string): string {
  if (indexKey.length !== INDEX_KEY_BYTES) throw new VaultError('key-refused');
  const message = account === '' ? undefined : framed('writ/subject/v1', account);
  if (message === undefined) throw new VaultError('subject-invalid');
  return toBase64url(createHmac('sha256', indexKey).update(message).digest().subarray(0, PSEUDONYM_BYTES));
}

/**
 * What an agency names a person by. An account is its pseudonym. Numbers and usernames are names: a blind index finds the
 * account that has one at a time.
 */
const subjects = {
  account: { isName: false, isPossible: (value: string) => value !== '' },
  phone: { isName: true, isPossible: isPhoneNumber },
  username: { isName: true, isPossible: (value: string) => value !== '' },
} as const;

export type SubjectKind = keyof typeof subjects;
export const subjectKinds = namesIn(subjects);

/** What a person may be found by, other than the account. */
export type NameKind = {
  [K in SubjectKind]: (typeof subjects)[K]['isName'] extends true ? K : never;
}[SubjectKind];

export function isNameKind(kind: string): kind is NameKind {
  return subjectKinds.some((known) => known === kind && subjects[known].isName);
}
export const nameKinds = subjectKinds.filter(isNameKind);

/**
 * What KMS `GenerateMac` is given to make the blind index of a number or a name. The key stays in KMS: phone
 * numbers are few enough to try them all, so each attempt has to cost a call that KMS limits and records.
 *
 * @throws VaultError `subject-invalid`
 */
export function lookupMessage(kind: NameKind, value: string): Uint8Array {
  const isPossible = isNameKind(kind) && subjects[kind].isPossible(value);
  const message = isPossible ? framed('writ/lookup/v1', kind, value) : undefined;
  if (message === undefined) throw new VaultError('subject-invalid');
  return message;
}

/**
 * What KMS `GenerateMac` is given to make the tag of a honeytoken. Its family is not that of pseudonyms and blind
 * indices, so the right to make tags finds nobody.
 *
 * @throws VaultError `subject-invalid`
 */
export function honeytokenMessage(kind: SubjectKind, value: string): Uint8Array {
  const message = framed('writ/decoy/v1', kind, value);
  if (message === undefined) throw new VaultError('subject-invalid');
  return message;
}

/**
 * Whether a text is a phone number in its one spelling: E.164, `+` and 7 to 15 digits. Nothing is repaired: a
 * number without its country, or with spaces, would be guessed at, and a guess names the wrong person.
 */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9][0-9]{6,14}$/.test(text);
}
