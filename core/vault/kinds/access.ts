import { z } from 'zod';
import { concat } from '#core/bytes.ts';
import { addressText, parseAddress, sourceAddress } from '../address.ts';
import { momentary } from './kind.ts';

const ADDRESS_BYTES = 16;

// A try that failed is no log-in (I5): it says who was guessed at, maybe by somebody else.
const failed = z.literal('failed');

/** A log-in, or a try that failed: the address and port that it came from. Layout: address (16 bytes, IPv4 mapped), port (2 bytes). */
export const access = momentary({
  event: {
    ip: z.string().transform((text, context) => {
      const address = sourceAddress(text);
      if (address !== undefined) return address;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }),
    port: z.int().min(1).max(65_535),
  },
  wire: { ip: z.string().regex(/^[0-9a-f.:]{2,45}$/), port: z.int() },
  mark: { outcome: failed.optional() },
  bytes: ADDRESS_BYTES + 2,

  encode({ ip, port }) {
    const address = parseAddress(ip);
    if (address === undefined || !isPort(port)) return undefined;
    return concat(address, Uint8Array.of(port >> 8, port & 0xff));
  },

  decode(bytes, isMarked) {
    const port = ((bytes[ADDRESS_BYTES] ?? 0) << 8) | (bytes[ADDRESS_BYTES + 1] ?? 0);
    if (!isPort(port)) return undefined;
    const ip = addressText(bytes.subarray(0, ADDRESS_BYTES));
    return isMarked ? { ip, port, outcome: failed.value } : { ip, port };
  },
});

/** A source port on the wire: zero is reserved (RFC 6335 section 6). */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 0xffff;
}
