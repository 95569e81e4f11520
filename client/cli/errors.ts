import { RefusedError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import { exit } from './exit.ts';

export { exit };

/** Errors of commands: each has a code for scripts, a sentence for people, and what to do next. */

/** What can be wrong on the caller's side. */
export type CommandErrorCode =
  | 'agent-failed'
  | 'aws-failed'
  | 'ca-unreadable'
  | 'case-ambiguous'
  | 'case-closed'
  | 'case-unknown'
  | 'case-not-approved'
  | 'change-closed'
  | 'change-digest-mismatch'
  | 'collection-differs'
  | 'console-missing'
  | 'decision-digest-mismatch'
  | 'digest-wrong'
  | 'file-changed'
  | 'file-exists'
  | 'file-malformed'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'function-failed'
  | 'interrupted'
  | 'key-exists'
  | 'key-malformed'
  | 'key-missing'
  | 'key-readable-by-others'
  | 'node-too-old'
  | 'not-confirmed'
  | 'not-sent'
  | 'not-yet'
  | 'nothing-asked'
  | 'notification-over'
  | 'notification-unknown'
  | 'order-differs'
  | 'order-missing'
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'port-taken'
  | 'profile-malformed'
  | 'profile-missing'
  | 'provider-changed'
  | 'provider-missing'
  | 'provider-older'
  | 'proxy-malformed'
  | 'recipient-differs'
  | 'request-unknown'
  | 'scope-differs'
  | 'scope-too-wide'
  | 'sdk-missing'
  | 'signer-failed'
  | 'signer-wrong'
  | 'state-damaged'
  | 'state-in-use'
  | 'state-of-another'
  | 'state-of-another-log'
  | 'state-unreadable'
  | 'thumbprint-differs'
  | 'usage';

/** An error that the caller can correct. `message` is one line, and holds no secret. */
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

/** Wrong usage: the caller has to correct the command line. */
export class UsageError extends CommandError {
  constructor(message: string, next?: string, options?: ErrorOptions) {
    super('usage', message, next, options);
  }
}

/** Why a new file was not written, that an option names: what is there is never overwritten. */
export function notWritten(path: string, option: string, cause: unknown): CommandError {
  const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  return isThere
    ? new CommandError(
        'file-exists',
        `${printable(path)} is there already, and is not overwritten`,
        `name another with ${option}`,
      )
    : new CommandError('file-unwritable', `${printable(path)} cannot be written`, undefined, { cause });
}

const ownExits: Partial<Record<CommandErrorCode, number>> = {
  'agent-failed': exit.unread,
  'aws-failed': exit.unread,
  'case-closed': exit.wrong,
  'case-not-approved': exit.wrong,
  'change-closed': exit.wrong,
  'change-digest-mismatch': exit.wrong,
  'collection-differs': exit.wrong,
  'console-missing': exit.unread,
  'decision-digest-mismatch': exit.wrong,
  'digest-wrong': exit.unread,
  'function-failed': exit.wrong,
  'notification-over': exit.wrong,
  interrupted: exit.interrupted,
  'not-confirmed': exit.wrong,
  'not-sent': exit.unread,
  'not-yet': exit.wrong,
  'order-differs': exit.wrong,
  'order-missing': exit.wrong,
  'provider-changed': exit.unread,
  'provider-older': exit.unread,
  'recipient-differs': exit.wrong,
  'scope-differs': exit.wrong,
  'scope-too-wide': exit.wrong,
  'signer-failed': exit.unread,
  'thumbprint-differs': exit.wrong,
};

export function exitOf(error: unknown): number {
  if (error instanceof CommandError) return ownExits[error.code] ?? exit.usage;
  return error instanceof RefusedError ? exit.wrong : exit.unread;
}
