import { readStamp, type Stamp, stampIn } from './stamp.ts';

/**
 * The head of a line of syslog: when it is from, who wrote it, and what they wrote.
 *
 *   STAMP host sshd[24680]: MESSAGE                 RFC 3164 section 4.1, and what journalctl prints
 *   STAMP host sshd: MESSAGE                        no process id
 *   STAMP sshd[24680]: MESSAGE                      no host: `journalctl --no-hostname`
 *   STAMP host sshd[24680]: [ID 800047 auth.info] MESSAGE        Solaris
 *   STAMP host auth.info sshd[24680]: MESSAGE       BusyBox in Alpine
 *   <38>1 STAMP host sshd 24680 - - MESSAGE         RFC 5424 section 6
 *
 * What stands behind the tag may be anybody's words, so the tag alone says whose line it is.
 */
export interface SyslogLine {
  stamp: Stamp;
  /** The program's name. */
  tag: string;
  message: string;
}

// A name of a host does not end with a colon, so the tag of another program is not taken for one. Some relays write
// `source@host` or `host/relay`.
const HOST = String.raw`[\w.:%@/-]*[\w.%]`;
// Facility and level: before the host in FreeBSD's `syslogd -v`, behind it in BusyBox (Alpine), `auth|security:info` in AIX.
const LEVEL = '(?:emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug)';
const PRIORITY = String.raw`(?:<\w+\.\w+>|[\w|]{2,24}[.:]${LEVEL})`;
const TAG = new RegExp(
  String.raw`^ *(?:${PRIORITY} +)??(?:${HOST} +)??(?:${PRIORITY} +)??(?<tag>[^\s:[\]]{1,48})(?:\[\d{1,10}\])?:(?: |$)(?:\[ID \d+ \w+\.\w+\] )?(?<message>.*)$`,
  's',
);

// RFC 5424 section 6: version 1; `-` stands for what is not known.
const HEADER_5424 =
  /^(?:<\d{1,3}>)?1 (?<stamp>\S{1,40}) \S{1,255} (?<tag>\S{1,48}) \S{1,128} \S{1,32} (?<rest>.*)$/s;
// Section 6.3: in a value `"`, `\` and `]` are escaped.
const ELEMENT = /^\[[^\s="\]]{1,32}(?: [^\s="\]]{1,32}="(?:[^"\\]|\\.)*")*\]/s;
const BOM = /^\ufeff/;

/** @returns undefined for a line that is none of syslog's */
export function readSyslog(line: string): SyslogLine | undefined {
  const structured = HEADER_5424.exec(line)?.groups;
  if (structured !== undefined) return structuredLine(structured);
  const head = readStamp(line);
  if (head === undefined) return undefined;
  const { tag, message } = TAG.exec(head.rest)?.groups ?? {};
  return { stamp: head.stamp, tag: tag ?? '', message: message ?? '' };
}

function structuredLine({
  stamp: text = '',
  tag = '',
  rest = '',
}: Record<string, string>): SyslogLine | undefined {
  const stamp = stampIn(text);
  const message = messageAfterData(rest);
  return stamp === undefined || message === undefined ? undefined : { stamp, tag, message };
}

/** Behind the structured data: `-`, or elements without a blank between them. */
function messageAfterData(rest: string): string | undefined {
  let after = rest;
  if (after.startsWith('-')) after = after.slice(1);
  else {
    let element = ELEMENT.exec(after);
    if (element === null) return undefined;
    for (; element !== null; element = ELEMENT.exec(after)) after = after.slice(element[0].length);
  }
  if (after === '') return '';
  return after.startsWith(' ') ? after.slice(1).replace(BOM, '') : undefined;
}
