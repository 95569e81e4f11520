/**
 * Witnesses and proofs by other people: a real witness asked about our log, our witness asked by a real client, and what was
 * cosigned and proven, verified by torchwood.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { z } from 'zod';
import { newWitnessKey, readWitnessKey } from '#client/cli/witness/key.ts';
import { serveWitness } from '#client/cli/witness/serving.ts';
import { openState } from '#client/cli/witness/state.ts';
import { logHash, Witness } from '#client/log/witness/witness.ts';
import { formatAddCheckpoint, parseSize, SIZE_TYPE } from '#core/log/add-checkpoint.ts';
import {
  formatWitnessKey,
  parseWitnessKey,
  verifyCosignatures,
  type WitnessKey,
  withSignatures,
} from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { nodesInTiles, tilePath } from '#core/log/tiles.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '#core/log/tlog-proof.ts';
import { consistencyProof, inclusionProof, leafHash } from '#core/log/tree.ts';
import { formatTrustPolicy, parseTrustPolicy } from '#core/log/trust-policy.ts';
import { makeEntries, makeSigner, newPlace, rootOf, signed, writeLog } from './tlog/logs.ts';
import { goPrograms, reportSchema, run } from './tlog-verifiers.ts';

const built = await goPrograms();
const [skip, programs] = 'missing' in built ? [built.missing, ''] : [false as const, built.folder];
const place = newPlace();
mkdirSync(place, { recursive: true });
let files = 0;
const file = (content: string | Uint8Array) => {
  const path = join(place, `${++files}`);
  writeFileSync(path, content);
  return path;
};

const own = makeSigner();
const entries = makeEntries(1000);
const SIZES: readonly number[] = [1, 257, 700, 1000];
const log = writeLog(entries, SIZES, own);
const checkpointAt = (size: number) => log.checkpoints[SIZES.indexOf(size)] ?? '';
const nodes = nodesInTiles(1000n, (tile) => readFile(join(log.directory, tilePath(tile))));
/** What asks a witness to go on from one tree of ours to another. */
const asks = async (from: number, to: number, checkpoint = checkpointAt(to)) => {
  const proof = await consistencyProof(BigInt(from), BigInt(to), nodes);
  return formatAddCheckpoint({ oldSize: BigInt(from), proof, checkpoint });
};
const unproven = (from: number, to: number, checkpoint = checkpointAt(to)) =>
  formatAddCheckpoint({ oldSize: BigInt(from), proof: [], checkpoint });
const root = Buffer.from(rootOf(log), 'base64');
const elsewhere = Buffer.alloc(32, 7);

const keyFile = join(place, 'w1.key');
const w1 = await newWitnessKey(keyFile, 'witness.example/w1');

async function post(url: string, body: string) {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

/** By Go's side, of a checkpoint or a proof: what it refused it for, or undefined. */
async function refusedBy(what: 'checkpoint' | 'record' | 'cosigned', by: string, it: string) {
  const { line, code, stderr } = await run([join(programs, 'proof')], [what, by, file(it)]);
  const report = line === '' ? { ok: false, why: stderr } : reportSchema.parse(JSON.parse(line));
  assert.equal(report.ok, code === 0);
  return report.ok ? undefined : (report.why ?? '');
}

/** A real witness that knows our log, and ends with this file. */
async function realWitness(signerKey: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(join(programs, 'witness'), ['serve', signerKey, formatVerifierKey(own)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  after(() => child.stdin.end());
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  return { child, url: z.object({ url: z.string() }).parse(JSON.parse(String(line))).url };
}

describe('a real witness, of transparency-dev', { skip }, () => {
  test('takes the key that writ makes, and cosigns our log as it grows', async () => {
    const { url } = await realWitness(readFileSync(keyFile, 'utf8').trim());
    for (const [from, to] of [
      [0, 1],
      [1, 257],
      [257, 257],
      [257, 1000],
    ] as const) {
      const { status, body } = await post(url, await asks(from, to));
      assert.equal(status, 200, body);
      const note = withSignatures(checkpointAt(to), [body]);
      const [cosignature] = verifyCosignatures(note, [w1]);
      assert.ok(cosignature !== undefined && cosignature.seconds > 1_600_000_000n);
      assert.equal(await refusedBy('cosigned', formatWitnessKey(w1), note), undefined);
    }
  });

  test('answers what it does not cosign: as the specification has it, but in one case', async () => {
    const { url } = await realWitness(readFileSync(keyFile, 'utf8').trim());
    assert.equal((await post(url, await asks(0, 257))).status, 200);
    const stale = await post(url, await asks(1, 700));
    assert.deepEqual([stale.status, stale.type, parseSize(stale.body)], [409, SIZE_TYPE, 257n]);
    assert.equal((await post(url, unproven(257, 700))).status, 422);
    assert.equal(
      (await post(url, await asks(257, 700).then((body) => body.replace(/\n.{4}/, '\nAAAA')))).status,
      422,
    );
    const stranger = makeSigner('stranger.example');
    assert.equal((await post(url, unproven(0, 1, signed(stranger, 1, elsewhere)))).status, 404);
    const forked = await post(url, unproven(257, 257, signed(own, 257, elsewhere)));
    assert.deepEqual([forked.status, forked.body], [422, '']);
    // The specification says 403: who asks must not take it for a fault that passes.
    const impostor = makeSigner(own.name);
    assert.equal((await post(url, await asks(257, 1000, signed(impostor, 1000, root)))).status, 500);
    assert.equal((await post(url, await asks(257, 1000))).status, 200);
  });

  test('cosigns with ML-DSA-44 what ours and theirs verify', async () => {
    const made = await run([join(programs, 'witness')], ['generate', 'witness.example/pq']);
    const { signer, vkey } = z.object({ signer: z.string(), vkey: z.string() }).parse(JSON.parse(made.line));
    const key = parseWitnessKey(vkey);
    assert.equal(key.algorithm, 'ml-dsa-44');
    const { url } = await realWitness(signer);
    const { status, body } = await post(url, await asks(0, 700));
    assert.equal(status, 200);
    const note = withSignatures(checkpointAt(700), [body]);
    assert.equal(await refusedBy('cosigned', vkey, note), undefined);
    // Of a machine whose Node has no ML-DSA, the line is passed over.
    const verified = verifyCosignatures(note, [key]);
    assert.equal(verified.length, 1);
    const changed = withSignatures(signed(own, 700, elsewhere), [body]);
    assert.throws(() => verifyCosignatures(changed, [key]), { code: 'cosignature-invalid' });
    assert.match((await refusedBy('cosigned', vkey, changed)) ?? '', /invalid signature/);
  });
});

/** Ours, over a folder, as `writ log witness` runs it. */
async function ourWitness() {
  const dir = newPlace();
  mkdirSync(dir, { recursive: true });
  const { key, sign } = await readWitnessKey(keyFile);
  const store = await openState(dir, formatWitnessKey(key));
  const nowSeconds = () => BigInt(Math.floor(Date.now() / 1000));
  const witness = new Witness({ key, sign, logs: [own], store, nowSeconds, tell: () => {} });
  const serving = await serveWitness({ witness, about: '', host: '127.0.0.1', port: 0 });
  after(() => serving.close());
  return `http://127.0.0.1:${serving.port}`;
}

const submitted = z.object({ lines: z.string(), size: z.number(), why: z.string() });

describe('our witness, asked by the client of transparency-dev', { skip }, () => {
  const submit = async (url: string, body: string) => {
    const { line, stderr } = await run([join(programs, 'witness')], ['submit', url, file(body)]);
    assert.notEqual(line, '', stderr);
    return submitted.parse(JSON.parse(line));
  };

  test('cosigns what torchwood takes under a policy, and serves it', async () => {
    const url = await ourWitness();
    const policy = file(policyOf([w1]));
    for (const [from, to] of [
      [0, 257],
      [257, 1000],
      [1000, 1000],
    ] as const) {
      const { lines, why } = await submit(url, await asks(from, to));
      assert.equal(why, '');
      const note = withSignatures(checkpointAt(to), [lines]);
      assert.equal(await refusedBy('checkpoint', policy, note), undefined);
      const served = await (await fetch(`${url}/${logHash(own.name)}/checkpoint`)).text();
      assert.equal(served, note);
      assert.match((await refusedBy('checkpoint', policy, checkpointAt(to))) ?? '', /policy/);
    }
  });

  test('refuses in the words of the specification', async () => {
    const url = await ourWitness();
    assert.equal((await submit(url, await asks(0, 257))).why, '');
    const stale = await submit(url, await asks(1, 700));
    assert.deepEqual(stale, { lines: '', size: 257, why: 'old size != current' });
    const impostor = makeSigner(own.name);
    const cases: [why: RegExp, body: string][] = [
      [/consistency proof invalid/, unproven(257, 700)],
      [/consistency proof invalid/, unproven(257, 257, signed(own, 257, elsewhere))],
      [/unknown log/, unproven(0, 1, signed(makeSigner('stranger.example'), 1, elsewhere))],
      [/no valid signatures/, await asks(257, 1000, signed(impostor, 1000, root))],
      [/old size > current/, unproven(700, 257)],
    ];
    for (const [why, body] of cases) assert.match((await submit(url, body)).why, why);
  });
});

function policyOf(witnesses: readonly WitnessKey[]): string {
  return formatTrustPolicy({
    logs: [{ key: own }],
    witnesses: witnesses.map((key, i) => ({ name: `w${i + 1}`, key })),
    groups: [
      { name: 'all-of-them', threshold: witnesses.length, members: witnesses.map((_, i) => `w${i + 1}`) },
    ],
    quorum: 'all-of-them',
  });
}

describe('proofs as C2SP tlog-proof has them', { skip }, () => {
  test('torchwood takes a cosigned proof of an entry, and refuses what was changed, as ours does', async () => {
    const url = await ourWitness();
    const { body } = await post(url, await asks(0, 1000));
    const checkpoint = withSignatures(checkpointAt(1000), [body]);
    const index = 700n;
    const extra = entries[700] ?? new Uint8Array();
    const hashes = await inclusionProof(index, 1000n, nodes);
    const proof = formatTlogProof({ index, hashes, checkpoint, extra });
    const w2 = await newWitnessKey(join(place, 'w2.key'), 'witness.example/w2');
    const [policy, ofTwo] = [policyOf([w1]), policyOf([w1, w2])];
    const otherLog = formatTrustPolicy({ ...parseTrustPolicy(policy), logs: [{ key: makeSigner() }] });
    const ours = (text: string, under: string) => {
      const read = parseTlogProof(text);
      verifyTlogProof(read, leafHash(read.extra ?? new Uint8Array()), parseTrustPolicy(under));
    };

    ours(proof, policy);
    assert.equal(await refusedBy('record', file(policy), proof), undefined);
    const last = checkpoint.lastIndexOf('— witness');
    const changed: [why: RegExp, under: string, text: string][] = [
      [/inclusion proof verification failed/, policy, proof.replace('index 700', 'index 701')],
      [
        /inclusion proof verification failed/,
        policy,
        formatTlogProof({ index, hashes, checkpoint, extra: Buffer.from('{}') }),
      ],
      [
        /inclusion proof verification failed/,
        policy,
        formatTlogProof({ index, hashes: hashes.slice(1), checkpoint, extra }),
      ],
      [/invalid signature/, policy, proof.replace('\n1000\n', '\n1001\n')],
      [
        /invalid signature/,
        policy,
        formatTlogProof({
          index,
          hashes,
          checkpoint: signed(own, 1000, elsewhere) + checkpoint.slice(last),
          extra,
        }),
      ],
      [/policy/, policy, formatTlogProof({ index, hashes, checkpoint: checkpoint.slice(0, last), extra })],
      [/policy/, ofTwo, proof],
      [/no verifiable signatures|policy/, otherLog, proof],
      [/malformed/, policy, proof.replace('@v1', '@v2')],
    ];
    for (const [why, under, text] of changed) {
      assert.throws(() => ours(text, under), { name: 'LogError' }, String(why));
      assert.match((await refusedBy('record', file(under), text)) ?? '', why);
    }
  });
});
