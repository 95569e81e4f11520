import { derivedItemKeys } from '#core/store/item-keys.ts';
import { macKeyVariable } from '#core/store/tables.ts';
import { kmsMacs } from './kms/macs.ts';

/** The keys of the MACs that items carry, of the tables that this function was given. Asking for another one fails. */
export const itemKeys = derivedItemKeys((table) => {
  const keyId = process.env[macKeyVariable(table)];
  if (keyId === undefined || keyId === '') throw new Error(`${macKeyVariable(table)} is not set`);
  return kmsMacs(keyId);
});
