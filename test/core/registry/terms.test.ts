import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newEncryptionKey, privateJwk, publicJwk } from '#client/keys.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { isActive } from '#core/registry/records.ts';
import { checkTerms, ratesOf } from '#core/registry/terms.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { request as asked, policy } from '../cases/cases.ts';
import { at, holder, terms } from './registry.ts';

const request = { ...asked, categories: ['SubscriberData' as const] };

test('an agency asks under its own law, on its own orders, for its own categories, and no further', () => {
  checkTerms(request, terms);
  const cases = [
    ['agency-jurisdiction', { ...request, instrument: { ...request.instrument, jurisdiction: 'FR' } }],
    ['agency-instrument', { ...request, instrument: { ...request.instrument, kind: 'EIO' } }],
    ['agency-category', { ...request, categories: ['SubscriberData' as const, 'TrafficData' as const] }],
  ] as const;
  for (const [code, beyond] of cases) {
    assert.throws(
      () => checkTerms({ ...beyond, categories: [...beyond.categories] }, terms),
      (error: unknown) => error instanceof RegistryError && error.code === code,
    );
  }
});

const { limits } = policy;

test('every request counts to its day and its officer’s, an emergency to its week as well, from Monday, in UTC', () => {
  const by = { terms, limits, officer: 'officer-1' };
  const until = Date.parse('2026-11-25T00:00:00Z') / 1000;
  const day = { name: 'day#2026-11-24', limit: 3, until };
  const own = { name: 'day#2026-11-24#officer-1', limit: 3, until };
  assert.deepEqual(ratesOf(request, by, at), [day, own]);
  const emergency = { ...request, priority: 'Emergency' as const };
  const week = { name: 'emergencies#2026-11-23', limit: 1, until: Date.parse('2026-11-30T00:00:00Z') / 1000 };
  assert.deepEqual(ratesOf(emergency, by, at), [day, own, week]);
  const nameAt = (instant: string) => ratesOf(emergency, by, instant)[2]?.name;
  assert.equal(nameAt('2026-11-22T23:59:59Z'), 'emergencies#2026-11-16');
  assert.equal(nameAt('2026-11-23T00:00:00Z'), 'emergencies#2026-11-23');
  assert.equal(nameAt('2026-11-29T23:59:59Z'), 'emergencies#2026-11-23');
});

test('a rate is no more than the narrower of the agency’s terms and the policy', () => {
  const emergency = { ...request, priority: 'Emergency' as const };
  const of = (agency: number, officer: number, emergencies: number) =>
    ratesOf(
      emergency,
      {
        terms,
        limits: { ...limits, requestsPerDay: { agency, officer }, emergenciesPerWeek: emergencies },
        officer: 'officer-1',
      },
      at,
    ).map(({ limit }) => limit);
  // The terms have 3 a day and 1 emergency a week.
  assert.deepEqual(of(100, 100, 100), [3, 3, 1]);
  assert.deepEqual(of(2, 100, 0), [2, 2, 0]);
  assert.deepEqual(of(100, 1, 100), [3, 1, 1]);
});

test('a key acts from its first moment until it is revoked', () => {
  const { key } = holder('officer', 'agency', 'lka');
  assert.equal(isActive(key, at), true);
  assert.equal(isActive(key, '2026-11-24T09:59:59.999Z'), false);
  assert.equal(isActive({ ...key, revokedAt: at }, at), false);
});

test('an encryption key is a public one, of P-256 or X25519, on its curve', async () => {
  const pem = newEncryptionKey().privatePem;
  const good = publicJwk(pem);
  assert.deepEqual((await importEncryptionKey({ ...good, use: 'enc' })).key, good);
  const bad: unknown[] = [
    privateJwk(pem),
    { ...good, y: good.x },
    { ...good, crv: 'P-384' },
    { kty: 'OKP', crv: 'Ed25519', x: good.x },
    { ...good, x: 'short' },
    'text',
    null,
  ];
  for (const value of bad) {
    await assert.rejects(importEncryptionKey(value), (error: unknown) => error instanceof SignatureError);
  }
});
