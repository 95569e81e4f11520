import { CaseError } from '#core/cases/errors.ts';
import { hold, release } from '#core/cases/retention.ts';
import { canonicalInstant } from '#core/instant.ts';
import { noEntries } from '#core/log/entry.ts';
import {
  activeFrom,
  type Change,
  keyOfProposal,
  ownKeyOfProposal,
  type Proposal,
} from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { RegistryError } from '#core/registry/errors.ts';
import {
  type AgencyRecord,
  adopted,
  type DeskRecord,
  type KeyRecord,
  mostEncryptionKeys,
  mostMembers,
} from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Prepared } from '#core/state/commit.ts';
import type { EmergencyState } from '#core/state/emergencies.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { Effects, Party } from '#core/state/registry-changes.ts';
import type { SuspensionState } from '#core/state/suspensions.ts';

export interface EffectPorts {
  registry: Pick<RegistryState, 'getDesk' | 'getKey'>;
  emergencies: Pick<EmergencyState, 'reopen'>;
  suspensions: Pick<SuspensionState, 'reinstate'>;
  cases: Pick<CaseState, 'prepareOn'>;
}

/**
 * What a complete change does: the party that it concerns as it becomes, and the key that joins it, if any.
 *
 * @param facts.salt of a key that joins
 * @throws RegistryError agency-enrolled, agency-unknown, officer-unknown, emergencies-open, key-not-suspended, case-unknown; CaseError case-not-held, limit-exceeded; SignatureError key-refused
 */
export async function effectsOf(
  ports: EffectPorts,
  change: Change,
  agency: AgencyRecord | undefined,
  facts: { at: string; coolOffHours: number; salt: Uint8Array },
): Promise<Effects> {
  const { proposal } = change;
  if (proposal.kind === 'policy') {
    const desk = await existingDesk(ports.registry);
    return { desk: adopted(desk, proposal.policyHash, `change/${change.id}`) };
  }
  if (proposal.kind === 'emergencies')
    return { also: await ports.emergencies.reopen(proposal.agency, change.id) };
  if (proposal.kind === 'reinstate') {
    const key = await ports.registry.getKey(proposal.keyid);
    return { also: ports.suspensions.reinstate(key, `change/${change.id}`) };
  }
  if (proposal.kind === 'hold' || proposal.kind === 'release')
    return { also: await held(ports, change.id, proposal) };
  const party =
    proposal.kind === 'reviewer'
      ? { desk: await existingDesk(ports.registry) }
      : { agency: await agencyAfter(proposal, agency, { ...facts, by: `change/${change.id}` }) };
  const recipient = await newRecipient(proposal, facts);
  const key = newKey(change, facts);
  return {
    ...(key === undefined ? party : { ...joined(party, key), key }),
    ...(recipient === undefined ? {} : { recipient }),
  };
}

/** An officer's own key to encrypt to, which only the log keeps. */
async function newRecipient(
  proposal: Proposal,
  { at, coolOffHours }: { at: string; coolOffHours: number },
): Promise<Effects['recipient']> {
  const own = ownKeyOfProposal(proposal);
  if (own === undefined) return undefined;
  const { thumbprint } = await importEncryptionKey(own.encryptionKey);
  return { officer: own.officer, thumbprint, activeFrom: activeFrom(at, coolOffHours, own.activeFrom) };
}

/** @throws RegistryError officer-unknown: an encryption key is somebody's who holds no key of this agency */
export function checkOfficer(officer: string | undefined, { members }: AgencyRecord): void {
  if (officer !== undefined && !members.some(({ holder }) => holder === officer))
    throw new RegistryError('officer-unknown');
}

/** A case as a hold or its release leaves it. @throws RegistryError case-unknown; CaseError case-not-held */
async function held(
  { cases }: EffectPorts,
  change: string,
  proposal: Extract<Proposal, { kind: 'hold' | 'release' }>,
): Promise<Prepared> {
  const prepared = await cases.prepareOn(proposal.case, (current) =>
    proposal.kind === 'release'
      ? release(current, change)
      : hold(current, { change, until: canonicalInstant(proposal.until) }),
  );
  if (prepared === undefined) throw new RegistryError('case-unknown');
  return prepared;
}

async function agencyAfter(
  proposal: Exclude<
    Proposal,
    { kind: 'policy' | 'emergencies' | 'reinstate' | 'reviewer' | 'hold' | 'release' }
  >,
  agency: AgencyRecord | undefined,
  { at, coolOffHours, by }: { at: string; coolOffHours: number; by: string },
): Promise<AgencyRecord> {
  if (proposal.kind === 'agency') {
    if (agency !== undefined) throw new RegistryError('agency-enrolled');
    const { id, name, terms, encryptionKey } = proposal.agency;
    // The first key of an agency: there is none before it that could be used meanwhile, so it needs no date.
    const encryptionKeys = [{ ...(await importEncryptionKey(encryptionKey)), activeFrom: at, by }];
    return { id, version: 0, name, terms, members: [], encryptionKeys, entries: noEntries };
  }
  if (agency === undefined) throw new RegistryError('agency-unknown');
  switch (proposal.kind) {
    case 'officer':
      return agency;
    case 'terms':
      return { ...agency, terms: proposal.terms };
    case 'encryption-key': {
      checkOfficer(proposal.officer, agency);
      if (proposal.officer !== undefined) return agency;
      const imported = await importEncryptionKey(proposal.encryptionKey);
      const added = { ...imported, activeFrom: activeFrom(at, coolOffHours, proposal.activeFrom), by };
      if (agency.encryptionKeys.length >= mostEncryptionKeys) throw new CaseError('limit-exceeded');
      return { ...agency, encryptionKeys: [...agency.encryptionKeys, added] };
    }
  }
}

function joined({ agency, desk }: Party, { keyId, holder }: KeyRecord): Party {
  const member = { keyId, holder };
  if ((agency ?? desk)?.members.length === mostMembers) throw new CaseError('limit-exceeded');
  return {
    ...(agency === undefined ? {} : { agency: { ...agency, members: [...agency.members, member] } }),
    ...(desk === undefined ? {} : { desk: { ...desk, members: [...desk.members, member] } }),
  };
}

function newKey(
  change: Change,
  { at, coolOffHours, salt }: { at: string; coolOffHours: number; salt: Uint8Array },
): KeyRecord | undefined {
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
    activeFrom: activeFrom(at, coolOffHours, asked.activeFrom),
    salt,
    entries: noEntries,
  };
}

/** A caller who is enrolled was enrolled by a desk. */
export async function existingDesk(registry: Pick<RegistryState, 'getDesk'>): Promise<DeskRecord> {
  const desk = await registry.getDesk();
  if (desk === undefined) throw new Error('the registry has no desk');
  return desk;
}
