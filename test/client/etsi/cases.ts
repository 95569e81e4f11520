import { createHash } from 'node:crypto';
import type { CaseFacts, Delivered } from '#client/etsi/facts.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';

/** Cases for tests of what is exported. Nobody in them exists. */

export const id = '7d0c1e0a-1111-4222-8333-944455556666';

export const request: Request = {
  reference: 'GS-4711/26',
  order: 'DE-2026-000117',
  instrument: {
    kind: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    role: 'Court',
    issuedAt: '2026-11-20T09:00:00Z',
    offence: 'StGB 176b',
    threshold: 'met',
    digest: `sha-256=:${'A'.repeat(43)}=:`,
    answerBy: '2026-12-01T12:00:00Z',
    authority: 'Amtsgericht Hamburg',
  },
  investigation: 'criminal',
  priority: 'Emergency',
  threat: 'life',
  subjects: [
    { kind: 'phone', value: '+4915112345678' },
    { kind: 'account', value: 'u <4711> & “co” \u2028' },
  ],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00.5Z', to: '2026-11-20T00:00:00Z' },
  notice: {
    delayUntil: '2027-02-20T00:00:00Z',
    reason: 'flight',
    by: 'nobody',
    digest: `sha-256=:${'B'.repeat(42)}A=:`,
  },
  notification: { authority: 'ie-doj' },
  amends: '11111111-1111-4111-8111-111111111111',
  preservations: ['22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'],
};

export function viewOf(of: Request, more: Partial<CaseView> = {}): CaseView {
  return {
    id,
    reference: of.reference,
    ...(of.order === undefined ? {} : { order: of.order }),
    status: 'AwaitingApproval',
    priority: of.priority,
    requestDigest: jsonDigest(of),
    receivedAt: '2026-11-20T10:00:00.000Z',
    dueAt: '2026-11-20T18:00:00.000Z',
    collections: 0,
    links: {},
    ...more,
  };
}

export function factsOf(of: Request, more: Partial<CaseView> = {}, rest: Partial<CaseFacts> = {}): CaseFacts {
  let messages = 0;
  return {
    view: viewOf(of, more),
    asked: { request: of },
    agency: { id: 'DE-AG-HH-0007', name: 'Landeskriminalamt Hamburg', country: of.instrument.jurisdiction },
    provider: { id: 'disclosure.example', name: 'Example Mail', country: 'IE' },
    now: '2026-11-27T10:00:00.123Z',
    random: () => `00000000-0000-4000-8000-${String(messages++).padStart(12, '0')}`,
    ...rest,
  };
}

export function delivered(texts: Readonly<Record<string, string>>): Delivered {
  return {
    collectedAt: '2026-11-26T08:00:00.000Z',
    means: 'collected over signed HTTPS, encrypted to the officer who collected it',
    files: Object.entries(texts).map(([name, text]) => ({
      name,
      type: name.endsWith('.csv') ? 'text/csv' : 'application/json',
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      data: new TextEncoder().encode(text),
    })),
  };
}
