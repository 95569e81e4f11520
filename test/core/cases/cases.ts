/** Requests, policies and cases for the tests of the desk. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import { type Outcome, receive } from '#core/cases/acts.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import { authoriserRoles, categories, type Policy, policyHash, policySchema } from '#core/cases/policy.ts';
import type { Decision, Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { appendEntry, type Entry } from '#core/log/entry.ts';

export const policy: Policy = policySchema.parse(
  JSON.parse(readFileSync(new URL('../../../policy/default.json', import.meta.url), 'utf8')),
);

/** The request of docs and design. */
export const request: Request = {
  reference: 'GS-4711/26',
  instrument: {
    kind: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T09:00:00Z',
    offence: 'StGB 176b',
    digest: `sha-256=:${'A'.repeat(43)}=:`,
  },
  investigation: 'criminal',
  priority: 'Routine',
  subjects: [
    { kind: 'phone', value: '+4915112345678' },
    { kind: 'account', value: 'alice' },
    { kind: 'username', value: 'Al ice' },
  ],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  notice: { delayUntil: '2027-02-20T00:00:00Z', reason: 'jeopardising the investigation' },
};

export const receivedAt = '2026-11-20T10:00:00.000Z';

export function received(asked: Request = request, its: Policy = policy): Outcome {
  return receive(asked, {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    agency: 'agency-1',
    askedBy: 'officer-key',
    requestDigest: jsonDigest(asked),
    at: receivedAt,
    subjects: asked.subjects.map((_, i) => [{ subject: `pseudonym-${i}` }]),
    sealedRequest: Uint8Array.of(1, 2, 3),
    salt: new Uint8Array(32).fill(7),
    policy: its,
    policyHash: policyHash(its),
  });
}

/** What the store does with an outcome: numbers the entry, counts the version. */
export function committed({ next, entry: body }: Outcome, at: string): { it: Case; entry: Entry } {
  const stream = { n: next.entries.n, ...(next.entries.hash === '' ? {} : { hash: next.entries.hash }) };
  const { entry, head } = appendEntry(`case/${next.id}`, stream, body, at);
  const hash = head.hash ?? '';
  const pending = next.pending?.entry === entry.n ? { pending: { ...next.pending, hash } } : {};
  return { it: { ...next, version: next.version + 1, entries: { n: head.n, hash }, ...pending }, entry };
}

export const commitAt = (outcome: Outcome, at = receivedAt): Case => committed(outcome, at).it;

export const hoursAfter = (at: string, hours: number) =>
  new Date(Date.parse(at) + hours * 3_600_000).toISOString();

/** An approval of this case's digest. */
export function approval(it: Case, scope: Scope = it.asked): Decision {
  return { decision: 'approve', requestDigest: it.requestDigest, scope, reason: 'lawful' };
}
export function rejection(it: Case): Decision {
  return { decision: 'reject', requestDigest: it.requestDigest, reason: 'not lawful' };
}
export function by(reviewer: string, decision: Decision, at = receivedAt) {
  return { decision, reviewer, keyId: `key-of-${reviewer}`, at, sealedMessage: Uint8Array.of(9) };
}

export const grant: Grant = {
  subject: 'pseudonym-0',
  kind: 'access',
  epoch: '2026-09',
  keyId: 'vault-key',
  grantId: 'grant-1',
  token: 'token-1',
};

/** Objects as JSON.parse makes them. */
const plain = { noNullPrototype: true } as const;

// Arbitraries. Instants of all the spellings that the wire takes.

export const instants = fc
  .tuple(
    fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') }),
    fc.constantFrom('s', 'ms'),
  )
  .map(([time, unit]) => {
    const text = new Date(unit === 's' ? time - (time % 1000) : time).toISOString();
    return unit === 's' ? text.replace('.000Z', 'Z') : text;
  });

export const periods = fc
  .tuple(instants, instants)
  .filter(([a, b]) => Date.parse(a) !== Date.parse(b))
  .map(([a, b]) => (Date.parse(a) < Date.parse(b) ? { from: a, to: b } : { from: b, to: a }));

export const someCategories = fc.uniqueArray(fc.constantFrom(...categories), { minLength: 1 });

export const scopes: fc.Arbitrary<Scope> = fc.record(
  {
    subjects: fc.uniqueArray(fc.nat(4), { minLength: 1 }),
    categories: someCategories,
    period: periods,
  },
  plain,
);

const readable = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .filter(
      (s) =>
        s.length <= max && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(s) && s.isWellFormed(),
    );

const subjects = fc.oneof(
  fc.record({ kind: fc.constant('account' as const), value: readable(256) }, plain),
  fc.record({ kind: fc.constant('username' as const), value: readable(256) }, plain),
  fc.record({ kind: fc.constant('phone' as const), value: fc.stringMatching(/^\+[1-9]\d{6,14}$/) }, plain),
);

/** Any request that the wire takes. */
export const requests: fc.Arbitrary<Request> = fc
  .record(
    {
      reference: readable(128),
      instrument: fc.record(
        {
          kind: fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,31}$/),
          jurisdiction: fc.stringMatching(/^[A-Z]{2}$/),
          authoriserRole: fc.constantFrom(...authoriserRoles),
          issuedAt: instants,
          offence: readable(200),
          digest: fc.stringMatching(/^sha-256=:[A-Za-z0-9+/]{43}=:$/),
        },
        plain,
      ),
      investigation: fc.constant('criminal' as const),
      priority: fc.constantFrom('Routine' as const, 'Emergency' as const),
      subjects: fc.uniqueArray(subjects, {
        minLength: 1,
        maxLength: 8,
        selector: (s) => `${s.kind} ${s.value}`,
      }),
      categories: someCategories,
      period: periods,
      notice: fc.option(fc.record({ delayUntil: instants, reason: readable(500) }, plain), {
        nil: undefined,
      }),
    },
    plain,
  )
  .map(({ notice, ...rest }) => (notice === undefined ? rest : { ...rest, notice }));
