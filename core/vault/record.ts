import { VaultError } from './errors.ts';
import { decoded, encoded, type Kind, type VaultRecord } from './kinds.ts';

/**
 * What is inside a seal, and all that can be (I5): the fields of one kind of record. When it was, whose it was and which
 * kind it is stands outside (core/vault/seal.ts).
 */

/** @throws VaultError `record-invalid` for an impossible record */
export function encodeRecord(record: VaultRecord): Uint8Array {
  const bytes = encoded(record);
  if (bytes === undefined) throw new VaultError('record-invalid');
  return bytes;
}

/**
 * Takes exactly what `encodeRecord` gives for this kind.
 *
 * @throws VaultError `record-invalid`
 */
export function decodeRecord(kind: Kind, bytes: Uint8Array): VaultRecord {
  const record = decoded(kind, bytes);
  if (record === undefined) throw new VaultError('record-invalid');
  return record;
}
