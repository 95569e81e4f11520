import { csvRows } from './csv.ts';
import { ecsLines } from './ecs.ts';
import { journalJson } from './journal.ts';
import { jsonLines } from './jsonl.ts';
import { mappedLines } from './mapped.ts';
import { ocsfLines } from './ocsf.ts';
import type { EventReader } from './reader.ts';
import { sshdLog } from './sshd.ts';

/** The formats of files of identity events, in the order in which a file's first line is held against them. */
const table = {
  journal: journalJson,
  ocsf: ocsfLines,
  ecs: ecsLines,
  jsonl: jsonLines,
  csv: csvRows,
  sshd: sshdLog,
  mapped: mappedLines,
} satisfies Record<string, EventReader>;

export type FormatName = keyof typeof table;
export const readers: Readonly<Record<FormatName, EventReader>> = table;
