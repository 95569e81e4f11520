import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { parseJson } from '#core/json.ts';
import { EventError } from './identity.ts';
import type { EventReader } from './reader.ts';
import { attemptOutcome, isSshd } from './sshd.ts';

/**
 * sshd's lines as `journalctl -o json` writes them, one entry a line:
 *
 *   {"__REALTIME_TIMESTAMP":"1795165200123456","_COMM":"sshd","_UID":"0","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"Accepted …",…}
 *
 * Any program may call itself sshd in `SYSLOG_IDENTIFIER`. The fields that begin with one underscore are the journal's own
 * word on who wrote the entry (systemd.journal-fields(7)); where they are there they decide: it was a process of sshd's, and
 * root's, since only root's part of sshd says who was let in. An export without them is as good as a text log.
 */
const bytes = z.array(z.int().min(0).max(255));
const value = z.union([z.string(), bytes, z.null(), z.array(z.union([z.string(), bytes]))]);
const entrySchema = z.record(z.string(), value);

export const journalJson: EventReader = {
  title: 'a journal in JSON',
  recognises: (firstLine) =>
    firstLine.trimStart().startsWith('{') && firstLine.includes('"__REALTIME_TIMESTAMP"'),
  // What strangers typed is in it: none of them may stop the file.
  malformed: 'skipped',
  begin(options) {
    return (text) => {
      const entry = entryOf(text);
      if (!isOfSshd(entry)) return { skipped: 'not-sshd' };
      const message = textOf(entry.MESSAGE);
      // Too long for the export (`null`), or given twice.
      if (message === undefined) return { skipped: 'not-a-login' };
      return attemptOutcome(message, () => ({ at: instantOf(entry), isOfTwo: false }), options);
    };
  },
};

type Entry = z.infer<typeof entrySchema>;

function entryOf(text: string): Entry {
  try {
    return entrySchema.parse(parseJson(utf8(text)));
  } catch {
    throw new EventError('json-malformed');
  }
}

function isOfSshd(entry: Entry): boolean {
  const { _COMM: program, _UID: user, SYSLOG_IDENTIFIER: tag } = entry;
  if (user !== undefined && user !== '0') return false;
  if (program !== undefined) return typeof program === 'string' && isSshd(program);
  return typeof tag === 'string' && isSshd(tag);
}

/** What is no plain text is written as its bytes. @returns undefined for anything else */
function textOf(field: Entry[string] | undefined): string | undefined {
  if (typeof field === 'string') return field;
  const raw = bytes.safeParse(field).data;
  return raw === undefined
    ? undefined
    : new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(raw));
}

/** @throws EventError */
function instantOf({ __REALTIME_TIMESTAMP: microseconds }: Entry): string {
  if (microseconds === undefined) throw new EventError('field-missing');
  if (typeof microseconds !== 'string' || !/^\d{1,16}$/.test(microseconds))
    throw new EventError('at-invalid');
  return new Date(Math.floor(Number(microseconds) / 1000)).toISOString();
}
