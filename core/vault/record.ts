import { concat } from '#core/bytes.ts';
import { addressText, parseAddress } from './address.ts';
import type { Kind } from './epoch-key.ts';
import { VaultError } from './errors.ts';
import { isPhoneNumber } from './subject.ts';

/**
 * What is inside a seal, and all that can be (I5): an address with its port, or a phone number. There is no field
 * that takes text, so message content has no representation. When and whose it was, and which form this is, is told
 * from outside (core/vault/seal.ts).
 *
 *   access   address (16 bytes, IPv4 mapped)  port (2 bytes)       18 bytes
 *   phone    E.164 digits, two a byte, filled up with f             8 bytes
 *
 * Each kind has one length, so what is sealed does not tell an IPv4 from an IPv6 address or how long a number is.
 */
export type VaultRecord = { kind: 'access'; ip: string; port: number } | { kind: 'phone'; phone: string };

const ADDRESS_BYTES = 16;

/** The length of each kind's records. */
export const RECORD_BYTES: Readonly<Record<Kind, number>> = { access: ADDRESS_BYTES + 2, phone: 8 };

/** @throws VaultError `record-invalid` for an impossible address, port or number */
export function encodeRecord(record: VaultRecord): Uint8Array {
  if (record.kind === 'phone') {
    if (!isPhoneNumber(record.phone)) throw new VaultError('record-invalid');
    return Uint8Array.from(Buffer.from(record.phone.slice(1).padEnd(2 * RECORD_BYTES.phone, 'f'), 'hex'));
  }
  const { ip, port } = record;
  const address = parseAddress(ip);
  if (address === undefined || !isPort(port)) throw new VaultError('record-invalid');
  return concat(address, Uint8Array.of(port >> 8, port & 0xff));
}

/**
 * Takes exactly what `encodeRecord` gives for this kind.
 *
 * @throws VaultError `record-invalid`
 */
export function decodeRecord(kind: Kind, bytes: Uint8Array): VaultRecord {
  if (bytes.length !== RECORD_BYTES[kind]) throw new VaultError('record-invalid');
  if (kind === 'phone') {
    const phone = `+${Buffer.from(bytes).toString('hex').replace(/f+$/, '')}`;
    if (!isPhoneNumber(phone)) throw new VaultError('record-invalid');
    return { kind, phone };
  }
  const port = ((bytes[ADDRESS_BYTES] ?? 0) << 8) | (bytes[ADDRESS_BYTES + 1] ?? 0);
  if (!isPort(port)) throw new VaultError('record-invalid');
  return { kind, ip: addressText(bytes.subarray(0, ADDRESS_BYTES)), port };
}

/** A source port on the wire: zero is reserved (RFC 6335 section 6). */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 0xffff;
}
