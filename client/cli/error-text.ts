import {
  ExchangeError,
  type ExchangeErrorCode,
  RefusedError,
  type UnreachableReason,
} from '#client/errors.ts';
import { SourceError } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import type { ProblemCode } from '#core/problem.ts';
import { CommandError } from './errors.ts';
import { namesProxy } from './proxy.ts';

/** A failure as people read it: its code, what it means, what to do next. */
export interface ErrorText {
  code: string;
  message: string;
  next?: string | undefined;
}

/** The text of an error that the command line foresees; undefined for any other. */
export function errorText(error: unknown): ErrorText | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof RefusedError) return refusalText(error);
  if (error instanceof ExchangeError) return { code: error.code, ...exchangeText(error) };
  if (error instanceof LogError)
    return { code: error.code, message: logTexts[error.code] ?? 'see docs/log.md' };
  if (error instanceof SourceError) return { code: 'log-unreadable', message: printable(error.message) };
  return isFileError(error) ? fileText(error) : undefined;
}

/** A failure of the file system, as Node tells it: with its code, the call that failed, and mostly a path. */
interface FileError extends Error {
  code: string;
  syscall: string;
  path?: string;
}

export function isFileError(error: unknown): error is FileError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    typeof error.syscall === 'string' &&
    fileCalls.has(error.syscall)
  );
}

const readingCalls = ['read', 'scandir', 'opendir', 'stat', 'lstat', 'readlink', 'realpath', 'access'];
const writingCalls = [
  'open',
  'write',
  'mkdir',
  'mkdtemp',
  'rename',
  'unlink',
  'rmdir',
  'rm',
  'chmod',
  'copyfile',
];
const fileCalls = new Set([
  ...readingCalls,
  ...writingCalls,
  'close',
  'fsync',
  'ftruncate',
  'link',
  'symlink',
]);

/** What a command does not foresee by itself: a folder that may not be written, a full disk, too long a name. */
function fileText({ code, syscall, path }: FileError): ErrorText {
  const isRead = readingCalls.includes(syscall) || (syscall === 'open' && code === 'ENOENT');
  const what = path === undefined ? 'a file' : printable(path);
  return isRead
    ? { code: 'file-unreadable', message: `${what} cannot be read (${code})` }
    : { code: 'file-unwritable', message: `${what} cannot be written (${code})`, next: fileNext[code] };
}

const fileNext: Partial<Record<string, string>> = {
  EACCES: 'may you write there? XDG_CONFIG_HOME names another place for profiles',
  EDQUOT: 'make room, and try again',
  ENAMETOOLONG: 'name a shorter one',
  ENOSPC: 'make room, and try again',
  EROFS: 'it is read-only: XDG_CONFIG_HOME names another place for profiles',
};

const logTexts: Partial<Record<LogErrorCode, string>> = {
  'verifier-key-malformed': 'what the provider publishes is no verifier key',
  'note-unsigned':
    'the checkpoint was not signed by this key; compare the key with the one that you were given',
  'origin-differs': 'this is another log than the key’s',
  'file-missing': 'a file of the log is not there',
  'state-malformed': 'what was kept of the log cannot be read: give another folder, and it is read anew',
  'not-included': 'the entries are not those of the checkpoint; `writ log verify` says which',
};

function refusalText({ code, problem, verified }: RefusedError): ErrorText {
  const at = problem.at === undefined ? '' : ` (at ${problem.at.map(printable).join(', ')})`;
  const unsigned = verified ? '' : '; the refusal itself is not signed';
  return { code, message: `${printable(problem.title)}${at}${unsigned}`, next: afterRefusal[code] };
}

const doctor = '`writ doctor` says what is wrong with this machine, this key or this address';

/** What to do about a refusal, where anything helps. */
const afterRefusal: Partial<Record<ProblemCode, string>> = {
  'agency-enrolled':
    '`writ admin officer new` adds to an agency, `writ admin agency terms` changes its terms',
  'agency-unknown':
    'is the agency’s id right? `writ admin change list --status Applied` has those that were enrolled',
  'authority-unknown': 'ask the provider what it calls the enforcing authority, and give that to --notified',
  'body-too-large': 'ask for fewer subjects in one request',
  'case-claimed':
    '`writ review claim … --take-over` takes it over; you may decide it in any case: `writ review show` says who has it',
  'case-closed':
    '`writ request show` says why, to reviewers `writ review show`; a request in its place names it with --amends',
  'case-not-approved': '`writ request show` says where it stands; `writ collect --wait` waits',
  'case-not-claimed': 'there is nothing to do: `writ review show` says whose it is',
  'case-not-held': 'there is nothing to do: the case is forgotten by its own retention',
  'case-unknown':
    'is the id right, and the case not forgotten yet? `writ review list` has those that are kept',
  'category-not-disclosed': '`writ doctor` shows what this provider’s policy takes',
  'change-closed': '`writ admin change list` shows what is open',
  'change-digest-mismatch': 'look at it again with `writ admin change show`',
  'change-not-yours': 'reviewers approve, an officer of the agency concerned confirms, either may reject',
  'change-repeated': 'another person has to: `writ admin change show` says who',
  'collections-used-up': 'ask anew, with --amends',
  'decision-digest-mismatch': 'look at it again with `writ review show`',
  'decision-repeated': 'another reviewer has to: `writ review list` says how many did',
  'delay-ended': 'there is nothing to do: the person is notified of what is collected',
  'delay-none': 'there is nothing to do: a delay is asked for with the request, by --delay-until',
  'emergencies-open': 'there is nothing to do: the provider takes them',
  'hold-too-long': 'hold it for ten years at most; another hold takes its place then',
  'holder-conflict': 'a person stands on one side: choose another pseudonym, or another person',
  'information-pending': '`writ review show` has the answer once it is there; you may decide without it',
  'key-cooling': 'the key counts after the cool-off; `writ doctor` says when to try again',
  'key-enrolled': 'a key is enrolled once: have a new one made, with `writ keys new`',
  'key-not-suspended': '`writ admin people` says which keys are suspended',
  'key-refused': 'have one made with `writ keys new`',
  'key-revoked-elsewhere': 'have a new one made, with `writ keys new`, and find out who has this one',
  'key-role': 'use a profile whose key is enrolled for this, with --profile',
  'log-unwitnessed':
    'try again in a minute: nothing was opened or counted. If it lasts, tell the provider that witnesses of its log do not answer',
  'key-suspended': 'call the provider: another one revoked this key, and their reviewers decide',
  'notification-missing':
    'give --notified, with the enforcing authority’s id at the provider; or --resident, where none need be notified',
  'notification-not-due': 'leave --notified and --resident out',
  'notification-over': '`writ authority show` says what stands',
  'notification-pending': '`writ request show` says until when; `writ collect --wait` waits',
  'nothing-asked':
    '`writ request show` has what was asked; what changes a request is a new one, with --amends',
  'not-found': 'is the id right, and this profile the one that may see it? An agency sees its own',
  'notice-given': 'there is nothing to do: `writ request show` offers what can be done',
  'order-in-future': 'is the date right, and this machine’s clock? `writ doctor` compares it',
  'page-unknown': 'list again from the first page',
  'period-in-future': 'end the period today: only what is stored when the request arrives is disclosed',
  'policy-not-adopted': 'two reviewers have to adopt it: `writ admin policy adopt`',
  'page-gone': 'collect anew, into another directory',
  'rate-exceeded': 'ask the provider, or try again tomorrow',
  'record-unproven': 'tell the provider: its operator has to restore what was changed',
  'officer-unknown':
    'is the pseudonym right? `writ admin change list --status Applied` has who was enrolled; `writ doctor` tells an officer theirs',
  'recipient-differs':
    'nothing was collected. `writ doctor` says which key answers go to, and how to have this one enrolled',
  'reference-conflict': 'choose another --reference',
  'scope-differs': 'sign exactly the scope that was opened: leave the scope out',
  'scope-too-wide': 'approve what was asked for, or less',
  replayed: 'try again: each call is signed anew',
  'signature-expired': 'set this machine’s clock; `writ doctor` says by how much',
  'signature-invalid': `have this key enrolled: \`writ keys show --enrolment\` is what to send. If it is enrolled, the address may be another than the provider verifies for; ${doctor}`,
  'signature-key-unknown': 'have another key enrolled: `writ keys show --enrolment` is what to send',
  'signature-not-yet-valid': 'set this machine’s clock; `writ doctor` says by how much',
  'subject-unknown': 'is the number or name right, and was it used in this period?',
  'try-again': 'try again in a moment: nothing was changed',
};

const exchangeTexts: Record<ExchangeErrorCode, Omit<ErrorText, 'code'>> = {
  unreachable: { message: 'the provider cannot be reached', next: doctor },
  'answer-unsigned': {
    message: 'the answer is not signed, and writ does not use it',
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

function exchangeText(error: ExchangeError): Omit<ErrorText, 'code'> {
  const { code, reason, part } = error;
  const { message, next } = exchangeTexts[code];
  const why = reason === undefined ? (partTexts[part ?? ''] ?? part) : reasonTexts[reason];
  const isProxied = code === 'unreachable' && namesProxy();
  const isLost = code === 'unreachable' && error.mayHaveArrived;
  return {
    message: `${why === undefined ? message : `${message}: ${printable(why)}`}${isProxied ? ', through the proxy that HTTPS_PROXY names' : ''}`,
    next: isLost
      ? `if the call changes something, check whether it did before you sign again; ${next}`
      : next,
  };
}

/** What is wrong with a whole answer, in words. */
const partTexts: Partial<Record<string, string>> = {
  redirect: 'it sends us to another address, and writ follows to none',
  'too-large': 'it is larger than any answer of a provider',
};

/** Why nobody answered; undefined where the reason is unknown. */
const reasonTexts: Record<UnreachableReason, string | undefined> = {
  'host-not-found': 'there is no host of this name',
  refused: 'nothing listens at its address',
  'broken-off': 'the connection was broken off',
  timeout: 'it does not answer in time',
  'certificate-expired': 'its certificate has expired',
  'certificate-not-yet-valid': 'its certificate is not valid yet; is this machine’s clock right?',
  'certificate-of-other-host': 'its certificate is for another host',
  'certificate-untrusted': 'its certificate is of an authority that is not trusted here; name it with --ca',
  unknown: undefined,
};
