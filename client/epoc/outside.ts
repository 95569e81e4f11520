import { refusedBy } from '#client/asking/limits.ts';
import { basisOf } from '#core/cases/acts.ts';
import { mustNotify } from '#core/cases/notification.ts';
import { checkStanding, type Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import { checkTerms, type Terms } from '#core/registry/terms.ts';
import type { DraftInstrument } from './draft-order.ts';
import { type Said, say } from './said.ts';

/**
 * What the agency's terms and the provider's policy do not take, as far as a draft says enough to tell. The provider decides
 * when it is asked; this is for the officer, before.
 */
export function outsideOf(
  {
    instrument,
    categories,
    isPreservation,
    priority,
    isNotified,
  }: {
    instrument: DraftInstrument;
    categories: readonly Category[];
    isPreservation: boolean;
    priority: Priority;
    /** Whether the form says which enforcing authority was notified, or that none need be. */
    isNotified: boolean;
  },
  { policy, terms }: { policy?: Policy | undefined; terms?: Terms | undefined },
): Said[] {
  const { kind, jurisdiction, authoriserRole } = instrument;
  if (kind === undefined || jurisdiction === undefined || authoriserRole === undefined) return [];
  const order = { ...instrument, kind, jurisdiction, authoriserRole, offence: instrument.offence ?? '?' };
  const agency =
    terms &&
    refusedBy(() =>
      checkTerms({ instrument: { ...order, issuedAt: '', digest: '' }, categories: [...categories] }, terms),
    );
  const said: Said[] = agency === undefined ? [] : [say('term-outside-agency', { value: agency })];
  if (policy === undefined) return said;
  if (isPreservation) {
    const { instruments, authorisers } = policy.preservation;
    if (!instruments.includes(kind))
      said.push(say('term-outside-policy', { value: 'instrument-not-accepted' }));
    else if (!authorisers.includes(authoriserRole))
      said.push(say('term-outside-policy', { value: 'authoriser-insufficient' }));
    return said;
  }
  const standing = { ...basisOf({ instrument: order }, policy), priority };
  for (const category of categories) {
    const code = refusedBy(() => checkStanding(standing, [category], policy));
    // An offence that is not named yet says nothing of the threshold.
    const isTold = code !== 'offence-below-threshold' || instrument.offence !== undefined;
    if (code !== undefined && isTold)
      said.push(say('term-outside-policy', { value: `${category}: ${code}` }));
  }
  if (!isNotified && mustNotify(standing, categories, policy))
    said.push(say('notification-open', { section: 'K' }));
  return said;
}
