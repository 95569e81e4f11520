import { z } from 'zod';
import { preserver } from '#core/keeping/preserving.ts';
import { systemClock, tick } from './aws/clock.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import { keepings, preservations, vault } from './aws/state.ts';
import { wrapping } from './aws/wrapping.ts';

const { preserve, preserveLeft } = preserver({
  preservations,
  keepings,
  vault,
  kms: kmsVault,
  wrapping,
  clock: systemClock,
  watch,
});

const asked = z.strictObject({ preservation: z.string() });

/** Keeps what preservations name: one, when `request` asks; by the clock, those of which that call was lost. */
export async function handler(event: unknown): Promise<void> {
  const input = z.union([asked, tick]).parse(event);
  if ('preservation' in input) await preserve(input.preservation);
  else await preserveLeft();
}
