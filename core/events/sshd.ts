import { parseInstant } from '#core/instant.ts';
import { EventError, type IdentityEvent, identityEvent } from './identity.ts';
import { type EventReader, outcomeOf } from './reader.ts';

/**
 * Log-ins out of an sshd auth log, whose lines are the nearest thing to identity events that most servers have:
 *
 *   Dec 10 09:32:20 host sshd[24680]: Accepted password for alice from 192.0.2.1 port 49116 ssh2
 *   Dec 10 07:13:56 host sshd[24227]: message repeated 5 times: [ Failed password for root from … port … ssh2]
 *
 * One event a line, also where the line stands for several tries: it names one time. Stamps name no year and no
 * zone; the year is given for the whole file, the zone is taken to be UTC. A log that runs across New Year is two
 * files, each with its year.
 */

const STAMP = /^(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<time>\d{2}:\d{2}:\d{2}) /;
const SSHD = /^\S+ sshd(?:-session)?\[\d+\]: (?<message>.*?)\r?$/s;
const REPEATED = /^message repeated \d+ times: \[ (?<message>.*)\]$/s;

// The account is whatever the person at the other end typed: "root from 192.0.2.9 port 22 ssh2" is one. sshd
// writes the real address last, so the account takes all it can and the address is what ends the line.
const LOGIN =
  /^(?:Accepted|Failed) password for (?:invalid user )?(?<account>.*) from (?<ip>\S+) port (?<port>\d{1,5})(?: ssh\d)?$/s;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The log-in that a line tells of.
 *
 * @param year of the line's stamp
 * @returns `undefined` for any other line
 * @throws EventError for a log-in with an account, address, port or time that cannot be
 */
export function parseSshdLine(line: string, year: number): IdentityEvent | undefined {
  const stamp = STAMP.exec(line);
  if (stamp === null) return undefined;
  const message = SSHD.exec(line.slice(stamp[0].length))?.groups?.message;
  if (message === undefined) return undefined;
  const login = LOGIN.exec(REPEATED.exec(message)?.groups?.message ?? message)?.groups;
  if (login === undefined) return undefined;
  return identityEvent({
    account: login.account,
    at: wireStamp(stamp, year),
    ip: login.ip,
    port: Number(login.port),
  });
}

/**
 * The latest year that puts no line of the file in the future, and 29 February, if there is one, on a calendar
 * that has it.
 *
 * @param now an instant
 * @returns `undefined` if no line has a stamp
 */
export async function latestYear(
  lines: Iterable<string> | AsyncIterable<string>,
  now: string,
): Promise<number | undefined> {
  // Within a year stamps are in the order of their text, so the last one decides for all.
  let last = '';
  let leap = false;
  for await (const line of lines) {
    const stamp = STAMP.exec(line);
    if (stamp === null || parseInstant(wireStamp(stamp, LEAP_YEAR)) === undefined) continue;
    const inYear = wireStamp(stamp, LEAP_YEAR).slice('YYYY'.length);
    if (inYear > last) last = inYear;
    if (inYear.startsWith('-02-29')) leap = true;
  }
  if (last === '') return undefined;
  const present = parseInstant(now);
  if (present === undefined) throw new EventError('at-invalid');
  const fits = (year: number) =>
    Date.parse(`${year}${last}`) <= Date.parse(present) && (!leap || isLeap(year));
  let year = Number(present.slice(0, 'YYYY'.length));
  while (year > 0 && !fits(year)) year -= 1;
  return year;
}

/** A year that has every day there is. */
const LEAP_YEAR = 2000;

function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}

function wireStamp(stamp: RegExpExecArray, year: number): string {
  const { month = '', day = '', time = '' } = stamp.groups ?? {};
  const monthNumber = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${monthNumber}-${day.padStart(2, '0')}T${time}Z`;
}

/** TODO: its own grammar. */
export const sshdLog: EventReader = {
  title: 'an sshd auth log',
  recognises: (firstLine) => !firstLine.trimStart().startsWith('{'),
  malformed: 'skipped',
  begin: ({ year = 1970, failedToo }) => {
    return (text) => {
      const event = parseSshdLine(text, year);
      if (event === undefined) return { skipped: 'not-a-login' };
      const { kind: _, ...fields } = event;
      return outcomeOf(() => fields, { failed: text.includes(']: Failed '), failedToo });
    };
  },
};
