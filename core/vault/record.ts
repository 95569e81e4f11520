import { VaultError } from './errors.ts';
import { decoded, encoded, type Kind, type VaultRecord } from './kinds.ts';

/**
 * What is inside a seal, and all that can be (I5): the fields of one kind of record. When it was, whose it was and which
 * kind it is stands outside (core/vault/seal.ts).
 */

/** A record without its mark (`isMarked`). @throws VaultError `record-invalid` for an impossible record */
export function encodeRecord(record: VaultRecord): Uint8Array {
  const bytes = encoded(record);
  if (bytes === undefined) throw new VaultError('record-invalid');
  return bytes;
}

/**
 * Takes exactly what `encodeRecord` gives for this kind.
 *
 * @param isMarked whether it is set apart from the others of its kind
 *
 * @throws VaultError `record-invalid`
 */
export function decodeRecord(kind: Kind, bytes: Uint8Array, isMarked = false): VaultRecord {
  const record = decoded(kind, bytes, isMarked);
  if (record === undefined) throw new VaultError('record-invalid');
  return record;
}
