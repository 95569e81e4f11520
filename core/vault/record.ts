import { concat } from '#core/bytes.ts';
import { addressText, parseAddress } from './address.ts';
import type { Kind } from './drawer.ts';
import { VaultError } from './errors.ts';
import { isPhoneNumber } from './subject.ts';

/**
 * What is inside a seal, and all that can be (I5): an address with its port, or a phone number. There is no field
 * that takes text, so message content has no representation. When and whose it was is bound from outside
 * (core/vault/seal.ts).
 *
 *   access   01  address (16 bytes, IPv4 mapped)  port (2 bytes)       19 bytes
 *   phone    02  E.164 digits, two a byte, filled up with f (8 bytes)   9 bytes
 *
 * The first byte names the form; a later form takes another number. Each has one length, so a sealed record does
 * not tell an IPv4 from an IPv6 address or how long a number is.
 */
export type VaultRecord = { kind: 'access'; ip: string; port: number } | { kind: 'phone'; phone: string };

const ACCESS = 0x01;
const PHONE = 0x02;
const ACCESS_BYTES = 19;
const PHONE_BYTES = 9;
const PHONE_DIGITS = 16;

/** @throws VaultError `record-invalid` for an impossible address, port or number */
export function encodeRecord(record: VaultRecord): Uint8Array {
  if (record.kind === 'phone') {
    if (!isPhoneNumber(record.phone)) throw new VaultError('record-invalid');
    const digits = record.phone.slice(1).padEnd(PHONE_DIGITS, 'f');
    return Uint8Array.of(PHONE, ...Buffer.from(digits, 'hex'));
  }
  const { ip, port } = record;
  const address = parseAddress(ip);
  if (address === undefined || !isPort(port)) throw new VaultError('record-invalid');
  return concat(Uint8Array.of(ACCESS), address, Uint8Array.of(port >> 8, port & 0xff));
}

/**
 * Takes exactly what `encodeRecord` gives for this kind.
 *
 * @throws VaultError `record-invalid`
 */
export function decodeRecord(kind: Kind, bytes: Uint8Array): VaultRecord {
  if (kind === 'phone') {
    if (bytes.length !== PHONE_BYTES || bytes[0] !== PHONE) throw new VaultError('record-invalid');
    const phone = `+${Buffer.from(bytes.subarray(1)).toString('hex').replace(/f+$/, '')}`;
    if (!isPhoneNumber(phone)) throw new VaultError('record-invalid');
    return { kind, phone };
  }
  if (bytes.length !== ACCESS_BYTES || bytes[0] !== ACCESS) throw new VaultError('record-invalid');
  const port = ((bytes[17] ?? 0) << 8) | (bytes[18] ?? 0);
  if (!isPort(port)) throw new VaultError('record-invalid');
  return { kind, ip: addressText(bytes.subarray(1, 17)), port };
}

/** A source port on the wire: zero is reserved (RFC 6335 section 6). */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 0xffff;
}
