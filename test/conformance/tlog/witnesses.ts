/** Our log, and witnesses of other people's and of ours that may be asked about it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { z } from 'zod';
import { newWitnessKey, readWitnessKey } from '#client/cli/witness/key.ts';
import { serveWitness } from '#client/cli/witness/serving.ts';
import { openState } from '#client/cli/witness/state.ts';
import { Witness } from '#client/log/witness/witness.ts';
import { formatAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { formatWitnessKey, type WitnessKey } from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { nodesInTiles, tilePath } from '#core/log/tiles.ts';
import { consistencyProof } from '#core/log/tree.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { reportSchema, run, tlogPrograms } from '../tlog-verifiers.ts';
import { makeEntries, makeSigner, newPlace, rootOf, writeLog } from './logs.ts';

const built = await tlogPrograms();
/** Why the Go programs cannot be had here, or false. */
export const skip = 'missing' in built ? built.missing : false;
export const programs = 'folder' in built ? built.folder : '';
export const place = newPlace();
mkdirSync(place, { recursive: true });
let files = 0;
export const file = (content: string | Uint8Array) => {
  const path = join(place, `${++files}`);
  writeFileSync(path, content);
  return path;
};

export const own = makeSigner();
export const entries = makeEntries(1000);
const SIZES: readonly number[] = [1, 257, 700, 1000];
export const log = writeLog(entries, SIZES, own);
export const checkpointAt = (size: number) => log.checkpoints[SIZES.indexOf(size)] ?? '';
export const nodes = nodesInTiles(1000n, (tile) => readFile(join(log.directory, tilePath(tile))));
/** What asks a witness to go on from one tree of ours to another. */
export const asks = async (from: number, to: number, checkpoint = checkpointAt(to)) => {
  const proof = await consistencyProof(BigInt(from), BigInt(to), nodes);
  return formatAddCheckpoint({ oldSize: BigInt(from), proof, checkpoint });
};
export const unproven = (from: number, to: number, checkpoint = checkpointAt(to)) =>
  formatAddCheckpoint({ oldSize: BigInt(from), proof: [], checkpoint });
export const root = Buffer.from(rootOf(log), 'base64');
export const elsewhere = Buffer.alloc(32, 7);

/** Our witness's key, which a real witness takes too. */
export const keyFile = join(place, 'w1.key');
export const w1 = await newWitnessKey(keyFile, 'witness.example/w1');

export async function post(url: string, body: string) {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** Of the Go programs, of a checkpoint or a proof: what it refused it for, or undefined. */
export async function refusedBy(what: 'checkpoint' | 'record' | 'cosigned', by: string, it: string) {
  const { line, code, stderr } = await run([join(programs, 'proof')], [what, by, file(it)]);
  const report = line === '' ? { ok: false, why: stderr } : reportSchema.parse(JSON.parse(line));
  assert.equal(report.ok, code === 0);
  return report.ok ? undefined : (report.why ?? '');
}

/** A real witness that knows our log, and ends with its test. @param signerKey the line of our own key file, if no other */
export async function realWitness(signerKey = readFileSync(keyFile, 'utf8').trim()): Promise<string> {
  const child = spawn(join(programs, 'witness'), ['serve', signerKey, formatVerifierKey(own)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  after(() => child.stdin.end());
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  return z.object({ url: z.string() }).parse(JSON.parse(String(line))).url;
}

/** Ours, over a folder, as `writ log witness` runs it. */
export async function ourWitness(from = keyFile): Promise<string> {
  const dir = newPlace();
  mkdirSync(dir, { recursive: true });
  const { key, sign } = await readWitnessKey(from);
  const store = await openState(dir, formatWitnessKey(key));
  const nowSeconds = () => BigInt(Math.floor(Date.now() / 1000));
  const witness = new Witness({ key, sign, logs: [own], store, nowSeconds, tell: () => {} });
  const serving = await serveWitness({ witness, about: '', host: '127.0.0.1', port: 0 });
  after(() => serving.close());
  return `http://127.0.0.1:${serving.port}`;
}

/** A policy of our log that asks for all of these witnesses. */
export function policyOf(witnesses: readonly WitnessKey[]): string {
  return formatTrustPolicy({
    logs: [{ key: own }],
    witnesses: witnesses.map((key, i) => ({ name: `w${i + 1}`, key })),
    groups: [
      { name: 'all-of-them', threshold: witnesses.length, members: witnesses.map((_, i) => `w${i + 1}`) },
    ],
    quorum: 'all-of-them',
  });
}
