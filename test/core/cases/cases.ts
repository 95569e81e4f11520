/** Requests, policies and cases for the tests of the desk. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import { mint, receive } from '#core/cases/acts.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import { type Deciding, decide } from '#core/cases/deciding.ts';
import type { CaseErrorCode } from '#core/cases/errors.ts';
import { authoriserRoles, type Policy, policyHash, policySchema } from '#core/cases/policy.ts';
import { type Decision, delayReasons, type Request, threats } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { categories } from '#core/categories/categories.ts';
import { commitment } from '#core/log/commitment.ts';
import { appendEntry, type Entry } from '#core/log/entry.ts';

/** A policy as it is shipped. */
export const shipped = (name: string): Policy =>
  policySchema.parse(
    JSON.parse(readFileSync(new URL(`../../../policy/${name}.json`, import.meta.url), 'utf8')),
  );
/** As it is shipped: it has the log withhold what a delayed notice would give away. */
export const withholding = shipped('eu-e-evidence');
/**
 * The same, with a log that says all at once, no authority that is notified, and a provider that tells the person whatever
 * the order is: most tests are of such a one. embargo.test.ts and the model have the other.
 */
export const policy: Policy = withoutSecrets(withholding);

function withoutSecrets({ embargo: _, notice: { by: __, ...notice }, ...rest }: Policy): Policy {
  const traffic = rest.categories.TrafficData.map(({ notified: ___, ...line }) => line);
  return { ...rest, notice, categories: { ...rest.categories, TrafficData: traffic } };
}

/** What a refusal of the desk looks like. */
export const code = (expected: CaseErrorCode) => ({ name: 'CaseError', code: expected, message: expected });

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

/** Of an authority that may ask without a validation in an emergency, for what it may ask for: it owes one afterwards. */
export const emergency: Request = {
  ...request,
  instrument: { ...request.instrument, authoriserRole: 'OtherCompetentAuthority' },
  priority: 'Emergency',
  threat: 'life',
  categories: ['SubscriberData', 'UserIdentifyingData'],
};

/** How the log calls a key here: one salt serves them all. */
export const inLog = (keyId: string) => commitment(new Uint8Array(32).fill(1), 'key', keyId);
export const officerKey = inLog('officer-key');

export const receivedAt = '2026-11-20T10:00:00.000Z';

/** A reference as the tables keep one, for tests that never open it. */
export const reference = { tag: 'a reference', sealed: Uint8Array.of(4, 5, 6) };

export function received(asked: Request = request, its: Policy = policy): Outcome {
  return receive(asked, {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference,
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
  const { entry, head } = appendEntry(`case/${next.id}`, next.entries, body, at);
  const pending = next.pending?.entry === entry.n ? { pending: { ...next.pending, hash: head.hash } } : {};
  return { it: { ...next, version: next.version + 1, entries: head, ...pending }, entry };
}

export const commitAt = (outcome: Outcome, at = receivedAt): Case => committed(outcome, at).it;

export const hoursAfter = (at: string, hours: number) =>
  new Date(Date.parse(at) + hours * 3_600_000).toISOString();

/** An approval of this case's digest. */
export function approval(current: Case, scope: Scope = current.asked): Decision {
  return { decision: 'approve', requestDigest: current.requestDigest, scope, reason: 'lawful' };
}
export function rejection(current: Case): Decision {
  return { decision: 'reject', requestDigest: current.requestDigest, reason: 'not lawful' };
}
/** Who decides, when, and under which policy. */
export function by(reviewer: string, at = receivedAt, its: Policy = policy): Deciding {
  return {
    reviewer,
    keyId: `key-of-${reviewer}`,
    key: inLog(`key-of-${reviewer}`),
    at,
    sealedMessage: Uint8Array.of(9),
    policy: its,
    policyHash: policyHash(its),
  };
}

export const grant: Grant = {
  subject: 'pseudonym-0',
  kind: 'access',
  epoch: '2026-09',
  keyId: 'vault-key',
  grantId: 'grant-1',
};

// Cases as far as they have come, each by the acts that lead there.

/** Freezes all that can be frozen, so that an act that writes into what it was given throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

export const fresh = (asked: Request = request, its: Policy = policy): Case =>
  frozen(commitAt(received(asked, its)));

export const approvedBy = (current: Case, reviewer: string, at = receivedAt, its: Policy = policy): Case =>
  frozen(
    commitAt(decide(current, approval(current, current.scope ?? current.asked), by(reviewer, at, its)), at),
  );

export const approved = (asked: Request = request, its: Policy = policy): Case =>
  approvedBy(approvedBy(fresh(asked, its), 'one', receivedAt, its), 'two', receivedAt, its);

/** An emergency that one reviewer opened. */
export const opened = (its: Policy = policy): Case =>
  approvedBy(fresh(emergency, its), 'one', receivedAt, its);

export const minted = (current: Case = approved()): Case => frozen(commitAt(mint(current, [grant])));

export const intended = (current: Case = minted(), at = receivedAt): Case =>
  frozen(commitAt(intend(current, { at, recipient: 'thumbprint', key: officerKey }), at));

/** An answer with records of these subjects. */
export const answer = (at = receivedAt, subjects: readonly number[] = [0], more = false) => ({
  at,
  records: subjects.map((subject) => ({ subject })),
  epochKeys: 1,
  digest: 'sha-256=:AAAA:',
  more,
});

export const disclosed = (
  current: Case = minted(),
  at = receivedAt,
  subjects: readonly number[] = [0],
): Case => frozen(commitAt(collected(intended(current, at), answer(at, subjects)), at));

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
    .filter((s) => s.length <= max && !/\p{Cc}/u.test(s) && s.isWellFormed());

/** Texts that are compared: visible, in NFC, with single spaces. */
const compared = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .map((s) => s.normalize('NFC').replace(/\s+/gu, ' ').trim())
    .filter((s) => s !== '' && s.length <= max && !/[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800]/u.test(s));

/** Offences as laws of three alphabets are cited. */
const offences = fc
  .tuple(
    fc.constantFrom('StGB', '§', 'art.', 'straffeloven §', 'ΠΚ άρθρο', 'НК чл.'),
    fc.integer({ min: 1, max: 999 }),
    fc.constantFrom('', ' (1)', ', 12', '/26'),
  )
  .map(([law, number, part]) => `${law} ${number}${part}`);

const subjects = fc.oneof(
  fc.record({ kind: fc.constant('account' as const), value: readable(256) }, plain),
  fc.record({ kind: fc.constant('username' as const), value: readable(256) }, plain),
  fc.record({ kind: fc.constant('phone' as const), value: fc.stringMatching(/^\+[1-9]\d{6,14}$/) }, plain),
);

/** Any request that the wire takes. */
export const requests: fc.Arbitrary<Request> = fc
  .record(
    {
      reference: compared(128),
      instrument: fc.record(
        {
          kind: fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,31}$/),
          jurisdiction: fc.stringMatching(/^[A-Z]{2}$/),
          authoriserRole: fc.constantFrom(...authoriserRoles),
          issuedAt: instants,
          offence: offences,
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
    },
    plain,
  )
  .chain((asked) =>
    fc
      .record(
        {
          threat: fc.constantFrom(...threats),
          notice: fc.record({ delayUntil: instants, reason: fc.constantFrom(...delayReasons) }, plain),
          amends: fc.uuid(),
          preservations: fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: [], ...plain },
      )
      .map((more) => ({ ...asked, ...more })),
  );
