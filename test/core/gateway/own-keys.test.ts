import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { proposed } from './acts.ts';
import { agency, approval, encryptionKey, firstReviewer, gateway, inhabited, people } from './gateway.ts';

/** Officers' own encryption keys, as the desk and the agency propose and decide them. */

const jwkOf = (namedCurve: string) => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
});

test('an encryption key is proposed for somebody who is an officer of the agency, and for nobody else', async () => {
  const calls = gateway(await inhabited());
  const key = { kind: 'encryption-key', agency, encryptionKey } as const;
  await proposed(calls, { ...key, officer: people.officer.key.holder });
  for (const officer of ['nobody', people.newcomer.key.holder, people.alice.key.holder])
    await assert.rejects(proposed(calls, { ...key, officer }), { code: 'officer-unknown' }, officer);
});

test('an officer whose keys were revoked meanwhile is given none', async () => {
  const cloud = await inhabited();
  const { enrolment, call } = gateway(cloud);
  const { alice, bob, officer } = people;
  const officersKey = { kind: 'encryption-key', agency, encryptionKey, officer: officer.key.holder } as const;
  const change = await enrolment.propose(await call(alice, officersKey));
  await enrolment.revoke(await call(alice, { keyid: officer.key.keyId, reason: 'left' } as const));
  await assert.rejects(enrolment.decide(await call(bob, approval(change), change.id)), {
    code: 'officer-unknown',
  });
});

test('an officer’s own key is refused where it cannot be encrypted to, before anybody else is asked to sign', async () => {
  const calls = gateway(await inhabited());
  const officer = firstReviewer(people.newcomer);
  for (const own of [jwkOf('P-384'), { ...encryptionKey, d: 'AA' }, {}])
    await assert.rejects(
      proposed(calls, { kind: 'officer', agency, officer: { ...officer, encryptionKey: own } }),
      { code: 'key-refused' },
    );
  await proposed(calls, { kind: 'officer', agency, officer: { ...officer, encryptionKey: jwkOf('P-256') } });
});
