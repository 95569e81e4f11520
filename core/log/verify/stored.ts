import { z } from 'zod';
import { LogError } from '#core/log/errors.ts';
import type { SigningKey } from './signers.ts';

/**
 * What a check of a log knows, as it is stored between two looks: JSON. What was stored is parsed as strictly as anything
 * from outside. Keys are stored once, and everything else names them.
 */

/** Unix milliseconds. What never comes, came always, or is no instant is a word, since JSON has no such number. */
export const storedTime = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number);

export const storedCount = z.int().nonnegative();

/** A key by what the log calls it. @throws LogError state-malformed if none of that name was stored */
export type KeyNamed = (id: string) => SigningKey;

/** What is stored, as text. A key in it is its name (`SigningKey.toJSON`). */
export function storedText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'number' && !Number.isFinite(member) ? String(member) : member,
  );
}

/** @throws LogError state-malformed for anything that was not stored so */
export function parseStored<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LogError('state-malformed', { cause });
  }
}

/** The members that another value of the same kind, a new one mostly, does not have: of millions, each is stored. */
export function differing<T extends object>(value: T, from: T): Partial<T> {
  const others: Partial<Record<string, unknown>> = { ...from };
  const isOther = ([name, member]: [string, unknown]) =>
    Array.isArray(member) ? member.length > 0 : !Object.is(member, others[name]);
  const own: Partial<T> = {};
  return Object.assign(own, Object.fromEntries(Object.entries(value).filter(isOther)));
}
