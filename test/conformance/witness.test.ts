/**
 * Witnesses and proofs by other people: a real witness asked about our log, our witness asked by a real client, and what was
 * cosigned and proven, verified by torchwood.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { newWitnessKey } from '#client/cli/witness/key.ts';
import { logHash } from '#client/log/witness/witness.ts';
import { parseSize, SIZE_TYPE } from '#core/log/add-checkpoint.ts';
import {
  formatWitnessKey,
  parseWitnessKey,
  verifyCosignatures,
  withSignatures,
} from '#core/log/cosignature.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '#core/log/tlog-proof.ts';
import { inclusionProof, leafHash } from '#core/log/tree.ts';
import { formatTrustPolicy, parseTrustPolicy } from '#core/log/trust-policy.ts';
import { makeSigner, signed } from './tlog/logs.ts';
import {
  asks,
  checkpointAt,
  elsewhere,
  entries,
  file,
  nodes,
  ourWitness,
  own,
  place,
  policyOf,
  post,
  programs,
  realWitness,
  refusedBy,
  root,
  skip,
  unproven,
  w1,
} from './tlog/witnesses.ts';
import { run } from './tlog-verifiers.ts';

describe('a real witness, of transparency-dev', { skip }, () => {
  test('takes the key that writ makes, and cosigns our log as it grows', async () => {
    const url = await realWitness();
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
    const url = await realWitness();
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

  test('cosigns with ML-DSA-44 what ours and theirs verify, as ours does', async () => {
    const made = await run([join(programs, 'witness')], ['generate', 'witness.example/pq']);
    const { signer, vkey } = z.object({ signer: z.string(), vkey: z.string() }).parse(JSON.parse(made.line));
    const key = parseWitnessKey(vkey);
    assert.equal(key.algorithm, 'ml-dsa-44');
    // The line that they made is a key file of ours, and ours cosigns with it too.
    const theirs = join(place, 'pq.key');
    writeFileSync(theirs, signer, { mode: 0o600 });
    const notes: string[] = [];
    for (const url of [await realWitness(signer), await ourWitness(theirs)]) {
      const { status, body } = await post(url, await asks(0, 700));
      assert.equal(status, 200);
      const note = withSignatures(checkpointAt(700), [body]);
      assert.equal(await refusedBy('cosigned', vkey, note), undefined);
      assert.equal(verifyCosignatures(note, [key]).length, 1);
      notes.push(body);
    }
    const [body = ''] = notes;
    const changed = withSignatures(signed(own, 700, elsewhere), [body]);
    assert.throws(() => verifyCosignatures(changed, [key]), { code: 'cosignature-invalid' });
    assert.match((await refusedBy('cosigned', vkey, changed)) ?? '', /invalid signature/);
  });
});

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
