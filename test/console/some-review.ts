import type { Review } from '#client/reviewer.ts';
import { jsonDigest } from '#core/canonical.ts';
import { askedScope, type Request } from '#core/cases/request.ts';
import * as examples from '#core/wire/examples.ts';

/** A case that awaits a decision, about which there is nothing to warn of. */
export function someReview(changes: Partial<Review> = {}): Review {
  const request: Request = {
    ...examples.request,
    priority: 'Routine',
    instrument: { ...examples.request.instrument, issuedAt: '2026-11-20T09:00:00Z' },
    subjects: [
      { kind: 'phone', value: '+4915112345678' },
      { kind: 'username', value: 'anna.b' },
    ],
    categories: ['SubscriberData', 'TrafficData'],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  };
  return {
    id: '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
    reference: request.reference,
    status: 'AwaitingApproval',
    priority: 'Routine',
    requestDigest: jsonDigest(request),
    receivedAt: '2026-11-22T10:00:00.000Z',
    dueAt: '2026-12-02T23:00:00.000Z',
    collections: 0,
    links: {},
    agency: 'lka-example',
    asked: askedScope(request),
    approvalsNeeded: 2,
    decisions: [],
    request,
    threshold: 'met',
    exists: [],
    ...changes,
  };
}
