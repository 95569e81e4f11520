import { z } from 'zod';

/** Text that people read and sign, of 1 to `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // What a person reads is what was signed: no control characters, no line or direction changes, no lone surrogates
    // (which RFC 8785 has no form for).
    .refine((s) => !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(s) && s.isWellFormed(), {
      error: 'text-invalid',
    });
