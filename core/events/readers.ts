import { csvRows } from './csv.ts';
import { ecsLines } from './ecs.ts';
import { jsonLines } from './jsonl.ts';
import { mappedLines } from './mapped.ts';
import { ocsfLines } from './ocsf.ts';
import type { EventReader } from './reader.ts';
import { sshdLog } from './sshd.ts';

/** The formats of files of identity events, in the order in which a file's first line is held against them. */
export const readers = {
  mapped: mappedLines,
  ocsf: ocsfLines,
  ecs: ecsLines,
  jsonl: jsonLines,
  csv: csvRows,
  sshd: sshdLog,
} satisfies Record<string, EventReader>;

export type FormatName = keyof typeof readers;
