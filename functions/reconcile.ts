import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { outbox } from '#core/state/outbox.ts';
import { type Look, lookAt, lookByTheClock, type ReconciliationPorts } from '#core/trail/hourly.ts';
import { tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { publishedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { s3Trail } from './aws/s3/trail.ts';
import { cases, entries, statePorts, vaultKeys } from './aws/state.ts';

/** Holds CloudTrail against the log (docs/reconciliation.md), by the clock and by hand. */
const { COLLECT_ROLE, PRESERVE_ROLE, TRAIL_BUCKET, TRAIL_FOLDER } = env(
  'COLLECT_ROLE',
  'PRESERVE_ROLE',
  'TRAIL_BUCKET',
  'TRAIL_FOLDER',
);

const ports: ReconciliationPorts = {
  trail: s3Trail(TRAIL_BUCKET, TRAIL_FOLDER),
  log: publishedLog,
  vaultKeys: vaultKeys.every,
  getCase: cases.get,
  committed: outbox(statePorts.store).get,
  record: entries.putSingle,
  roles: { collect: COLLECT_ROLE, preserve: PRESERVE_ROLE },
  clock: statePorts.clock,
  chance: statePorts.chance,
  watch,
};

const hour = z.string().refine((text) => instant.safeParse(`${text}:00:00Z`).success);
/** By hand: an hour, as `2026-11-24T10`, or what lies between two instants; with the files of up to an instant. */
const asked = z.union([
  z.strictObject({ hour, until: instant.optional() }),
  z.strictObject({ from: instant, to: instant, until: instant.optional() }),
  tick,
]);

export async function handler(event: unknown): Promise<Look[]> {
  const input = asked.parse(event);
  if ('time' in input) return lookByTheClock(ports);
  return [await lookAt(ports, 'hour' in input ? input.hour : input, input.until)];
}
