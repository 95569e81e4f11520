import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { comparables } from '#client/thumbprint.ts';
import {
  encryptionKeyOfProposal,
  keyOfProposal,
  ownKeyOfProposal,
  type Proposal,
} from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { parseJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { givenText } from '../given.ts';
import { agree, isAttended } from '../person.ts';

/** What a person sends to be enrolled, as `writ keys show --enrolment` prints it, and how its keys are compared. */
const jwk = z.record(z.string(), z.unknown());
const schema = z.strictObject({
  v: z.literal(1),
  role: z.enum(['agency', 'reviewer']),
  publicKey: jwk,
  thumbprint: z.string(),
  encryptionKey: jwk.optional(),
});
type Enrolment = z.infer<typeof schema>;

/** @throws CommandError usage, file-malformed, key-malformed */
export async function readEnrolment(file: string, role: Enrolment['role']): Promise<Enrolment> {
  const { data } = schema.safeParse(parseJson(await givenText(file), file));
  if (data === undefined)
    throw new CommandError(
      'file-malformed',
      `${printable(file)} is no enrolment`,
      '`writ keys show --enrolment` prints one',
    );
  if (data.role !== role)
    throw new CommandError(
      'file-malformed',
      `${printable(file)} is the enrolment of ${data.role === 'agency' ? 'an officer' : 'a reviewer'}`,
      `this takes the one of ${role === 'agency' ? 'an officer' : 'a reviewer'}`,
    );
  const { thumbprint } = signingKey(data.publicKey);
  if (thumbprint !== data.thumbprint)
    throw new CommandError(
      'file-malformed',
      `${printable(file)} says another thumbprint than its key has: ${thumbprint}`,
      'have it sent anew, by another way',
    );
  return data;
}

/** The encryption key of an officer's enrolment. @throws CommandError file-malformed */
export function encryptionKeyOf({ encryptionKey }: Enrolment, file: string): Record<string, unknown> {
  if (encryptionKey !== undefined) return encryptionKey;
  throw new CommandError(
    'file-malformed',
    `${printable(file)} has no encryption key`,
    'an officer’s profile has one: `writ keys new --role agency`',
  );
}

/** What a proposal has of an officer's enrolment: the key to sign with, and their own to decrypt with. */
export function officersKeys({ publicKey, encryptionKey }: Enrolment) {
  return { publicKey, ...(encryptionKey === undefined ? {} : { encryptionKey }) };
}

/** A key that would be enrolled. */
export interface NewKey {
  what: string;
  thumbprint: string;
}

/** The keys that a proposal would enrol, each by the thumbprint of what it is. @throws CommandError key-malformed */
export async function newKeys(proposal: Proposal): Promise<NewKey[]> {
  const signing = keyOfProposal(proposal);
  const agencys = encryptionKeyOfProposal(proposal);
  const own = ownKeyOfProposal(proposal);
  const ofAgency = agencys === undefined ? undefined : await encryptionThumbprint(agencys);
  const ofOfficer = own === undefined ? undefined : await encryptionThumbprint(own.encryptionKey);
  const keys: NewKey[] = [];
  if (signing !== undefined)
    keys.push({
      what: `${signing.holder}’s key to sign with`,
      thumbprint: signingKey(signing.publicKey).thumbprint,
    });
  if (own !== undefined && ofOfficer !== undefined)
    keys.push({
      what: `${own.officer}’s key to decrypt with${ofAgency === ofOfficer ? ', and the agency’s' : ''}`,
      thumbprint: ofOfficer,
    });
  if (ofAgency !== undefined && ofAgency !== ofOfficer)
    keys.push({ what: 'the agency’s key to decrypt with', thumbprint: ofAgency });
  return keys;
}

function signingKey(key: unknown) {
  try {
    return importPublicKey(key);
  } catch {
    throw refused('sign with');
  }
}

async function encryptionThumbprint(key: unknown): Promise<string> {
  try {
    return (await importEncryptionKey(key)).thumbprint;
  } catch {
    throw refused('decrypt with');
  }
}

const refused = (what: string) =>
  new CommandError(
    'key-malformed',
    `the key to ${what} is none that can be enrolled`,
    'have one made with `writ keys new`',
  );

export interface ComparingOptions {
  thumbprint?: string[];
  yes?: boolean;
}

/**
 * A reviewer compares each key before it is enrolled: by telephone, on a number that they knew before. An attacker who can
 * change an e-mail puts their own key into it, and a signature for that key would enrol the attacker.
 *
 * @throws CommandError thumbprint-differs, usage, not-confirmed
 */
export async function compare(keys: readonly NewKey[], options: ComparingOptions): Promise<void> {
  const { thumbprint: given } = options;
  if (keys.length === 0) {
    if (given !== undefined) throw new UsageError('--thumbprint: this enrols no key');
    return;
  }
  if (given !== undefined) {
    const other = keys.find(({ thumbprint }) => !given.includes(thumbprint));
    if (other === undefined) return;
    throw new CommandError(
      'thumbprint-differs',
      `${printable(other.what)} has a thumbprint that --thumbprint does not have: ${other.thumbprint}; nothing was signed`,
      'compare it by telephone, on a number that you knew before',
    );
  }
  if (options.yes === true) return;
  if (!isAttended())
    throw new UsageError('--thumbprint is missing, and nobody is here to compare the keys (or give --yes)');
  say(await comparables(keys.map(({ what, thumbprint }) => ({ what: printable(what), thumbprint }))));
  await agree(
    `Did you compare ${keys.length === 1 ? 'this with its' : 'these with their'} holder by telephone, on a number that you knew before? The twelve words are enough.`,
    options,
  );
}
