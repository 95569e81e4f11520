import { preservationSchema, preserve } from '#core/cases/preservation.ts';
import type { Category } from '#core/categories/categories.ts';
import { deliver, streamOf, type VaultWorld } from '../../memory/vault-world.ts';
import { officerKey, policy, reference, request } from '../cases/cases.ts';

/** Anna's log-ins and number, the oldest of a month that is forgotten at the end of December. */
export const annas = streamOf(
  { account: 'anna', at: '2025-12-05T10:00:00Z', ip: '192.0.2.1', port: 1 },
  { account: 'anna', at: '2025-12-06T10:00:00Z', ip: '192.0.2.1', port: 2 },
  { account: 'anna', at: '2025-12-07T10:00:00Z', phone: '+4915112345678' },
  { account: 'anna', at: '2026-11-03T10:00:00Z', ip: '192.0.2.1', port: 3 },
  { account: 'anna', at: '2026-11-03T11:00:00Z', username: 'anna' },
);

export const id = 'c0ffee00-0000-4000-8000-000000000001';

/** An agency has asked to preserve all of Anna's data of a year; nothing is kept yet. It ends on 19 January. */
export async function askToPreserve(
  world: VaultWorld,
  categories: Category[] = ['SubscriberData', 'TrafficData'],
) {
  await deliver(world, annas);
  const { pseudonyms, preservations } = world.functions();
  const subject = await pseudonyms.pseudonymOf('anna');
  const { priority: _, notice: __, ...order } = request;
  const asked = {
    ...order,
    subjects: [{ kind: 'account', value: 'anna' }],
    categories,
    period: { from: '2025-11-20T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  };
  await preservations.commit(
    preserve(preservationSchema.parse(asked), {
      id,
      agency: 'agency-1',
      askedBy: 'officer-key',
      key: officerKey,
      reference,
      requestDigest: 'sha-256=:AAAA:',
      at: '2026-11-20T10:00:00.000Z',
      subjects: [[{ subject }]],
      request: Uint8Array.of(1),
      salt: new Uint8Array(32).fill(7),
      policy,
    }),
  );
  return subject;
}
