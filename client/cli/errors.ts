import { ExchangeError, type ExchangeErrorCode, RefusedError } from '#client/errors.ts';
import { SourceError } from '#client/log/source.ts';
import { plain } from '#client/plain.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import type { ProblemCode } from '#core/problem.ts';

/** What stands in a command's way: each with a code for scripts, a sentence for people, and what to do next. */

/** What is wrong on this side of the wire. */
export type CommandErrorCode =
  | 'ca-unreadable'
  | 'collection-differs'
  | 'file-exists'
  | 'file-malformed'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'interrupted'
  | 'key-exists'
  | 'key-malformed'
  | 'key-missing'
  | 'key-readable-by-others'
  | 'not-confirmed'
  | 'not-yet'
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'profile-malformed'
  | 'profile-missing'
  | 'provider-changed'
  | 'provider-missing'
  | 'sdk-missing'
  | 'server-old'
  | 'signer-failed'
  | 'signer-wrong'
  | 'usage';

/** Something that whoever called can put right. `message` is one line, and holds no secret. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly next: string | undefined;

  constructor(code: CommandErrorCode, message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}

/** What whoever called has to put right in how they called. */
export class UsageError extends CommandError {
  constructor(message: string, next?: string) {
    super('usage', message, next);
  }
}

/** A failure as it is told: `code`, what it means, what to do. */
export interface Told {
  code: string;
  message: string;
  next?: string | undefined;
}

/** What an error is to whoever typed the command; undefined if nobody foresaw it. */
export function told(error: unknown): Told | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof RefusedError) return refusal(error);
  if (error instanceof ExchangeError) return { code: error.code, ...exchange(error) };
  if (error instanceof LogError)
    return { code: error.code, message: logTexts[error.code] ?? 'see docs/log.md' };
  if (error instanceof SourceError) return { code: 'log-unreadable', message: plain(error.message) };
  return undefined;
}

/**
 * A command's exit code: 1 something is wrong with what was looked at, or the provider refused; 2 usage, and whatever
 * else whoever called can put right on this machine; 3 it cannot be reached, read or relied on.
 */
export const exit = { wrong: 1, usage: 2, unread: 3, interrupted: 130 };

const ownExits: Partial<Record<CommandErrorCode, number>> = {
  'collection-differs': exit.wrong,
  interrupted: exit.interrupted,
  'not-confirmed': exit.wrong,
  'not-yet': exit.wrong,
  'provider-changed': exit.unread,
  'server-old': exit.unread,
  'signer-failed': exit.unread,
};

export function exitOf(error: unknown): number {
  if (error instanceof CommandError) return ownExits[error.code] ?? exit.usage;
  return error instanceof RefusedError ? exit.wrong : exit.unread;
}

const logTexts: Partial<Record<LogErrorCode, string>> = {
  'verifier-key-malformed': 'what the provider publishes is no verifier key',
  'note-unsigned':
    'the checkpoint was not signed by this key; compare the key with the one that you were given',
  'origin-differs': 'this is another log than the key’s',
  'file-missing': 'a file of the log is not there',
  'not-included': 'the entries are not those of the checkpoint; `writ log verify` says which',
};

function refusal({ code, problem, verified }: RefusedError): Told {
  const at = problem.at === undefined ? '' : ` (at ${problem.at.map(plain).join(', ')})`;
  const unsigned = verified ? '' : '; the refusal itself is not signed';
  return { code, message: `${plain(problem.title)}${at}${unsigned}`, next: afterRefusal[code] };
}

const doctor = '`writ doctor` says what is wrong with this machine, this key or this address';

/** What to do about a refusal, where there is something. */
const afterRefusal: Partial<Record<ProblemCode, string>> = {
  'body-too-large': 'ask for fewer subjects in one request',
  'case-closed': '`writ request show` says why; a request in its place names it with --amends',
  'case-not-approved': '`writ request show` says where it stands; `writ collect --wait` waits',
  'category-not-disclosed': '`writ doctor` shows what this provider’s policy takes',
  'change-closed': '`writ admin change list` shows what is open',
  'collections-used-up': 'ask anew, with --amends',
  'decision-digest-mismatch': 'look at it again with `writ review show`',
  'key-cooling': 'the key counts after the cool-off; `writ doctor` says when to try again',
  'key-role': 'use a profile whose key is enrolled for this, with --profile',
  'not-found': 'is the id right, and this profile that of the agency that asked?',
  'page-gone': 'collect anew, into another directory',
  'rate-exceeded': 'ask the provider, or try again tomorrow',
  'reference-conflict': 'choose another --reference',
  replayed: 'try again: each call is signed anew',
  'signature-expired': 'set this machine’s clock; `writ doctor` says by how much',
  'signature-invalid': `the address may be another than the provider verifies for; ${doctor}`,
  'signature-key-unknown': 'have this key enrolled: `writ keys show --enrolment` is what to send',
  'signature-not-yet-valid': 'set this machine’s clock; `writ doctor` says by how much',
  'subject-unknown': 'is the number or name right, and was it used in this period?',
  'try-again': 'try again in a moment: nothing was changed',
};

const exchangeTexts: Record<ExchangeErrorCode, Omit<Told, 'code'>> = {
  unreachable: { message: 'the provider cannot be reached', next: doctor },
  'answer-unsigned': {
    message: 'the answer is not signed, and was not believed',
    next: 'is this the provider’s address? `writ doctor` says who answers there',
  },
  'answer-not-verified': {
    message: 'the answer is not signed by the provider’s key that this profile knows',
    next: 'if the provider changed its key, compare it by telephone and `writ connect` again',
  },
  'answer-malformed': {
    message: 'the answer is not what this version of writ knows',
    next: '`writ doctor` compares the versions of both sides',
  },
  'disclosure-not-verified': {
    message: 'the disclosure could not be decrypted and verified, and was not kept',
    next: 'is the encryption key of this profile the one that is enrolled? `writ keys show`',
  },
};

function exchange({ code, cause }: ExchangeError): Omit<Told, 'code'> {
  const { message, next } = exchangeTexts[code];
  const why = code === 'unreachable' ? networkReason(cause) : undefined;
  return { message: why === undefined ? message : `${message}: ${why}`, next };
}

const networkReasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is this machine’s clock right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; name its authority with --ca',
  EAI_AGAIN: 'there is no name service',
  ECONNREFUSED: 'nothing listens at its address',
  ECONNRESET: 'it broke the connection off',
  ENOTFOUND: 'there is no host of this name',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ETIMEDOUT: 'it does not answer in time',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted here; name it with --ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is of an authority that is not trusted here; name it with --ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an authority that is not trusted here; name it with --ca',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
};

/** Why a connection failed, from whichever of the causes below an error says so. */
export function networkReason(error: unknown): string | undefined {
  for (let it = error; it instanceof Error; it = it.cause) {
    if (it.name === 'TimeoutError') return networkReasons.ETIMEDOUT;
    const code = 'code' in it && typeof it.code === 'string' ? it.code : '';
    const text = networkReasons[code];
    if (text !== undefined) return text;
    if (it instanceof AggregateError) {
      const inner = it.errors.map(networkReason).find((reason) => reason !== undefined);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
