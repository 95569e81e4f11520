import { z } from 'zod';
import { isPhoneNumber } from '../subject.ts';
import { lasting } from './kind.ts';

const NUMBER_BYTES = 8;

/** A phone number. Layout: its E.164 digits, two a byte, filled up with f. */
export const phone = lasting('phone', {
  event: { phone: z.string().refine(isPhoneNumber) },
  wire: { phone: z.string() },
  bytes: NUMBER_BYTES,

  encode: ({ phone }) =>
    isPhoneNumber(phone)
      ? Uint8Array.from(Buffer.from(phone.slice(1).padEnd(2 * NUMBER_BYTES, 'f'), 'hex'))
      : undefined,

  decode(bytes) {
    const phone = `+${Buffer.from(bytes).toString('hex').replace(/f+$/, '')}`;
    return isPhoneNumber(phone) ? { phone } : undefined;
  },
});
