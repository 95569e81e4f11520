import { isIPv4, isIPv6 } from 'node:net';

/**
 * IP addresses as 16 bytes and as their one text: RFC 5952 for IPv6, dotted decimal for IPv4.
 *
 * IPv4 is held IPv4-mapped (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2), and what arrives so is IPv4: a
 * dual-stack server logs either for the same client, and "each distinct address once" must not count it twice.
 * It also makes every address as long as any other, so that a sealed record's length says nothing about it.
 */

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const DOT = 0x2e;
const ZERO = 0x30;

/** @returns `undefined` for what is no address, or one with a zone (`fe80::1%eth0`), which means nothing elsewhere */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return mapped(text);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [before = '', after] = text.split('::');
  const head = bytesOf(before);
  if (after === undefined) return Uint8Array.from(head);
  const tail = bytesOf(after);
  return Uint8Array.from([...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail]);
}

/** Character by character: every event that is sealed comes through here. */
function mapped(dotted: string): Uint8Array {
  const address = new Uint8Array(16);
  address.set(MAPPED);
  let at = MAPPED.length;
  for (let i = 0; i < dotted.length; i++) {
    const code = dotted.charCodeAt(i);
    if (code === DOT) at++;
    else address[at] = 10 * (address[at] ?? 0) + code - ZERO;
  }
  return address;
}

function bytesOf(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** The text of 16 bytes. */
export function addressText(address: Uint8Array): string {
  if (MAPPED.every((byte, i) => address[i] === byte)) return address.subarray(12).join('.');
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0),
  );
  const { start, length } = longestZeros(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** The first of the longest runs (RFC 5952 section 4.2.3). */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}

/**
 * The canonical text of an address that a connection can have come from: not unspecified, not multicast, not the
 * limited broadcast (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2 and 2.7).
 *
 * @returns `undefined` for anything else
 */
export function sourceAddress(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const canonical = addressText(address);
  const [first = 0] = canonical.includes(':') ? address : address.subarray(12);
  const multicast = canonical.includes(':') ? first === 0xff : first >> 4 === 0xe;
  const nowhere = ['::', '0.0.0.0', '255.255.255.255'].includes(canonical);
  return multicast || nowhere ? undefined : canonical;
}
