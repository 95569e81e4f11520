import type { KeyObject } from 'node:crypto';
import { parseInstant } from '#core/instant.ts';
import type { Drawer } from './drawer.ts';
import { epochOf } from './epoch.ts';
import { VaultError } from './errors.ts';
import { framed } from './framing.ts';
import { generateKeyPair, importPrivateKey, type KeyPair, open, seal } from './hpke.ts';
import { decodeRecord, encodeRecord, type VaultRecord } from './record.ts';

/**
 * Records sealed into their drawers. A drawer (subject, kind, epoch) has a key pair: whoever holds the public key
 * can put records in, and only the private key, which KMS keeps wrapped, takes them out (I2).
 *
 * A seal is bound to its slot. A record that someone moves to another subject, kind, month, time or id does not
 * open, so whoever can write the table still cannot make one person's log-in another's.
 */

/** Where a record lies: its drawer, its instant in canonical form, and what tells it from others of that instant. */
export interface Slot extends Drawer {
  at: string;
  id: string;
}

/**
 * A drawer's key pair, raw. The private key is for `kms:Encrypt` under `encryptionContext`, then to be wiped with
 * `fill(0)`: as long as it exists, the writer can read.
 */
export function generateEpochKeyPair(): KeyPair {
  return generateKeyPair();
}

/**
 * What KMS binds a drawer's wrapped private key to, and what a grant names to open it and no other (I3): the same
 * for `Encrypt`, `Decrypt` and the constraint `EncryptionContextEquals`.
 */
export function encryptionContext({
  subject,
  kind,
  epoch,
}: Drawer): Record<'subject' | 'kind' | 'epoch', string> {
  return { subject, kind, epoch };
}

/** An unwrapped private key, ready to open its drawer's records. The caller wipes the raw bytes afterwards. */
export function drawerKey(privateKey: Uint8Array): KeyObject {
  return importPrivateKey(privateKey);
}

/**
 * Seals a record into its slot.
 *
 * @param publicKey the drawer's, 32 raw bytes
 * @throws VaultError `slot-invalid`, `record-invalid`, `key-refused`
 */
export function sealRecord(slot: Slot, publicKey: Uint8Array, record: VaultRecord): Uint8Array {
  if (record.kind !== slot.kind) throw new VaultError('record-invalid');
  const { info, aad } = bindings(slot);
  return seal(publicKey, info, aad, encodeRecord(record));
}

/**
 * Opens the record of a slot.
 *
 * @param privateKey the drawer's, from `drawerKey`
 * @throws VaultError `slot-invalid`, `open-failed`, `record-invalid`
 */
export function openRecord(slot: Slot, privateKey: KeyObject, sealed: Uint8Array): VaultRecord {
  const { info, aad } = bindings(slot);
  return decodeRecord(slot.kind, open(privateKey, info, aad, sealed));
}

function bindings({ subject, kind, epoch, at, id }: Slot): { info: Uint8Array; aad: Uint8Array } {
  // One instant has several spellings; a slot takes the canonical one only, and only inside its epoch.
  const info = framed('writ/vault/v1', subject, kind, epoch);
  const aad = framed(at, id);
  if (info === undefined || aad === undefined) throw new VaultError('slot-invalid');
  if (parseInstant(at) !== at || epochOf(at) !== epoch) throw new VaultError('slot-invalid');
  return { info, aad };
}
