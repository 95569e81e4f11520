import * as enrolments from '#client/enrolment.ts';
import { type Enrolment, EnrolmentError } from '#client/enrolment.ts';
import { printable } from '#client/printable.ts';
import { comparables } from '#client/thumbprint.ts';
import type { Proposal } from '#core/registry/change.ts';
import { parseJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { givenText } from '../given.ts';
import { agree, isAttended } from '../person.ts';

/** Enrolments out of files, and how their keys are compared at the terminal. */

/** @throws CommandError usage, file-malformed, key-malformed */
export async function readEnrolment(file: string, role: Enrolment['role']): Promise<Enrolment> {
  const value = parseJson(await givenText(file), file);
  return orRefused(async () => enrolments.enrolmentOf(value, role), { file, role });
}

/** The encryption key of an officer's enrolment. @throws CommandError file-malformed */
export function encryptionKeyOf({ encryptionKey }: Enrolment, file: string): Record<string, unknown> {
  if (encryptionKey !== undefined) return encryptionKey;
  throw new CommandError(
    'file-malformed',
    `${printable(file)} has no encryption key`,
    'an officer’s profile has one: `writ keys new --role agency`',
  );
}

/** What a proposal has of an officer's enrolment: the key to sign with, and their own to decrypt with. */
export function officersKeys({ publicKey, encryptionKey }: Enrolment) {
  return { publicKey, ...(encryptionKey === undefined ? {} : { encryptionKey }) };
}

/** A key that would be enrolled, and what it is in words. */
export interface NewKey {
  what: string;
  thumbprint: string;
}

/** The keys that a proposal would enrol, each by the thumbprint of what it is. @throws CommandError key-malformed */
export async function newKeys(proposal: Proposal): Promise<NewKey[]> {
  const keys = await orRefused(() => enrolments.newKeys(proposal));
  return keys.map((key) => ({ what: whatText(key), thumbprint: key.thumbprint }));
}

function whatText({ is, holder, isAgencys = false }: enrolments.NewKey): string {
  const whose = holder === undefined ? 'the agency’s' : `${holder}’s`;
  return `${whose} key to ${is === 'signs' ? 'sign' : 'decrypt'} with${isAgencys ? ', and the agency’s' : ''}`;
}

async function orRefused<T>(
  make: () => Promise<T>,
  from?: { file: string; role: Enrolment['role'] },
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw error instanceof EnrolmentError ? refusedAs(error, from) : error;
  }
}

function refusedAs(
  { fault, thumbprint }: EnrolmentError,
  { file, role }: { file: string; role: Enrolment['role'] } = { file: '', role: 'agency' },
): CommandError {
  const people = { agency: 'an officer', reviewer: 'a reviewer' } as const;
  switch (fault) {
    case 'form':
      return new CommandError(
        'file-malformed',
        `${printable(file)} is no enrolment`,
        '`writ keys show --enrolment` prints one',
      );
    case 'role':
      return new CommandError(
        'file-malformed',
        `${printable(file)} is the enrolment of ${people[role === 'agency' ? 'reviewer' : 'agency']}`,
        `this takes the one of ${people[role]}`,
      );
    case 'thumbprint':
      return new CommandError(
        'file-malformed',
        `${printable(file)} says another thumbprint than its key has: ${thumbprint}`,
        'have it sent anew, by another way',
      );
    case 'signing-key':
    case 'encryption-key':
      return new CommandError(
        'key-malformed',
        `the key to ${fault === 'signing-key' ? 'sign' : 'decrypt'} with is none that can be enrolled`,
        'have one made with `writ keys new`',
      );
  }
}

export interface ComparingOptions {
  thumbprint?: string[];
  yes?: boolean;
}

/**
 * A reviewer compares each key before it is enrolled: by telephone, on a number that they knew before. An attacker who can
 * change an e-mail puts their own key into it, and a signature for that key would enrol the attacker.
 *
 * @throws CommandError thumbprint-differs, usage, not-confirmed
 */
export async function compare(keys: readonly NewKey[], options: ComparingOptions): Promise<void> {
  const { thumbprint: given } = options;
  if (keys.length === 0) {
    if (given !== undefined) throw new UsageError('--thumbprint: this enrols no key');
    return;
  }
  if (given !== undefined) {
    const other = keys.find(({ thumbprint }) => !given.includes(thumbprint));
    if (other === undefined) return;
    throw new CommandError(
      'thumbprint-differs',
      `${printable(other.what)} has a thumbprint that --thumbprint does not have: ${other.thumbprint}; nothing was signed`,
      'compare it by telephone, on a number that you knew before',
    );
  }
  if (options.yes === true) return;
  if (!isAttended())
    throw new UsageError('--thumbprint is missing, and nobody is here to compare the keys (or give --yes)');
  say(await comparables(keys.map(({ what, thumbprint }) => ({ what: printable(what), thumbprint }))));
  await agree(
    `Did you compare ${keys.length === 1 ? 'this with its' : 'these with their'} holder by telephone, on a number that you knew before? The twelve words are enough.`,
    options,
  );
}
