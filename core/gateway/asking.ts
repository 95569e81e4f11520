import type { Holder } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { References } from '#core/cases/references.ts';
import type { Request, Subject } from '#core/cases/request.ts';
import type { DeskSeal, Watch, Workers } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { ratesOf, type Terms } from '#core/registry/terms.ts';
import type { CallState } from '#core/state/calls.ts';
import { countTowards } from '#core/state/calls.ts';
import type { CaseState } from '#core/state/cases.ts';
import { decideUntilFirst, type Guard, type StatePorts } from '#core/state/commit.ts';
import type { EmergencyState } from '#core/state/emergencies.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { RegistryState } from '#core/state/registry.ts';

export interface Adoption {
  /** @throws CaseError policy-not-adopted: what is deployed is not what two reviewers adopted */
  checkAdopted(policyHash: string): Promise<void>;
}

/** What it takes to accept what an agency asks for: a request, or a preservation. */
export interface AskingPorts extends Pick<StatePorts, 'clock' | 'chance'> {
  cases: CaseState;
  preservations: PreservationState;
  registry: Pick<RegistryState, 'getAgency'> & Adoption;
  emergencies: Pick<EmergencyState, 'checkAccepted'>;
  calls: Pick<CallState, 'countAsked'>;
  desk: Pick<DeskSeal, 'seal'>;
  references: References;
  workers: Pick<Workers, 'preserve'>;
  watch: Watch;
  /** Whom a subject stands for in a period; nobody where nothing is stored. */
  resolve(subject: Subject, period: Request['period']): Promise<Holder[]>;
  /** @throws CaseError subject-unknown if one of the subjects is a honeytoken; the key is revoked for it */
  checkHoneytokens(subjects: readonly Subject[], tags: readonly string[], key: KeyRecord): Promise<void>;
  policy: Policy;
  policyHash: string;
}

/**
 * One reference is one request: what stands under it already is the answer, also where two copies of one request arrive
 * at the same moment and the other is first.
 *
 * @throws CaseError reference-conflict
 */
export function onceForReference<T extends { requestDigest: string }>(
  ports: Pick<StatePorts, 'clock' | 'chance'>,
  requestDigest: string,
  { find, make }: { find: () => Promise<T | undefined>; make: () => Promise<T> },
): Promise<T> {
  return decideUntilFirst(ports, async () => {
    const known = await find();
    if (known !== undefined && known.requestDigest !== requestDigest)
      throw new CaseError('reference-conflict');
    return known ?? make();
  });
}

/** @throws WireError key-role: the agency is not enrolled */
export async function termsOf({ registry }: Pick<AskingPorts, 'registry'>, agency: string): Promise<Terms> {
  const terms = (await registry.getAgency(agency))?.terms;
  if (terms === undefined) throw new WireError('key-role');
  return terms;
}

/** What is asked counts towards the limits of its agency and of the officer. */
export function limitsOf(
  asked: Pick<Request, 'priority'>,
  by: { agency: string; terms: Terms; policy: Policy; officer: string },
  at: string,
): Guard[] {
  const { agency, terms, policy, officer } = by;
  const rates = ratesOf(asked, { terms, limits: policy.limits, officer }, at);
  return rates.map((rate) => countTowards(agency, rate));
}

/** Has `preserve` begin. If that call is lost, the clock has it begin within the hour. */
export async function beginPreserving(
  { workers, watch }: Pick<AskingPorts, 'workers' | 'watch'>,
  preservation: string,
): Promise<void> {
  try {
    await workers.preserve(preservation);
  } catch (error) {
    watch.error('preserve was not called', { error: error instanceof Error ? error.name : '' });
  }
}
