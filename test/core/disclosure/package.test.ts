import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { askedScope } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { makePackage, packageSchema, secondForm } from '#core/disclosure/package.ts';
import { request } from '../cases/cases.ts';

const records: DisclosedRecord[] = [
  { subject: 0, category: 'TrafficData', at: '2026-09-01T12:00:00Z', ip: '192.0.2.1', port: 7 },
  { subject: 0, category: 'SubscriberData', phone: '+4915112345678', validFrom: '2026-09-02T12:00:00Z' },
];
const facts = {
  provider: 'Example Messenger',
  case: 'c0ffee',
  reference: 'GS-4711/26',
  requestDigest: jsonDigest('request'),
  scope: {
    subjects: [0],
    categories: ['TrafficData' as const],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' },
  },
  policyHash: jsonDigest('policy'),
  collectedAt: '2026-11-20T10:00:00.000Z',
  records,
  log: {
    entry: { v: 1, kind: 'collection.intended' },
    proof: { index: '7', hashes: [] },
    checkpoint: 'localhost/v1/log\n8\n',
  },
};

test('a package carries the digest of its records, and its certificate the same digest, number and time', () => {
  const made = makePackage(facts);
  assert.equal(made.digest, jsonDigest(records));
  assert.deepEqual(
    [
      made.certificate.digest,
      made.certificate.records,
      made.certificate.producedAt,
      made.certificate.provider,
    ],
    [made.digest, 2, facts.collectedAt, facts.provider],
  );
  const { provider: _, ...same } = facts;
  for (const [name, value] of Object.entries(same)) {
    assert.deepEqual(Object.entries(made).find(([key]) => key === name)?.[1], value, name);
  }
});

test('the digest of a package changes with any record in it, and not with how the records are written', () => {
  const { digest } = makePackage(facts);
  const [first, second] = records;
  assert.ok(first && second);
  assert.notEqual(makePackage({ ...facts, records: [first] }).digest, digest);
  assert.notEqual(makePackage({ ...facts, records: [] }).digest, digest);
  assert.notEqual(makePackage({ ...facts, records: [{ ...first, subject: 1 }, second] }).digest, digest);
  const { subject, ...rest } = first;
  assert.equal(
    makePackage({ ...facts, records: [{ ...rest, subject }, second] as DisclosedRecord[] }).digest,
    digest,
  );
});

test('I5: a package is what the schema says, and has no room at any level for anything else', () => {
  const made = makePackage(facts);
  assert.deepEqual(packageSchema.parse(JSON.parse(JSON.stringify(made))), made);
  const bad = [
    { ...made, message: 'hello' },
    { ...made, log: { ...made.log, more: 1 } },
    { ...made, log: { ...made.log, proof: 'unchecked' } },
    { ...made, certificate: { ...made.certificate, more: 1 } },
    { ...made, scope: { ...made.scope, more: 1 } },
    { ...made, scope: { ...made.scope, categories: ['ContentData'] } },
    { ...made, records: [{ ...records[0], message: 'hello' }] },
    { ...made, records: [{ subject: 0, category: 'ContentData', text: 'hello' }] },
    { ...made, digest: undefined },
  ];
  for (const value of bad) assert.equal(packageSchema.safeParse(value).success, false);
});

test('the second form names no subject that was asked for and not approved', () => {
  const basis = {
    instrument: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'PublicProsecutor',
    threshold: 'met',
  } as const;
  const subjects = ['a', 'b', 'c'].map((value) => ({ kind: 'account' as const, value }));
  const scope = { ...askedScope(request), subjects: [2] };
  const named = secondForm({ basis, scope }, { ...request, subjects });
  assert.deepEqual(named.subjects, [{ subject: 2, kind: 'account', value: 'c' }]);
});
