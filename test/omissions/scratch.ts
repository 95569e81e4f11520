import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Omission } from './omissions.ts';

/** A copy of the sources in which something is left out, and what the compiler says of it. */
const root = fileURLToPath(new URL('../../', import.meta.url));
/** What runs, is deployed or is handed out: no omission is in a test. */
const folders = ['bin', 'client', 'core', 'dev', 'functions', 'lib'];
/** Of the tests the compiler reads what programs of dev/ import, and what that imports. */
const copied = [...folders, 'test'];

/** An error of the compiler, with the lines that explain it. */
export interface CompilerError {
  file: string;
  text: string;
}

/** @returns the copy's path and how to remove it */
export function copySources(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'writ-omissions-'));
  for (const folder of copied) cpSync(join(root, folder), join(dir, folder), { recursive: true });
  cpSync(join(root, 'package.json'), join(dir, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: folders }));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/**
 * Leaves something out of a copy.
 *
 * @returns puts it back
 * @throws if the text is not there exactly once: the list is older than the code
 */
export function plant(dir: string, { what, file, find, put }: Omission): () => void {
  const path = join(dir, file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${what}: ${file} has ${times} times ${JSON.stringify(find)}`);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  return () => writeFileSync(path, text);
}

/** What `tsc` says of a copy. */
export async function errorsOf(dir: string): Promise<CompilerError[]> {
  const said = await new Promise<string>((done) => {
    execFile(
      join(root, 'node_modules/.bin/tsc'),
      ['--noEmit', '--incremental', 'false', '--pretty', 'false', '-p', dir],
      { cwd: dir, maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => done(stdout + stderr),
    );
  });
  const errors: CompilerError[] = [];
  for (const line of said.split('\n')) {
    const [, file, text] = /^(\S+)\(\d+,\d+\): (error TS\d+: .*)$/.exec(line) ?? [];
    const last = errors.at(-1);
    if (file !== undefined && text !== undefined) errors.push({ file, text });
    else if (last !== undefined && line !== '') last.text += `\n${line}`;
    else if (line !== '') throw new Error(line);
  }
  return errors;
}

/** Whether one of the errors is that of an omission. */
export function isFound({ fails }: Omission, errors: readonly CompilerError[]): boolean {
  return errors.some(({ file, text }) => file === fails.file && fails.says.test(text));
}
