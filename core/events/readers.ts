import { jsonLines } from './jsonl.ts';
import type { EventReader } from './reader.ts';
import { sshdLog } from './sshd.ts';

/** The formats of files of identity events, in the order in which a file's first line is held against them. */
export const readers = {
  jsonl: jsonLines,
  sshd: sshdLog,
} satisfies Record<string, EventReader>;

export type FormatName = keyof typeof readers;
