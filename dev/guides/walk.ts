import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { home } from '#dev/cloud/emulator.ts';
import { writProgram } from '#dev/writ.ts';
import { alignTokens, type Part, replaceTokens, type Step, type Transcript } from './guide.ts';

/**
 * Walks a guide through: each command as its reader would type it, on a machine of their own (a home, a working
 * directory, the `writ` command, and nothing else of the project's), against a deployed cloud.
 */
export interface Walk {
  cloud: Cloud;
  /** An empty directory: every person gets a home in it. */
  root: string;
  /** What a guide calls something, and what it is called in this run: addresses, agencies, accounts. */
  names: Readonly<Record<string, string>>;
  /** More surroundings. */
  env: Readonly<Record<string, string>>;
  /** Whether the deployment is new, with nobody enrolled. */
  isFresh: boolean;
  say?: (line: string) => void;
}

const PASSPHRASE = 'correct horse battery staple\n';

/** @yields each part of the guide with what was printed in this run. @throws Error where a step that nobody sees fails */
export async function* walkGuide(parts: readonly Part[], walk: Walk): AsyncGenerator<Part> {
  let tokens: ReadonlyMap<string, string> = new Map();
  for (const part of parts) {
    if (part.kind === 'prose' || (part.isFresh && !walk.isFresh)) {
      yield part;
    } else if (part.kind === 'meanwhile') {
      const { code, output } = await run(walk, part.person, replaceTokens(part.script, tokens));
      if (code !== 0) throw new Error(`as ${part.person}, ${code}:\n${part.script}\n${output}`);
      yield part;
    } else {
      const done = await walkTranscript(part, walk, tokens);
      tokens = done.tokens;
      yield done.part;
    }
  }
}

async function walkTranscript(part: Transcript, walk: Walk, known: ReadonlyMap<string, string>) {
  let tokens = known;
  const steps: Step[] = [];
  for (const { command, output } of part.steps) {
    const typed = replaceTokens(command, tokens);
    walk.say?.(`${part.person}$ ${typed}`);
    const printed = (await run(walk, part.person, typed)).output;
    tokens = new Map([...tokens, ...alignTokens(output, printed)]);
    steps.push({ command: typed, output: printed });
  }
  return { part: { ...part, steps }, tokens };
}

/** Where a person of a guide is at home in this run. */
export const homeOf = ({ root }: Pick<Walk, 'root'>, person: string) => join(root, person);

/** Runs a script of a person's. @returns its exit code, and what it printed, in the guide's own words */
export async function run(
  walk: Walk,
  person: string,
  script: string,
): Promise<{ code: number; output: string }> {
  const child = spawn('sh', ['-c', inThisRun(walk, script)], {
    ...surroundingsOf(walk, person),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => parts.push(data));
  child.stderr.on('data', (data: Buffer) => parts.push(data));
  const code = await new Promise<number>((done) => child.once('close', (each) => done(each ?? 1)));
  return { code, output: inTheGuide(walk, Buffer.concat(parts).toString()) };
}

/** A person's home, made ready. @returns where it is, and what surrounds them there */
export function surroundingsOf(walk: Walk, person: string): { cwd: string; env: Record<string, string> } {
  const cwd = homeOf(walk, person);
  const post = join(walk.root, 'post');
  for (const dir of [cwd, post]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(cwd, '.passphrase'), PASSPHRASE, { mode: 0o600 });
  return { cwd, env: { ...surroundings(walk, cwd), POST: post, POLICIES: join(home, 'policy') } };
}

/** A script of the guide's, with what its names stand for. */
export const inThisRun = ({ names }: Walk, script: string) => renamed(script, Object.entries(names));

/** What was printed, by the guide's names. */
export function inTheGuide({ names, root }: Walk, printed: string): string {
  const back = Object.entries(names).map(([name, now]) => [now, name] as const);
  return renamed(printed.replaceAll(`${root}/`, '/home/'), back);
}

/** All names at once, since one day’s new name may be another’s old one. The longest first: an address has a host in it. */
function renamed(text: string, names: readonly (readonly [string, string])[]): string {
  const by = new Map(names.filter(([name]) => name !== ''));
  const longest = [...by.keys()].toSorted((a, b) => b.length - a.length);
  const any = new RegExp(
    longest.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'g',
  );
  return by.size === 0 ? text : text.replaceAll(any, (name) => by.get(name) ?? name);
}

function surroundings({ cloud, root, env }: Walk, here: string): Record<string, string> {
  return {
    HOME: here,
    PATH: [commandDir(root), ...(process.env.PATH ?? '').split(delimiter)].join(delimiter),
    TZ: 'Europe/Berlin',
    // In the world outside, a certificate that everybody trusts.
    NODE_EXTRA_CA_CERTS: cloud.caFile,
    WRIT_PASSPHRASE_FILE: join(here, '.passphrase'),
    NODE_COMPILE_CACHE: join(home, 'node_modules/.cache/compiled'),
    ...env,
  };
}

/** A directory with `writ` in it, as an installed package leaves one. */
function commandDir(root: string): string {
  const dir = join(root, '.bin');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'writ');
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${writProgram}" "$@"\n`);
  chmodSync(file, 0o755);
  return dir;
}
