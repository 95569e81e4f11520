import { z } from 'zod';
import { fromHex, toHex } from '#core/bytes.ts';
import { isPhoneNumber } from '../subject.ts';
import { lasting } from './kind.ts';

const NUMBER_BYTES = 8;

/** A phone number. Layout: its E.164 digits, two a byte, filled up with f. */
export const phone = lasting('phone', {
  event: { phone: z.string().refine(isPhoneNumber) },
  wire: { phone: z.string().max(16).refine(isPhoneNumber) },
  bytes: NUMBER_BYTES,

  encode: ({ phone }) =>
    isPhoneNumber(phone) ? fromHex(phone.slice(1).padEnd(2 * NUMBER_BYTES, 'f')) : undefined,

  decode(bytes, isMarked) {
    if (isMarked) return undefined;
    const phone = `+${toHex(bytes).replace(/f+$/, '')}`;
    return isPhoneNumber(phone) ? { phone } : undefined;
  },
});
