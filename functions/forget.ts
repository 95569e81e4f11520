import { z } from 'zod';
import { type Erased, eraser } from '#core/keeping/erasing.ts';
import { forgetter } from '#core/keeping/forgetting.ts';
import { caseForgetter } from '#core/keeping/forgetting-cases.ts';
import { aroundPreserved } from '#core/keeping/going-around.ts';
import { releaser } from '#core/keeping/releasing.ts';
import { inParts } from '#core/parts.ts';
import { systemChance } from './aws/chance.ts';
import { clockTime, systemClock, tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { cases, entries, keepings, preservations, vault, vaultKeys } from './aws/state.ts';

/**
 * Forgets (I10): what is past retention, by the clock, cases that ended long ago included; and an account, when the
 * provider's backend asks. It can destroy and open nothing.
 */
export type { Erased };

const { RETENTION, CLOCK } = env('RETENTION', 'CLOCK');

const around = aroundPreserved({ keepings, preservations, vault, clock: systemClock });
const erase = eraser({ vault, around, entries, pseudonyms, chance: systemChance, watch });
const forget = forgetter({
  preservations,
  cases,
  release: releaser({ keepings, around, vault, clock: systemClock }),
  vault,
  vaultKeys,
  kms: kmsVault,
  clock: systemClock,
  watch,
  retention: RETENTION,
});

const { forgetCases, forgetCase } = caseForgetter({ cases, preservations, watch });

const erasure = z.strictObject({ account: z.string().min(1).max(256) });
/** One case, for a caller who need not wait for the next hour. */
const ofCase = tick.extend({ case: z.string() });

export async function handler(event: unknown): Promise<Erased | undefined> {
  const input = z.union([erasure, ofCase, tick]).parse(event);
  if ('account' in input) return erase(input.account);
  const at = clockTime(input, CLOCK);
  if ('case' in input) {
    await forgetCase(input.case, at);
    return undefined;
  }
  const parts = inParts(watch, 'forget');
  await parts.attempt({ part: 'the vault' }, () => forget(at));
  await parts.attempt({ part: 'cases' }, () => forgetCases(at));
  parts.finish();
  return undefined;
}
