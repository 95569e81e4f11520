import { readOrderDigest } from '#client/order-digest.ts';
import { type CaseView, openStatuses } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { type Draft, emptyDraft, localOf } from '../ask/draft.ts';
import type { Portal } from '../state/portal.ts';
import { go } from '../state/route.ts';
import type { Opened } from './state.ts';

/** A request that ended without its answer can be asked anew in its place: the new one names it. */
export const canAskAnew = ({ status }: Pick<CaseView, 'status'>): boolean =>
  status !== 'AwaitingApproval' && !openStatuses.includes(status);

/** Begins a draft with what was asked before, where that is known here, and goes to it. */
export async function askAnew(
  { kept }: Pick<Portal, 'kept'>,
  { view, request }: Pick<Opened, 'view' | 'request'>,
): Promise<void> {
  const draft = crypto.randomUUID();
  await kept.keepDraft(draft, anew(view.id, request));
  go({ screen: 'new', draft });
}

/**
 * A draft in the place of a request. Its reference is left open, since one reference is one request; so is what has to be
 * chosen again: whether it is secret, and whom an authority notifies.
 */
export function anew(amends: string, request: Request | undefined): Draft {
  const empty = { ...emptyDraft('request'), amends };
  if (request === undefined) return empty;
  const { instrument, subjects, categories, period, priority, threat, preservations = [], order } = request;
  return {
    ...empty,
    kind: instrument.kind,
    jurisdiction: instrument.jurisdiction,
    authoriser: instrument.authoriserRole,
    office: instrument.role ?? '',
    authority: instrument.authority ?? '',
    issued: localOf(instrument.issuedAt),
    offence: instrument.offence,
    declared: instrument.threshold !== undefined,
    digest: readOrderDigest(instrument.digest)?.member ?? '',
    priority,
    threat: threat ?? '',
    subjects: subjects.map(({ kind, value }) => ({ kind, value })),
    categories: [...categories],
    withTimes: true,
    from: localOf(period.from),
    to: localOf(period.to),
    preservations: [...preservations],
    ofOrder: order ?? '',
  };
}
