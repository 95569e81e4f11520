/** The gateway over a cloud in memory, and people who call it. */
import { generateKeyPairSync } from 'node:crypto';
import { freshRegistry } from '#core/access/fresh.ts';
import { utf8 } from '#core/bytes.ts';
import type { Holder as CaseHolder } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { references as referencesUnder } from '#core/cases/references.ts';
import type { Request } from '#core/cases/request.ts';
import { addressNotices } from '#core/gateway/addressing.ts';
import type { Call } from '#core/gateway/call.ts';
import { found } from '#core/gateway/founding.ts';
import { notificationDesk } from '#core/gateway/notifications.ts';
import { preservationDesk } from '#core/gateway/preservations.ts';
import { registryDesk } from '#core/gateway/registry.ts';
import { requestDesk } from '#core/gateway/requests.ts';
import { type ReviewPorts, reviewDesk } from '#core/gateway/reviews.ts';
import { caseForgetter } from '#core/keeping/forgetting-cases.ts';
import type { KeyRecord, Role } from '#core/registry/records.ts';
import type { Terms } from '#core/registry/terms.ts';
import type { Message } from '#core/signature/message.ts';
import { callState } from '#core/state/calls.ts';
import { caseState } from '#core/state/cases.ts';
import { deploymentState } from '#core/state/deployment.ts';
import { emergencyState } from '#core/state/emergencies.ts';
import { entryState } from '#core/state/entries.ts';
import { heardState } from '#core/state/heard.ts';
import { honeytokenState } from '#core/state/honeytokens.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { noticeFileState } from '#core/state/notice-files.ts';
import { preservationState } from '#core/state/preservations.ts';
import { registryState } from '#core/state/registry.ts';
import { registryChanges } from '#core/state/registry-changes.ts';
import { suspensionState } from '#core/state/suspensions.ts';
import type { Store } from '#core/store/store.ts';
import { type MemoryCloud, memoryCloud } from '../../memory/cloud.ts';
import { policy, request } from '../cases/cases.ts';
import { type Holder, holder } from '../registry/registry.ts';

export const honeytoken = 'nobody-asks-for-this';
export const unknown = 'nobody-is-called-this';

export type Gateway = ReturnType<typeof gateway>;

/**
 * @param directory where callers' keys are looked up, before the calls that are disturbed or take turns
 * @param whatExists what the desk learns of the data
 * @param recipientOf what is written to an officer is encrypted to; without it, their agency's newest key
 */
export function gateway(
  cloud: MemoryCloud,
  directory: Store = cloud.store,
  resolve = async ({ value }: { value: string }): Promise<CaseHolder[]> =>
    value === unknown ? [] : [{ subject: `pseudonym of ${value}` }],
  its: Policy = policy,
  whatExists: ReviewPorts['whatExists'] = async () => [],
  recipientOf?: ReviewPorts['recipientOf'],
) {
  const { store, clock, chance, watch, kms, workers } = cloud;
  const state = { store, clock, chance };
  const cases = caseState(state);
  const preserved = preservationState(state);
  const registry = { ...registryState(state), ...registryChanges(state) };
  const emergencies = emergencyState(state);
  const { checkAdopted } = freshRegistry({ registry, emergencies, log: logPlaces(cloud.files), watch });
  const adopting = { ...registry, checkAdopted };
  const calls = callState(state);
  const honeytokens = honeytokenState(state);
  const notices = noticeFileState(state);
  const { desk } = kms;
  const references = referencesUnder(kms.macs, chance);
  const shared = { clock, chance, watch, policy: its, policyHash: policyHash(its) };
  const asking = {
    ...shared,
    cases,
    preservations: preserved,
    registry: adopting,
    emergencies,
    calls,
    desk,
    references,
    workers,
    resolve,
    async checkHoneytokens(subjects: readonly { value: string }[], _: readonly string[], key: KeyRecord) {
      if (!subjects.some(({ value }) => value === honeytoken)) return;
      await honeytokens.catchKey(key);
      throw new CaseError('subject-unknown');
    },
  };
  const agencys = async ({ agency }: { agency: string }) =>
    (await registry.getAgency(agency))?.encryptionKeys.at(-1);
  return {
    clock,
    references,
    cases,
    preserved,
    registry: adopting,
    emergencies,
    calls,
    honeytokens,
    entries: entryState(state),
    deployments: deploymentState(state),
    requests: requestDesk(asking),
    preservations: preservationDesk(asking),
    notifications: notificationDesk({ ...shared, cases, desk, recipientOf: recipientOf ?? agencys }),
    reviews: reviewDesk({
      ...shared,
      cases,
      registry: adopting,
      desk,
      references,
      recipientOf: recipientOf ?? agencys,
      ownRecipients: async () => [],
      whatExists,
    }),
    suspensions: suspensionState(state),
    heard: heardState(state),
    enrolment: registryDesk({
      ...shared,
      registry,
      newest: registry,
      emergencies,
      suspensions: suspensionState(state),
      heard: heardState(state),
      cases,
      coolOffHours: 0,
    }),
    ...caseForgetter({ cases, preservations: preserved, watch }),
    found: (reviewers: Parameters<typeof found>[1]) => found({ ...shared, registry }, reviewers),
    notices,
    address: (id: string, anew = false) =>
      addressNotices(
        { cases, files: notices, desk, chance },
        { provider: 'A provider', logOrigin: 'log.example', contact: undefined },
        { case: id, anew },
      ),
    /** A call of somebody's, whose key is as the registry has it. */
    async call<Input>(by: Holder, input: Input, id = ''): Promise<Call<Input>> {
      const key = await registryState({ store: directory }).getKey(by.key.keyId);
      if (key === undefined) throw new Error('this key is not enrolled');
      const body = utf8(JSON.stringify(input ?? {}));
      return { caller: { key, message: { ...message, body } }, at: clock.now(), id, input };
    },
  };
}

const message: Message = {
  method: 'POST',
  authority: 'writ.example',
  path: '/v1/somewhere',
  query: '',
  headers: [['content-type', 'application/json']],
  body: utf8('{}'),
};

export const terms: Terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC', 'EPOC-PR'],
  categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
  rates: { requestsPerDay: 5, emergenciesPerWeek: 3 },
};

export const agency = 'agency-1';
/** Of the first of its keys. */
const encryption = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const encryptionKey = { ...encryption.publicKey.export({ format: 'jwk' }) };

const person = (name: string, role: Role, of?: string) => holder(name, role, of);
export const people = {
  alice: person('reviewer-1', 'reviewer'),
  bob: person('reviewer-2', 'reviewer'),
  carol: person('reviewer-3', 'reviewer'),
  officer: person('officer-1', 'agency', agency),
  /** Not enrolled yet. */
  newcomer: person('officer-2', 'agency', agency),
} as const;

export const asked: Request = {
  ...request,
  subjects: [{ kind: 'account', value: 'somebody' }],
  notice: { delayUntil: '2026-12-20T00:00:00Z', reason: 'evidence' },
};

/** A cloud with a desk of three reviewers, and an agency with one officer. */
export async function inhabited(its: Policy = policy): Promise<MemoryCloud> {
  const cloud = memoryCloud();
  const { found, enrolment, call } = gateway(cloud, cloud.store, undefined, its);
  const { alice, bob, carol, officer } = people;
  await found([alice, bob].map(firstReviewer));
  const reviewer = { kind: 'reviewer', reviewer: firstReviewer(carol) } as const;
  const newAgency = {
    kind: 'agency',
    agency: { id: agency, name: 'An agency', encryptionKey, terms },
    officer: firstReviewer(officer),
  } as const;
  for (const proposal of [reviewer, newAgency]) {
    const change = await enrolment.propose(await call(alice, proposal));
    await enrolment.decide(await call(bob, approval(change), change.id));
  }
  return cloud;
}

export const firstReviewer = ({ key: { holder: name, publicKey } }: Holder) => ({
  holder: name,
  publicKey: { ...publicKey },
});

export const approval = ({ changeDigest }: { changeDigest: string }) => ({
  decision: 'approve' as const,
  changeDigest,
});
