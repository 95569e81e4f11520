import { randomBytes, randomUUID } from 'node:crypto';
import { storeMessage } from '#core/evidence.ts';
import { inParallel } from '#core/parallel.ts';
import { WireError } from '#core/problem.ts';
import {
  activeFrom,
  agencyOfProposal,
  type Change,
  type ChangeDecision,
  changeStatuses,
  decideChange,
  keyOfProposal,
  type Proposal,
  propose,
} from '#core/registry/change.ts';
import { type ChangeView, viewChange } from '#core/registry/change-view.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { type AgencyRecord, adopted, type DeskRecord, type KeyRecord } from '#core/registry/records.ts';
import type { Revocation, RevokedKey } from '#core/registry/revocation.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { pageAfter, pageLines, placeOfPage } from '#core/wire/list-page.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { reopenEmergencies, suspendedEmergencies } from './aws/emergencies.ts';
import { env } from './aws/env.ts';
import { count } from './aws/observe.ts';
import {
  changesPage,
  commitChange,
  commitRevocation,
  type Effects,
  getAgency,
  getChange,
  getDesk,
  getKey,
  StaleRegistryError,
  standingDeciders,
} from './aws/registry.ts';
import { type Answer, json, type Signed } from './middleware/event.ts';
import { serveSigned } from './middleware/serve.ts';

/**
 * Who is enrolled. Reviewers, and for their own agency its officers, propose and decide changes; whoever may rely on a
 * key may have it revoked. Nothing here discloses anything, and nothing else changes the registry.
 */
const { AUTHORITY, COOL_OFF_HOURS } = env('AUTHORITY', 'COOL_OFF_HOURS');

export const handler = serveSigned(registryRoutes, AUTHORITY, {
  proposeChange: take,
  listChanges: list,
  showChange: show,
  decideChange: takeDecision,
  revokeKey: revoke,
});

async function take({ input: proposal, caller, at }: Signed<Proposal>): Promise<Answer> {
  await checkPossible(proposal);
  const outcome = propose(proposal, {
    id: randomUUID(),
    salt: randomBytes(32),
    by: caller.key,
    at,
    message: storeMessage(caller.message),
  });
  const value = await commitChange(outcome);
  const self = `/v1/registry/changes/${value.id}`;
  return json(201, await view(value), { location: self });
}

async function list(event: Signed): Promise<Answer> {
  const status = changeStatuses.find((s) => s === event.queryStringParameters?.status) ?? 'Pending';
  const { page } = event.queryStringParameters ?? {};
  const from = page === undefined ? undefined : placeOfPage(page);
  // Proposals may be large, so what one read of the table holds, 1 MB at most, is a page: an answer ends at 6 MB.
  const { changes, next } = await changesPage(status, { limit: pageLines, from });
  return json(200, {
    changes: await inParallel(changes, 16, view),
    ...(next === undefined ? {} : { next: pageAfter(next) }),
  });
}

async function show(event: Signed): Promise<Answer> {
  return json(200, await view(await visible(event)));
}

async function takeDecision(event: Signed<ChangeDecision>): Promise<Answer> {
  const { at, caller, input: decision } = event;
  const act = { by: caller.key, at, decision, message: storeMessage(caller.message) };
  return json(
    200,
    await retrying(async () => {
      const value = await visible(event);
      const agencyId = agencyOfProposal(value.proposal);
      const agency = agencyId === undefined ? undefined : await getAgency(agencyId);
      const outcome = decideChange(value, act, { agency, stands: await standingDeciders(value, at) });
      const applied = outcome.next.status === 'Applied';
      const effects = applied ? await effectsOf(outcome.next, agency, at) : {};
      return view(await commitChange(outcome, effects));
    }),
  );
}

async function revoke(event: Signed<Revocation>): Promise<Answer> {
  const { at, caller, input } = event;
  const by = caller.key;
  return json(
    200,
    await retrying(async (): Promise<RevokedKey> => {
      const key = await getKey(input.keyid);
      // An officer answers for the keys of their own agency, a reviewer for all.
      if (key === undefined || (by.role === 'agency' && key.agency !== by.agency))
        throw new WireError('not-found');
      if (key.revokedAt !== undefined) return { keyid: key.keyId, revokedAt: key.revokedAt };
      await commitRevocation(key, by.holder, input.reason, at, await partyOf(key));
      count('KeysRevoked');
      return { keyid: key.keyId, revokedAt: at };
    }),
  );
}

/** A change, for reviewers and for the agency that it concerns. To others it is not there. */
async function visible(event: Signed<unknown>): Promise<Change> {
  const value = await getChange(event.pathParameters?.id ?? '');
  const { key } = event.caller;
  if (value === undefined || (key.role === 'agency' && agencyOfProposal(value.proposal) !== key.agency))
    throw new WireError('not-found');
  return value;
}

/**
 * What cannot be applied anyhow is refused before anybody else is asked to sign it.
 *
 * @throws SignatureError key-refused; RegistryError agency-enrolled, agency-unknown, emergencies-open, key-enrolled
 */
async function checkPossible(proposal: Proposal): Promise<void> {
  const agencyId = agencyOfProposal(proposal);
  if (agencyId !== undefined) {
    const isThere = (await getAgency(agencyId)) !== undefined;
    if (proposal.kind === 'agency' && isThere) throw new RegistryError('agency-enrolled');
    if (proposal.kind !== 'agency' && !isThere) throw new RegistryError('agency-unknown');
  }
  if (proposal.kind === 'emergencies') await suspendedEmergencies(proposal.agency);
  const asked = keyOfProposal(proposal);
  if (asked !== undefined && (await getKey(importPublicKey(asked.publicKey).thumbprint)) !== undefined) {
    throw new RegistryError('key-enrolled');
  }
  const encryption =
    proposal.kind === 'agency'
      ? proposal.agency.encryptionKey
      : proposal.kind === 'encryption-key'
        ? proposal.encryptionKey
        : undefined;
  if (encryption !== undefined) await importEncryptionKey(encryption);
}

/** What a complete change does: the party that it concerns as it becomes, and the key that joins it, if any. */
async function effectsOf(change: Change, agency: AgencyRecord | undefined, at: string): Promise<Effects> {
  const { proposal } = change;
  if (proposal.kind === 'policy')
    return { desk: adopted(await theDesk(), proposal.policyHash, `change/${change.id}`) };
  if (proposal.kind === 'emergencies') return { also: await reopenEmergencies(proposal.agency, change.id) };
  const party = await partyAfter(proposal, agency, at);
  const key = newKey(change, at);
  return key === undefined ? party : { ...joined(party, key), key };
}

async function partyAfter(
  proposal: Exclude<Proposal, { kind: 'policy' | 'emergencies' }>,
  agency: AgencyRecord | undefined,
  at: string,
): Promise<Effects> {
  if (proposal.kind === 'reviewer') return { desk: await theDesk() };
  if (proposal.kind === 'agency') {
    if (agency !== undefined) throw new RegistryError('agency-enrolled');
    const { id, name, terms, encryptionKey } = proposal.agency;
    // The first key of an agency: there is none before it that could be used meanwhile, so it needs no date.
    const encryptionKeys = [{ ...(await importEncryptionKey(encryptionKey)), activeFrom: at }];
    return { agency: { id, version: 0, name, terms, members: [], encryptionKeys } };
  }
  if (agency === undefined) throw new RegistryError('agency-unknown');
  switch (proposal.kind) {
    case 'officer':
      return { agency };
    case 'terms':
      return { agency: { ...agency, terms: proposal.terms } };
    case 'encryption-key': {
      const imported = await importEncryptionKey(proposal.encryptionKey);
      const added = { ...imported, activeFrom: activeFrom(at, COOL_OFF_HOURS, proposal.activeFrom) };
      return { agency: { ...agency, encryptionKeys: [...agency.encryptionKeys, added] } };
    }
  }
}

function joined({ agency, desk }: Effects, { keyId, holder }: KeyRecord): Effects {
  const member = { keyId, holder };
  return {
    ...(agency === undefined ? {} : { agency: { ...agency, members: [...agency.members, member] } }),
    ...(desk === undefined ? {} : { desk: { ...desk, members: [...desk.members, member] } }),
  };
}

function newKey(change: Change, at: string): KeyRecord | undefined {
  const asked = keyOfProposal(change.proposal);
  if (asked === undefined) return undefined;
  const { jwk, thumbprint } = importPublicKey(asked.publicKey);
  return {
    keyId: thumbprint,
    role: asked.role,
    holder: asked.holder,
    ...(asked.role === 'agency' && asked.agency !== undefined ? { agency: asked.agency } : {}),
    publicKey: { ...jwk },
    enrolledBy: `change/${change.id}`,
    enrolledAt: at,
    activeFrom: activeFrom(at, COOL_OFF_HOURS, asked.activeFrom),
    salt: randomBytes(32),
    entries: { n: 0, hash: '' },
  };
}

async function partyOf(key: KeyRecord): Promise<Effects> {
  if (key.agency === undefined) return { desk: await theDesk() };
  const agency = await getAgency(key.agency);
  return agency === undefined ? {} : { agency };
}

/** Whoever calls is enrolled, so there is a desk. */
async function theDesk(): Promise<DeskRecord> {
  const desk = await getDesk();
  if (desk === undefined) throw new Error('the registry has no desk');
  return desk;
}

/** Others enrol at the same time: read again, decide again. */
async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StaleRegistryError) || times === 8) throw error;
    }
  }
}

async function view(change: Change): Promise<ChangeView> {
  const agencyId = agencyOfProposal(change.proposal);
  return viewChange(change, agencyId === undefined ? undefined : await getAgency(agencyId));
}
