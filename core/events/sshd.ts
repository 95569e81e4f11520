import { EventError } from './identity.ts';
import { placer } from './placing.ts';
import { type EventReader, type LineOutcome, outcomeOf, type ReadingOptions } from './reader.ts';
import { readAttempt } from './sshd-message.ts';
import { readStamp } from './stamp.ts';
import { readSyslog } from './syslog.ts';

/**
 * Log-ins out of an sshd auth log, whose lines are the nearest thing to identity events that most servers have:
 *
 *   Dec 10 09:32:20 host sshd[24680]: Accepted password for alice from 192.0.2.1 port 49116 ssh2
 *   Dec 10 07:13:56 host sshd[24227]: message repeated 5 times: [ Failed password for root from … port … ssh2]
 *
 * One event a line, also where the line stands for several tries: it names one time. What a line's head may look like is in
 * core/events/syslog.ts, what sshd writes in core/events/sshd-message.ts, and how a stamp without year or zone becomes an
 * instant in core/events/placing.ts.
 */
export const sshdLog: EventReader = {
  title: 'an sshd auth log',
  // journalctl begins with a line of its own.
  recognises: (firstLine) => readSyslog(firstLine) !== undefined || firstLine.startsWith('-- '),
  malformed: 'skipped',
  stampOf: (text) => readSyslog(text)?.stamp ?? readStamp(text)?.stamp,
  begin(options) {
    const place = placer(options);
    return (text) => {
      const head = readSyslog(text);
      if (head === undefined) return { skipped: 'not-sshd' };
      const when = place(head.stamp);
      if (!isSshd(head.tag)) return { skipped: 'not-sshd' };
      return attemptOutcome(head.message, when, options);
    };
  },
};

/** sshd by itself, and what it is split into since OpenSSH 9.8 and 10.0. */
export function isSshd(program: string): boolean {
  return ['sshd', 'sshd-session', 'sshd-auth'].includes(program);
}

/** What a message of sshd's gives. @throws EventError, ReadingError */
export function attemptOutcome(
  message: string,
  when: () => { at: string; isOfTwo: boolean },
  { failedToo }: Pick<ReadingOptions, 'failedToo'>,
): LineOutcome {
  const attempt = readAttempt(message);
  if (attempt === undefined) return { skipped: 'not-a-login' };
  if (attempt === 'unclear') return { skipped: 'login-unclear' };
  const { failed, account, ip, port } = attempt;
  let isOfTwo = false;
  const outcome = outcomeOf(
    () => {
      // SunSSH does not say what was typed.
      if (account === '<invalid username>') throw new EventError('account-invalid');
      // What was no UTF-8 would make one account of several.
      if (account.includes('\ufffd')) throw new EventError('encoding-invalid');
      const placed = when();
      isOfTwo = placed.isOfTwo;
      return { account, at: placed.at, ip, port };
    },
    { failed, failedToo },
  );
  return outcome.event !== undefined && isOfTwo ? { event: outcome.event, assumed: 'hour-twice' } : outcome;
}
