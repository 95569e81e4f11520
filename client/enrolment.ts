import { z } from 'zod';
import {
  encryptionKeyOfProposal,
  keyOfProposal,
  ownKeyOfProposal,
  type Proposal,
} from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';

/** What a person sends to be enrolled, as `writ keys show --enrolment` prints it, and the keys that a change would enrol. */
const jwk = z.record(z.string(), z.unknown());
const schema = z.strictObject({
  v: z.literal(1),
  role: z.enum(['agency', 'reviewer']),
  publicKey: jwk,
  thumbprint: z.string(),
  encryptionKey: jwk.optional(),
});
export type Enrolment = z.infer<typeof schema>;

/**
 * What is wrong with an enrolment or its keys.
 *
 * - `form`: it is no enrolment.
 * - `role`: it is one of the other role.
 * - `thumbprint`: its key has another thumbprint than it says, `thumbprint` of the error.
 * - `signing-key`, `encryption-key`: the key is none that can be enrolled.
 */
export type EnrolmentFault = 'form' | 'role' | 'thumbprint' | 'signing-key' | 'encryption-key';

export class EnrolmentError extends Error {
  override name = 'EnrolmentError';
  readonly fault: EnrolmentFault;
  readonly thumbprint: string | undefined;

  constructor(fault: EnrolmentFault, thumbprint?: string) {
    super(fault);
    this.fault = fault;
    this.thumbprint = thumbprint;
  }
}

/** An enrolment out of a JSON value. @throws EnrolmentError */
export function enrolmentOf(value: unknown, role: Enrolment['role']): Enrolment {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new EnrolmentError('form');
  if (data.role !== role) throw new EnrolmentError('role');
  const { thumbprint } = signingKeyOf(data.publicKey);
  if (thumbprint !== data.thumbprint) throw new EnrolmentError('thumbprint', thumbprint);
  return data;
}

/** A key that would be enrolled: to sign with, or to decrypt with, for whom. */
export interface NewKey {
  is: 'signs' | 'decrypts';
  /** Whose own it is; undefined: the agency's. */
  holder?: string;
  /** It is the agency's too. */
  isAgencys?: boolean;
  thumbprint: string;
}

/** The keys that a proposal would enrol, each by the thumbprint of what it is. @throws EnrolmentError signing-key, encryption-key */
export async function newKeys(proposal: Proposal): Promise<NewKey[]> {
  const signing = keyOfProposal(proposal);
  const agencys = encryptionKeyOfProposal(proposal);
  const own = ownKeyOfProposal(proposal);
  const ofAgency = agencys === undefined ? undefined : await encryptionThumbprint(agencys);
  const ofOfficer = own === undefined ? undefined : await encryptionThumbprint(own.encryptionKey);
  const keys: NewKey[] = [];
  if (signing !== undefined)
    keys.push({
      is: 'signs',
      holder: signing.holder,
      thumbprint: signingKeyOf(signing.publicKey).thumbprint,
    });
  if (own !== undefined && ofOfficer !== undefined)
    keys.push({
      is: 'decrypts',
      holder: own.officer,
      ...(ofAgency === ofOfficer ? { isAgencys: true } : {}),
      thumbprint: ofOfficer,
    });
  if (ofAgency !== undefined && ofAgency !== ofOfficer) keys.push({ is: 'decrypts', thumbprint: ofAgency });
  return keys;
}

/** @throws EnrolmentError signing-key */
export function signingKeyOf(key: unknown): VerificationKey {
  try {
    return importPublicKey(key);
  } catch {
    throw new EnrolmentError('signing-key');
  }
}

/** @throws EnrolmentError encryption-key */
export async function encryptionThumbprint(key: unknown): Promise<string> {
  try {
    return (await importEncryptionKey(key)).thumbprint;
  } catch {
    throw new EnrolmentError('encryption-key');
  }
}
