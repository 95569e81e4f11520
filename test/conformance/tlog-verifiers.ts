/**
 * Other people's verifiers of transparency logs, each a program of its own below tlog/ that reads a log's files and
 * answers a line of JSON. Tessera and torchwood are Go and are built once; where they cannot be, or where Python is too
 * old, the reason stands in `missing`, for a test to be skipped by name. The one of Sigstore runs wherever Writ does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cleanEnvironment, python, trust } from '#dev/cloud/emulator.ts';
import { needs } from '../examples/programs.ts';
import { goPrograms } from '../go-programs.ts';

export const reportSchema = z.object({
  ok: z.boolean(),
  /** What it refused the log for, in its own words. */
  why: z.string().optional(),
  size: z.number().optional(),
  /** Base64. */
  root: z.string().optional(),
  /** Of the older tree that the log was found to begin with. */
  oldSize: z.number().optional(),
});
export type Report = z.infer<typeof reportSchema>;

const proofsSchema = z.object({ inclusion: z.array(z.string()), consistency: z.array(z.string()) });
/** Base64, in the order of RFC 6962. */
export type Proofs = z.infer<typeof proofsSchema>;

export interface OtherVerifier {
  readonly name: string;
  /** Why it cannot run on this machine. */
  readonly missing?: string | undefined;
  /**
   * Verifies a whole log: the checkpoint's signature, every entry, the tiles up to the root.
   *
   * @param at a directory or a URL, below which are `checkpoint` and `tile/`
   * @param vkey `<origin>+<id>+<key>`
   * @param old an older checkpoint, as signed; the log must begin with what it says
   * @param caFile a certificate authority to trust for the URL instead of the system's
   */
  verify(at: string, vkey: string, old?: string, caFile?: string): Promise<Report>;
  /** Makes proofs out of a log's tiles, if it can. */
  prove?(at: string, vkey: string, index: number, oldSize: number): Promise<Proofs>;
  /**
   * Writes a log of its own into a directory that does not exist yet, if it can.
   *
   * @param signerKey Go's form of it: `PRIVATE+KEY+<origin>+<id>+<base64 of 0x01 and the seed>`
   * @param sizes how large the log is each time that it publishes, as far as the program lets itself be told
   */
  write?(
    directory: string,
    signerKey: string,
    entries: readonly Uint8Array[],
    sizes: readonly number[],
  ): Promise<void>;
}

const home = join(import.meta.dirname, 'tlog');

/** The Go programs, built. */
export const tlogPrograms = () => goPrograms('tlog', join(home, 'go'));

/** All of them, built and ready. What they need of the disk is removed when the process ends. */
export async function otherVerifiers(): Promise<OtherVerifier[]> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tlog-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const built = await tlogPrograms();
  const [noGo, goFolder] = 'missing' in built ? [built.missing, ''] : [false as const, built.folder];
  const noPython = needs(python(), ['--version'], /3\.(?:1[1-9]|[2-9]\d)/);
  const tessera = [join(goFolder, 'tessera')];
  const torchwood = [join(goFolder, 'torchwood')];
  const tlogScales = [python(), '-I', join(home, 'tiles.py')];
  return [
    { ...verifier('Tessera (Go)', tessera, folder, noGo), write: writer(tessera, false) },
    { ...verifier('torchwood (Go)', torchwood, folder, noGo), prove: prover(torchwood) },
    {
      ...verifier('tlog-scales (Python)', tlogScales, folder, noPython),
      prove: prover(tlogScales),
      write: writer(tlogScales, true),
    },
    verifier('Sigstore (JavaScript)', [process.execPath, join(home, 'sigstore.ts')], folder, false),
  ];
}

function verifier(
  name: string,
  command: readonly string[],
  folder: string,
  missing: string | false,
): OtherVerifier {
  let files = 0;
  return {
    name,
    missing: missing || undefined,
    verify: async (at, vkey, old, caFile) => {
      const oldFile = join(folder, `${name}-${++files}`);
      if (old !== undefined) writeFileSync(oldFile, old);
      const args = ['verify', at, vkey, ...(old === undefined ? [] : [oldFile])];
      const { line, code, stderr } = await run(command, args, { caFile });
      // A program that dies without a word has not verified anything.
      const report = line === '' ? { ok: false, why: stderr } : reportSchema.parse(JSON.parse(line));
      if (report.ok !== (code === 0)) throw new Error(`${name} says ${line} and ends with ${code}`);
      return report;
    },
  };
}

function prover(command: readonly string[]): NonNullable<OtherVerifier['prove']> {
  return async (at, vkey, index, oldSize) => {
    const { line, code, stderr } = await run(command, ['prove', at, vkey, String(index), String(oldSize)]);
    if (code !== 0) throw new Error(line || stderr);
    return proofsSchema.parse(JSON.parse(line));
  };
}

function writer(command: readonly string[], takesSizes: boolean): NonNullable<OtherVerifier['write']> {
  return async (directory, signerKey, entries, sizes) => {
    const args = ['write', directory, signerKey, ...(takesSizes ? sizes.map(String) : [])];
    const input = entries.map((entry) => `${Buffer.from(entry).toString('base64')}\n`).join('');
    const { line, code, stderr } = await run(command, args, { input });
    if (code !== 0) throw new Error(line || stderr);
  };
}

interface Given {
  readonly input?: string | undefined;
  readonly caFile?: string | undefined;
}

/** Runs a program until it ends. @returns what it printed, and how it ended */
export function run([program = '', ...first]: readonly string[], args: readonly string[], given: Given = {}) {
  const { input = '', caFile } = given;
  const child = spawn(program, [...first, ...args], {
    stdio: 'pipe',
    env: { ...cleanEnvironment(), PYTHONUTF8: '1', ...(caFile === undefined ? {} : trust(caFile)) },
  });
  let line = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    line += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that ends early leaves its input unread; how it ended says more than the broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise<{ line: string; code: number | null; stderr: string }>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ line: line.trim(), code, stderr: stderr.trim() }));
  });
}
