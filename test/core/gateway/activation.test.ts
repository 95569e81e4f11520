import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostActivationDays } from '#core/log/limits.ts';
import { proposed } from './acts.ts';
import { agency, encryptionKey, firstReviewer, gateway, inhabited, people } from './gateway.ts';

test('a key is proposed that may act in a year, and none that may act later', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const later = (ms: number) =>
    new Date(Date.parse(cloud.clock.now()) + mostActivationDays * 86_400_000 + ms).toISOString();
  const officer = firstReviewer(people.newcomer);
  const proposals = (activeFrom: string) =>
    [
      { kind: 'officer', agency, officer: { ...officer, activeFrom } },
      { kind: 'reviewer', reviewer: { ...officer, activeFrom } },
      { kind: 'encryption-key', agency, encryptionKey, activeFrom },
    ] as const;
  for (const proposal of proposals(later(0))) await proposed(calls, proposal);
  for (const proposal of [...proposals(later(1)), ...proposals('9999-12-31T00:00:00Z')])
    await assert.rejects(proposed(calls, proposal), { code: 'field-invalid' }, proposal.kind);
});
