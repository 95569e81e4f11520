import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, jsonDigest, sha256 } from '#core/canonical.ts';
import {
  decide,
  issueFile,
  keysRevoked,
  lapse,
  mint,
  type Outcome,
  receive,
  retired,
  view,
  withdraw,
} from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { collected, collectionFailed, intend } from '#core/cases/collecting.ts';
import { ended, kept, preserve } from '#core/cases/preservation.ts';
import type { Request } from '#core/cases/request.ts';
import { appendEntry, type Entry, type EntryBody, entryHash, entrySchema } from '#core/log/entry.ts';
import { approval, committed, hoursAfter, policy, rejection, request } from '../cases/cases.ts';

const at = '2026-11-20T09:00:00.000Z';
const body: EntryBody = { kind: 'case.withdrawn', data: { status: 'Cancelled' } };

test('I6: entries of a stream are numbered from 1 without a gap, each naming the one before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.string({ maxLength: 100 }), (count, stream) => {
      const entries: Entry[] = [];
      let head: { n: number; hash?: string | undefined } = { n: 0 };
      for (let i = 0; i < count; i++) {
        const next = appendEntry(stream, head, body, at);
        entries.push(next.entry);
        head = next.head;
        assert.deepEqual(head, { n: i + 1, hash: entryHash(next.entry) });
      }
      assert.deepEqual(
        entries.map((e) => e.n),
        Array.from({ length: count }, (_, i) => i + 1),
      );
      entries.forEach((entry, i) => {
        const before = entries[i - 1];
        assert.equal(entry.previous, before && entryHash(before));
        assert.deepEqual([entry.v, entry.stream, entry.at], [1, stream, at]);
      });
    }),
  );
});

test('an entry’s hash is its leaf hash: SHA-256 of a zero byte and its RFC 8785 form', () => {
  const { entry } = appendEntry('case/1', { n: 0 }, body, at);
  const text = `{"at":"${at}","data":{"status":"Cancelled"},"kind":"case.withdrawn","n":1,"stream":"case/1","v":1}`;
  assert.equal(canonicalJson(entry), text);
  assert.equal(entryHash(entry), Buffer.from(sha256(`\0${text}`)).toString('hex'));
  const backwards = entrySchema.parse(Object.fromEntries(Object.entries(entry).toReversed()));
  assert.equal(entryHash(backwards), entryHash(entry));
});

test('I7: an entry takes the fields of its kind and no other, and commitments where values might stand', () => {
  const { entry } = appendEntry(
    'case/1',
    { n: 0 },
    { kind: 'review.opened', data: { reviewer: 'A'.repeat(43) } },
    at,
  );
  assert.ok(entrySchema.safeParse(entry).success);
  const bad = [
    { ...entry, note: 'alice' },
    { ...entry, data: { ...entry.data, note: 'alice' } },
    { ...entry, data: { reviewer: 'reviewer-1' } },
    { ...entry, data: {} },
    { ...entry, kind: 'case.noted' },
    { ...entry, v: 2 },
    { ...entry, n: 0 },
    { ...entry, n: 1.5 },
    { ...entry, previous: 'short' },
    { ...entry, stream: 'x'.repeat(201) },
  ];
  for (const it of bad) assert.equal(entrySchema.safeParse(it).success, false);
});

// I7: run a whole case whose every value is marked, and look for the marks.

interface Marked {
  request: Request;
  /** Every text that must never be in the log. */
  secrets: string[];
}

/** A request whose values are so unlike anything else that finding one anywhere means that it leaked. */
const markedRequests: fc.Arbitrary<Marked> = fc
  .record({
    mark: fc.stringMatching(/^[a-zé ]{6,20}[0-9]{6}$/),
    phone: fc.stringMatching(/^\+[1-9]\d{11,14}$/),
    digest: fc.stringMatching(/^[A-Za-z0-9+/]{43}$/),
    ms: fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ mark, phone, digest, ms }) => {
    const instant = (month: string, i: number) =>
      `2026-${month}-07T01:02:03.${String(ms[i]).padStart(3, '0')}Z`;
    const asked: Request = {
      reference: `reference ${mark}`,
      instrument: {
        ...request.instrument,
        issuedAt: instant('08', 0),
        offence: `offence ${mark}`,
        digest: `sha-256=:${digest}=:`,
      },
      investigation: 'criminal',
      priority: 'Routine',
      subjects: [
        { kind: 'account', value: `account ${mark}` },
        { kind: 'username', value: `username ${mark}` },
        { kind: 'phone', value: phone },
      ],
      categories: ['SubscriberData', 'TrafficData'],
      period: { from: instant('09', 1), to: instant('10', 2) },
      notice: { delayUntil: instant('12', 3), reason: `notice ${mark}` },
    };
    const instants = [asked.instrument.issuedAt, asked.period.from, asked.period.to, instant('12', 3)];
    return { request: asked, secrets: [mark, phone, phone.slice(1), digest, ...instants] };
  });

/** Texts of the case itself, beside those of the request. */
const internal = [
  'pseudonym-secret',
  'reviewer-secret',
  'key-secret',
  'officer-secret',
  'grant-secret',
  'thumb-secret',
  'reason-secret',
];

/** Every act there is, on cases of this request, with the entries that they leave. */
function everyEntry(asked: Request): Entry[] {
  const entries: Entry[] = [];
  const commit = (outcome: Outcome | undefined): Case => {
    assert.ok(outcome);
    const { it, entry } = committed(outcome, at);
    entries.push(entry);
    return it;
  };
  const start = commit(
    receive(asked, {
      id: 'c0ffee00-0000-4000-8000-000000000001',
      agency: 'agency-1',
      askedBy: 'officer-secret',
      requestDigest: jsonDigest(asked),
      at,
      subjects: [0, 1, 2].map((i) => [{ subject: `pseudonym-secret-${i}` }]),
      sealedRequest: new TextEncoder().encode(JSON.stringify(asked)),
      salt: sha256(asked.reference),
      policy,
      policyHash: jsonDigest(policy),
    }),
  );
  const act = (name: string) => ({
    reviewer: `reviewer-secret-${name}`,
    keyId: `key-secret-${name}`,
    at,
    sealedMessage: new TextEncoder().encode(JSON.stringify(asked)),
  });
  const approve = { ...approval(start), reason: 'reason-secret' };
  commit(view(start, 'reviewer-secret-one'));
  commit(issueFile(start, 'reviewer-secret-one'));
  commit(decide(start, { ...act('one'), decision: { ...rejection(start), reason: 'reason-secret' } }));
  const one = commit(decide(start, { ...act('one'), decision: approve }));
  const two = commit(decide(one, { ...act('two'), decision: approve }));
  commit(mint(two, []));
  const isOf = (key: string) => (id: string) => id === key;
  commit(keysRevoked(one, isOf('key-secret-one')));
  commit(keysRevoked(one, isOf('officer-secret')));
  const grant = {
    subject: 'pseudonym-secret-0',
    kind: 'access' as const,
    epoch: '2026-09',
    keyId: 'key-secret',
    grantId: 'grant-secret',
    token: 'grant-secret-token',
  };
  const open = commit(mint(two, [grant]));
  commit(keysRevoked(open, isOf('key-secret-two')));
  const intent = commit(intend(open, { at, recipient: 'thumb-secret' }));
  commit(collectionFailed(intent, { code: 'grant-missing', drawers: 0 }));
  const digest = jsonDigest(asked.subjects);
  const done = commit(collected(intent, { records: 3, drawers: 2, digest, more: false }));
  commit(lapse(done, hoursAfter(at, policy.collectHours)));
  commit(retired(commit(withdraw(done)), 'Cancelled'));
  const { priority: _, notice: __, ...order } = asked;
  const preserved = preserve(order, {
    id: start.id,
    agency: start.agency,
    askedBy: start.askedBy,
    requestDigest: start.requestDigest,
    at,
    subjects: start.subjects,
    request: start.request,
    salt: sha256(`${asked.reference} preserved`),
  });
  const last = ended(preserved.next, preserved.next.dueAt);
  for (const outcome of [preserved, kept(preserved.next, 3), last]) {
    assert.ok(outcome);
    entries.push(appendEntry(`preservation/${start.id}`, { n: 0 }, outcome.entry, at).entry);
  }
  return entries;
}

test('I7: no value of a request, nor of its case, is in any entry that any act leaves', () => {
  fc.assert(
    fc.property(markedRequests, ({ request: asked, secrets }) => {
      const entries = everyEntry(asked);
      const text = JSON.stringify(entries);
      const digests = [jsonDigest(asked), jsonDigest(asked.subjects)];
      for (const secret of [...secrets, ...internal, ...digests]) {
        assert.ok(!text.includes(secret), secret);
        assert.ok(!text.includes(JSON.stringify(secret).slice(1, -1)), secret);
        for (const coding of ['base64', 'base64url', 'hex'] as const) {
          assert.ok(
            !text.includes(Buffer.from(secret).toString(coding).replace(/=+$/, '')),
            `${secret} ${coding}`,
          );
          assert.ok(
            !text.includes(Buffer.from(sha256(secret)).toString(coding).replace(/=+$/, '')),
            `hash of ${secret}`,
          );
        }
      }
    }),
  );
});

const notOfCases: string[] = [
  'account.erased',
  'change.decided',
  'change.proposed',
  'deployment.made',
  'emergency.overdue',
  'key.enrolled',
  'key.revoked',
  'notice.overdue',
  'policy.changed',
  'reconciliation.done',
  'registry.founded',
  'request.refused',
  'strangers.refused',
  'sweep.done',
  'vault.key-forgotten',
  'vault.key-made',
  'vault.policy-differs',
];

test('the test above sees every kind of entry that a case can leave', () => {
  const ofCases = entrySchema.options
    .map((option) => option.shape.kind.value)
    .filter((kind) => !notOfCases.includes(kind));
  assert.deepEqual([...new Set(everyEntry(request).map((e) => e.kind))].sort(), ofCases.sort());
});

test('I7: two cases of the very same request leave no commitment in common', () => {
  const commitments = (asked: Request) =>
    new Set(JSON.stringify(everyEntry(asked).map((e) => e.data)).match(/(?<=")[\w-]{43}(?=")/g));
  // The salt hangs on the reference in these tests, as it hangs on chance in earnest.
  const a = commitments(request);
  const b = commitments({ ...request, reference: 'another' });
  assert.ok(a.size > 5);
  assert.deepEqual(
    [...a].filter((it) => b.has(it)),
    [],
  );
});
