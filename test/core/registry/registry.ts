/** Keys, proposals and signed changes for the tests of the registry. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { storeMessage } from '#core/evidence.ts';
import {
  type Change,
  type ChangeOutcome,
  confirmAsOperator,
  decideChange,
  type Proposal,
  propose,
} from '#core/registry/change.ts';
import type { AgencyRecord, KeyRecord, Role } from '#core/registry/records.ts';
import type { Terms } from '#core/registry/terms.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import { type Signer, signRequest } from '#core/signature/sign.ts';

export const at = '2026-11-24T10:00:00.000Z';

export const terms: Terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC'],
  categories: ['SubscriberData', 'UserIdentifyingData'],
  rates: { requestsPerDay: 3, emergenciesPerWeek: 1 },
};

export interface Holder {
  key: KeyRecord;
  signer: Signer;
}

/** Somebody with a key. */
export function holder(name: string, role: Role, agency?: string): Holder {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { jwk, thumbprint } = importPublicKey(publicKey.export({ format: 'jwk' }));
  return {
    key: {
      keyId: thumbprint,
      role,
      holder: name,
      ...(agency === undefined ? {} : { agency }),
      publicKey: { ...jwk },
      enrolledBy: 'founding/1',
      enrolledAt: at,
      activeFrom: at,
      salt: new Uint8Array(32),
      entries: { n: 1, hash: '' },
    },
    signer: { keyId: thumbprint, alg: 'ed25519', sign: async (base) => sign(null, base, privateKey) },
  };
}

export function agencyOf(id: string, ...officers: Holder[]): AgencyRecord {
  return {
    id,
    version: 1,
    name: 'An agency',
    terms,
    members: officers.map(({ key }) => ({ keyId: key.keyId, holder: key.holder })),
    encryptionKeys: [{ key: {}, thumbprint: 't', activeFrom: at, by: 'change/first' }],
    entries: { n: 1, hash: '' },
  };
}

let counter = 0;

/** A signed message of somebody's, as the door keeps it. */
export async function signed(
  by: Holder,
  path: string,
  value: unknown,
  options: { method?: string; at?: string } = {},
): Promise<Uint8Array> {
  const body = new TextEncoder().encode(JSON.stringify(value));
  const target = { method: options.method ?? 'POST', authority: 'writ.example', path, query: '' };
  const contentType = 'application/json';
  const created = Math.floor(Date.parse(options.at ?? at) / 1000);
  const nonce = `nonce-of-the-registry-test-${counter++}`;
  const fields = await signRequest({ ...target, contentType, body }, by.signer, {
    created,
    expires: created + 60,
    nonce,
  });
  const message: Message = {
    ...target,
    headers: [...Object.entries(fields), ['content-type', contentType]],
    body,
  };
  return storeMessage(message);
}

export const changeId = 'change-1';

export async function proposed(by: Holder, proposal: Proposal): Promise<Change> {
  const message = await signed(by, '/v1/registry/changes', proposal);
  return committed(propose(proposal, { id: changeId, salt: new Uint8Array(32), by: by.key, at, message }));
}

export async function decided(
  change: Change,
  by: Holder,
  agency?: AgencyRecord,
  options: {
    decision?: 'approve' | 'confirm' | 'reject';
    digest?: string;
    at?: string;
    gone?: string[];
  } = {},
): Promise<Change> {
  const own = by.key.role === 'reviewer' ? 'approve' : 'confirm';
  const decision = { decision: options.decision ?? own, changeDigest: options.digest ?? change.digest };
  const message = await signed(by, `/v1/registry/changes/${change.id}/decisions`, decision);
  const act = { by: by.key, at: options.at ?? at, message, decision };
  const stands = (keyId: string) => keyId !== '' && !(options.gone ?? []).includes(keyId);
  return committed(decideChange(change, act, { agency, stands }));
}

/** An operator confirms. `standing`: the keys that still are the reviewers'. */
export function confirmed(
  change: Change,
  options: { at?: string; standing?: readonly string[] } = {},
): Change {
  // As functions/registry.ts tells it: whatever is not a member's key does not stand.
  const keys =
    options.standing ?? change.decisions.filter(({ keyId }) => keyId !== '').map(({ keyId }) => keyId);
  const stands = (keyId: string) => keys.includes(keyId);
  return committed(confirmAsOperator(change, options.at ?? at, { agency: undefined, stands }));
}

/** What the store does with an outcome, as far as the machine sees. */
function committed({ next, entry }: ChangeOutcome): Change {
  const n = next.entries.n + 1;
  return { ...next, version: next.version + 1, entries: { n, hash: JSON.stringify(entry).slice(0, 64) } };
}
