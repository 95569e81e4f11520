import { z } from 'zod';

/**
 * What items are made of, each with a bound. DynamoDB takes 400 KB an item, so an item whose parts grow without a bound is
 * one that cannot be written some day. test/limits/ adds the bounds up, and fails for a part that has none.
 */

/** Bytes, so many at most. The bound is in the schema's metadata, since a check of our own says nothing of itself. */
export const bytesUpTo = (mostBytes: number) =>
  z
    .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= mostBytes)
    .meta({ mostBytes });

/** Printable ASCII, so many characters at most: what we write ourselves, of which each takes a byte. */
export const asciiUpTo = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[ -~]*$/);

/** Random ids of ours, UUIDs. */
export const storedId = asciiUpTo(36);
/** An instant, canonical or as the wire has it. */
export const storedInstant = asciiUpTo(24);
/** A code of ours, or the name of an act. */
export const storedCode = asciiUpTo(64);
/** What an agency or a person is called (registry/change.ts). */
export const storedName = asciiUpTo(64);
/** A key's RFC 7638 thumbprint. */
export const storedThumbprint = asciiUpTo(64);
/** `sha-256=:…:`. */
export const storedDigest = asciiUpTo(64);
/** A subject's pseudonym: 22 characters of base64url. */
export const storedSubject = asciiUpTo(24);
/** The ARN of a KMS key. KMS's own bound is 2,048 (API Reference), which no partition and region come near. */
export const storedKeyArn = asciiUpTo(128);
/** `YYYY-MM`. */
export const storedEpoch = asciiUpTo(7);
