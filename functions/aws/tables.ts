import { forgeryReports } from '#core/state/forgeries.ts';
import { authenticStore, itemVerifier } from '#core/store/authentic.ts';
import { itemProofs } from '#core/store/item-proof.ts';
import type { Store } from '#core/store/store.ts';
import { systemChance } from './chance.ts';
import { systemClock } from './clock.ts';
import { dynamoStore, tableNames } from './dynamodb/store.ts';
import { env } from './env.ts';
import { itemKeys } from './item-keys.ts';
import { watch } from './observe.ts';

const { WRITER } = env('WRITER');

const proofs = itemProofs(itemKeys, WRITER);

/** Verifies an item that was not read through the store: one that a table's stream brought. */
export const verify = itemVerifier(proofs, (forged) => report(forged));

/**
 * The tables that this function was given the names of, and what it reads of them proven (I11). Using another one fails.
 */
export const store: Store = authenticStore(dynamoStore(tableNames(process.env)), {
  prove: proofs.prove,
  verify,
});

const report = forgeryReports({ store, clock: systemClock, chance: systemChance, watch, by: WRITER });
