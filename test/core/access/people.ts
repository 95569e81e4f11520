import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import { type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { noEntries } from '#core/log/entry.ts';
import type { Role } from '#core/registry/records.ts';
import type { PublicJwk } from '#core/signature/keys.ts';
import { receivedAt } from '../cases/cases.ts';
import { type Holder, holder } from '../registry/registry.ts';

/** The people of the tests of access. Their keys are made once; what a test changes are records of them. */
function person(name: string, role: Role, enrolledBy: string, agency?: string): Holder {
  const { key, signer } = holder(name, role, agency);
  const since = { enrolledAt: receivedAt, activeFrom: receivedAt };
  return { key: { ...key, ...since, enrolledBy, entries: noEntries }, signer };
}

export const changeId = 'c0ffee00-0000-4000-8000-00000000000a';
export const one = person('reviewer-1', 'reviewer', 'founding/1');
export const two = person('reviewer-2', 'reviewer', 'founding/1');
/** Enrolled by the change of the first two. */
export const third = person('reviewer-3', 'reviewer', `change/${changeId}`);
/** Enrolled with the agency, by the change of the first two. */
export const agencyChangeId = 'c0ffee00-0000-4000-8000-0000000000aa';
export const officer = person('officer-1', 'agency', `change/${agencyChangeId}`, 'agency-1');

const pair = generateKeyPairSync('x25519');
/** What the agency's disclosures are encrypted to. */
export const agencyKey = {
  jwk: { ...pair.publicKey.export({ format: 'jwk' }) },
  privateKey: pair.privateKey,
};

/** Opens an answer as its agency would, and checks that the provider signed it. */
export async function openAnswer(jwe: string, provider: PublicJwk): Promise<DisclosurePackage> {
  const { plaintext } = await compactDecrypt(jwe, agencyKey.privateKey);
  const jws = new TextDecoder().decode(plaintext);
  const { payload } = await compactVerify(jws, await importJWK({ ...provider }, 'ES256'));
  return packageSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
}
