import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson, jsonDigest, sha256 } from '#core/canonical.ts';
import {
  findTooMuch,
  hoursLater,
  issueFile,
  keysRevoked,
  lapse,
  mint,
  receive,
  retired,
  view,
  withdraw,
} from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { claim } from '#core/cases/claiming.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { collected, collectionFailed, intend } from '#core/cases/collecting.ts';
import { writeLetter } from '#core/cases/correspondence.ts';
import { type Deciding, decide, suspend } from '#core/cases/deciding.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { addNote } from '#core/cases/notes.ts';
import { addressNotice, noticesSent, renewDelay, tellPerson } from '#core/cases/notice.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import { validate } from '#core/cases/obligations.ts';
import { becomePart, ended, extend, kept, preserve } from '#core/cases/preservation.ts';
import { receiveDocument } from '#core/cases/receiving-order.ts';
import type { Request } from '#core/cases/request.ts';
import { forget, forgetPreservation, hold, release } from '#core/cases/retention.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import {
  appendEntry,
  type Entry,
  type EntryBody,
  entryHash,
  entrySchema,
  noEntries,
} from '#core/log/entry.ts';
import { kinds } from '#core/log/kinds.ts';
import {
  answer,
  approval,
  committed,
  hoursAfter,
  inLog,
  policy,
  reference,
  rejection,
  request,
  withholding,
} from '../cases/cases.ts';

const at = '2026-11-20T09:00:00.000Z';
const body: EntryBody = { kind: 'case.expired', data: { status: 'Expired' } };

test('I6: entries of a stream are numbered from 1 without a gap, each naming the one before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.string({ maxLength: 100 }), (count, stream) => {
      const entries: Entry[] = [];
      let head = noEntries;
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
  const { entry } = appendEntry('case/1', noEntries, body, at);
  const text = `{"at":"${at}","data":{"status":"Expired"},"kind":"case.expired","n":1,"stream":"case/1","v":1}`;
  assert.equal(canonicalJson(entry), text);
  assert.equal(entryHash(entry), Buffer.from(sha256(`\0${text}`)).toString('hex'));
  const backwards = entrySchema.parse(Object.fromEntries(Object.entries(entry).toReversed()));
  assert.equal(entryHash(backwards), entryHash(entry));
});

test('I7: an entry takes the fields of its kind and no other, and commitments where values might stand', () => {
  const { entry } = appendEntry(
    'case/1',
    noEntries,
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
  for (const value of bad) assert.equal(entrySchema.safeParse(value).success, false);
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
      // Until when they are not told, and why, as one of a list: that is said to everybody.
      notice: { delayUntil: instant('12', 3), reason: 'witnesses', digest: `sha-256=:${digest}=:` },
      amends: 'c0ffee00-0000-4000-8000-000000000002',
    };
    const instants = [asked.instrument.issuedAt, asked.period.from, asked.period.to];
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
    const { it: current, entry } = committed(outcome, at);
    entries.push(entry);
    return current;
  };
  const receivedOf = (of: Request, its = policy) =>
    receive(of, {
      id: 'c0ffee00-0000-4000-8000-000000000001',
      agency: 'agency-1',
      askedBy: 'officer-secret',
      key: inLog('officer-secret'),
      reference,
      requestDigest: jsonDigest(of),
      at,
      subjects: [0, 1, 2].map((i) => [{ subject: `pseudonym-secret-${i}` }]),
      sealedRequest: new TextEncoder().encode(JSON.stringify(of)),
      salt: sha256(of.reference),
      policy: its,
      policyHash: jsonDigest(its),
    });
  const start = commit(receivedOf(asked));
  const act = (name: string): Deciding => ({
    reviewer: `reviewer-secret-${name}`,
    keyId: `key-secret-${name}`,
    key: inLog(`key-secret-${name}`),
    at,
    sealedMessage: new TextEncoder().encode(JSON.stringify(asked)),
    explanation: 'reason-secret',
    policy,
    policyHash: jsonDigest(policy),
  });
  const approve = { ...approval(start), reason: 'reason-secret' };
  commit(view(start, 'reviewer-secret-one'));
  commit(issueFile(start, 'reviewer-secret-one'));
  const by = { reviewer: 'reviewer-secret-one', at };
  const claimed = commit(claim(start, { claim: 'take' }, by));
  commit(claim(claimed, { claim: 'end' }, by));
  const said = jsonDigest({ text: `reason-secret ${asked.reference}` });
  commit(addNote(start, { ...by, written: said }));
  const question = { requestDigest: start.requestDigest, of: ['subject' as const], text: 'reason-secret' };
  const key = inLog('key-secret-one');
  const questioned = commit(askInformation(start, question, { ...by, key, written: said }));
  const answering = { officer: 'officer-secret', key: inLog('officer-secret'), at, written: said, policy };
  commit(giveInformation(questioned, answering));
  const file = { type: 'application/pdf' as const, bytes: utf8('%PDF-1.7 an order') };
  const order = asked.instrument.digest;
  commit(
    receiveDocument(start, file, { officer: 'officer-secret', key, at, digest: order, parts: 1 }) ??
      assert.fail(),
  );
  commit(writeLetter(start, { from: 'desk', author: 'reviewer-secret-one', key, written: said }));
  commit(writeLetter(start, { from: 'agency', author: 'officer-secret', key, written: said }));
  commit(decide(start, { ...rejection(start), reason: 'reason-secret' }, act('one')));
  const told: Case = { ...start, notified: { authority: 'authority-1', until: start.dueAt, waits: true } };
  const clerk = { officer: 'officer-secret', keyId: 'key-secret', key, at, explanation: 'reason-secret' };
  const consent = { decision: 'consent', requestDigest: start.requestDigest } as const;
  commit(answerNotification(told, consent, clerk));
  const scope = { ...start.asked, subjects: [0] };
  const objection = { ...consent, decision: 'object', ground: 'press-freedom', scope } as const;
  commit(answerNotification(told, { ...objection, text: 'reason-secret' }, clerk));
  const one = commit(decide(start, approve, act('one')));
  const two = commit(decide(one, approve, act('two')));
  commit(mint(two, []));
  commit(findTooMuch(two));
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
  const { requestDigest } = open;
  const why = { ...act('one'), explanation: 'reason-secret' };
  commit(suspend(open, { requestDigest, ground: 'other', reason: 'reason-secret' }, why));
  const intent = commit(intend(open, { at, recipient: 'thumb-secret', key: inLog('officer-secret') }));
  commit(collectionFailed(intent, { code: 'grant-missing', epochKeys: 0 }));
  const digest = jsonDigest(asked.subjects);
  const done = commit(collected(intent, { ...answer(at), digest }));
  commit(lapse(done, hoursAfter(at, policy.collectHours)));
  commit(retired(commit(withdraw(done, 'officer-secret')), 'Cancelled'));
  commit(nextOfTime(start, start.dueAt, policy));
  const later = { delayUntil: '2027-01-01T00:00:00Z', reason: 'witnesses' as const };
  const delayed = commit(renewDelay(done, later, { officer: 'officer-secret', at, policy }));
  commit(nextOfTime({ ...delayed, status: 'Expired' }, '2028-01-01T00:00:00.000Z', policy));
  const notified = commit(noticesSent(delayed, later.delayUntil));
  commit(addressNotice(notified));
  const noticeOrder = asked.instrument.digest;
  const forbidden = commit(
    renewDelay(done, { ...later, digest: noticeOrder }, { officer: 'officer-secret', at, policy }),
  );
  const authoritys: Case = { ...forbidden, notice: { ...forbidden.notice, by: 'authority' } };
  commit(tellPerson(authoritys, { toldAt: at }, { officer: 'officer-secret', key, at }));

  const secret = commit(receivedOf({ ...asked, notice: later }, withholding));
  const known = commit(decide(secret, { ...approval(secret), reason: 'reason-secret' }, act('one')));
  commit(renewDelay(known, later, { officer: 'officer-secret', at, policy }));
  commit(nextOfTime(commit(withdraw(known, 'officer-secret')), later.delayUntil, policy));

  const instrument = { ...asked.instrument, authoriserRole: 'OtherCompetentAuthority' as const };
  const urgent = commit(
    receivedOf({
      ...asked,
      instrument,
      categories: ['SubscriberData'],
      priority: 'Emergency',
      threat: 'life',
    }),
  );
  const sign = { ...approval(urgent), reason: 'reason-secret' };
  const opened = commit(decide(urgent, sign, act('one')));
  const validation = {
    authoriserRole: 'JudgeCourtOrInvestigatingJudge' as const,
    validatedAt: at,
    digest: jsonDigest('validation'),
  };
  const officer = { officer: 'officer-secret', key: inLog('officer-secret') };
  const validated = commit(validate(opened, validation, { ...officer, at, policy }));
  commit(decide(validated, sign, act('two')));
  commit(nextOfTime(opened, hoursAfter(at, 49), policy));

  const heldCase = commit(hold(opened, { change: 'change-id', until: '2028-01-01T00:00:00.000Z' }));
  const ended: Case = { ...commit(release(heldCase, 'change-id')), status: 'Expired', endedAt: at };
  commit(forget(ended, '2028-01-01T00:00:00.000Z'));

  return [...entries, ...everyEntryOfPreservation(asked, start)];
}

function everyEntryOfPreservation(asked: Request, of: Case): Entry[] {
  const { priority: _, notice: __, amends: ___, notification: ____, ...order } = asked;
  const first = preserve(order, {
    id: of.id,
    agency: of.agency,
    askedBy: of.askedBy,
    key: inLog(of.askedBy),
    reference,
    requestDigest: of.requestDigest,
    at,
    subjects: of.subjects,
    request: of.request,
    salt: sha256(`${asked.reference} preserved`),
    policy,
  });
  const { next } = first;
  const outcomes = [
    first,
    kept(next, 3),
    extend(next, { officer: 'officer-secret', at, policy }),
    becomePart(next, { case: of.id, until: hoursLater(next.dueAt, 1), at }),
    ended(next, next.dueAt),
    forgetPreservation({ ...next, status: 'Lapsed' }, '2029-01-01T00:00:00.000Z'),
  ];
  return outcomes.map((outcome) => {
    assert.ok(outcome);
    return appendEntry(`preservation/${of.id}`, noEntries, outcome.entry, at).entry;
  });
}

test('I7: no value of a request, nor of its case, is in any entry that any act leaves', () => {
  fc.assert(
    fc.property(markedRequests, ({ request: asked, secrets }) => {
      const entries = everyEntry(asked);
      const text = JSON.stringify(entries);
      const digests = [jsonDigest(asked), jsonDigest(asked.subjects), jsonDigest('validation')];
      digests.push(jsonDigest({ text: `reason-secret ${asked.reference}` }));
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
  'agency.changed',
  'change.decided',
  'change.proposed',
  'decoy.asked',
  'deployment.made',
  'desk.changed',
  'emergencies.reopened',
  'emergencies.suspended',
  'key.enrolled',
  'key.reinstated',
  'key.revoked',
  'key.suspended',
  'policy.changed',
  'recipient.enrolled',
  'reconciliation.done',
  'record.unproven',
  'registry.founded',
  'request.refused',
  'revocation.published',
  'strangers.refused',
  'sweep.done',
  'vault.key-forgotten',
  'vault.key-made',
  'vault.policy-differs',
];

test('the test above sees every kind of entry that a case can leave', () => {
  const ofCases = kinds.filter((kind) => !notOfCases.includes(kind));
  assert.deepEqual([...new Set(everyEntry(request).map((e) => e.kind))].sort(), ofCases.sort());
});

test('I7: two cases of the very same request leave no commitment in common but those of the keys that signed', () => {
  const commitments = (asked: Request) =>
    new Set(
      JSON.stringify(everyEntry(asked).map(({ data }) => ({ ...data, key: '' }))).match(
        /(?<=")[\w-]{43}(?=")/g,
      ),
    );
  // The salt hangs on the reference in these tests, as it hangs on chance in earnest.
  const a = commitments(request);
  const b = commitments({ ...request, reference: 'another' });
  assert.ok(a.size > 5);
  assert.deepEqual(
    [...a].filter((text) => b.has(text)),
    [],
  );
});
