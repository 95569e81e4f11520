import { RefusedError } from '#client/errors.ts';
import { decideChange, proposeChange, showKey, showPerson } from '#client/registry.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { enrol, type Person, type World } from './world.ts';

/** A newcomer's key becomes a reviewer's: two of the local reviewers sign the change, as a provider's own would. */

const mostLetters = 64;

/**
 * The pseudonym of a person who says what they are called: the registry takes letters, digits, dot, underscore and hyphen.
 *
 * @param taken pseudonyms of others: whoever had one of them would be that person
 */
export function pseudonymOf(called: string, taken: readonly string[]): string {
  const plain = called
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, mostLetters - 3);
  const name = plain === '' ? 'newcomer' : plain;
  for (let count = 1; ; count++) {
    const each = count === 1 ? name : `${name}-${count}`;
    if (!taken.includes(each)) return each;
  }
}

export interface Enrolled {
  holder: string;
  /** Its RFC 7638 thumbprint. */
  keyId: string;
}

/**
 * Enrols a key, or says whose it is if it is enrolled already.
 *
 * @param asked.publicKey PEM or JWK
 * @param asked.called what whoever brings it calls it
 * @param asked.place the pseudonym of the place at the desk that is kept for a newcomer: the first gets it, and whatever was
 *   done there is theirs. Whoever comes later is somebody new
 * @param asked.taken pseudonyms of the desk's other people
 * @throws SignatureError key-refused: no public key that Writ takes
 */
export async function enrolNewcomer(
  reviewers: World['reviewers'],
  asked: { publicKey: unknown; called: string; place: string; taken: readonly string[] },
): Promise<Enrolled> {
  const { jwk, thumbprint: keyId } = importPublicKey(asked.publicKey);
  const [first] = reviewers;
  if (first === undefined) throw new Error('it takes two reviewers');
  const [known, sitting] = await Promise.all([
    unlessUnknown(showKey(first.session, keyId)),
    unlessUnknown(showPerson(first.session, asked.place)),
  ]);
  if (known !== undefined) return { holder: known.holder, keyId };
  // The key that the place's acts were signed with is one.
  const isKept = sitting === undefined || sitting.keys.length <= 1;
  const holder = isKept ? asked.place : pseudonymOf(asked.called, [asked.place, ...asked.taken]);
  await enrol(reviewers, { kind: 'reviewer', reviewer: { holder, publicKey: { ...jwk } } });
  return { holder, keyId };
}

/** An agency of the local desk that takes newcomers in, as far as that takes one. */
export interface Hosting {
  id: string;
  officers: readonly Pick<Person, 'holder' | 'session'>[];
}

/**
 * Enrols an officer's keys: an officer of the agency proposes it, and two reviewers sign.
 *
 * @throws SignatureError key-refused: no public key that Writ takes
 */
export async function enrolOfficer(
  reviewers: readonly Pick<Person, 'session'>[],
  { id: agency, officers }: Hosting,
  asked: { publicKey: unknown; encryptionKey: Record<string, unknown>; called: string },
): Promise<Enrolled> {
  const { jwk, thumbprint: keyId } = importPublicKey(asked.publicKey);
  const [first] = officers;
  const [reviewer] = reviewers;
  if (first === undefined || reviewer === undefined) throw new Error('it takes an officer and two reviewers');
  const known = await unlessUnknown(showKey(reviewer.session, keyId));
  if (known !== undefined) return { holder: known.holder, keyId };
  const holder = pseudonymOf(
    asked.called,
    officers.map((officer) => officer.holder),
  );
  const { encryptionKey } = asked;
  const officer = { holder, publicKey: { ...jwk }, encryptionKey };
  const change = await proposeChange(first.session, { kind: 'officer', agency, officer });
  for (const { session } of reviewers.slice(0, 2)) await decideChange(session, change, 'approve');
  return { holder, keyId };
}

async function unlessUnknown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}
