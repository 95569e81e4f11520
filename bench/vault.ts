import {
  createCipheriv,
  createDecipheriv,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { buildEncrypt } from '@aws-crypto/encrypt-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import * as core from '@hpke/core';
import * as panva from 'hpke';
import { encapsulate } from '#core/vault/hpke.ts';
import { encodeRecord } from '#core/vault/record.ts';
import {
  type Arrived,
  generateEpochKeyPair,
  privateEpochKey,
  recordOpener,
  type SealedItem,
  sealRecords,
} from '#core/vault/seal.ts';
import { printScale, scaleTable } from './scale.ts';

/**
 * What sealing and opening cost beside their floors, the bare operations of OpenSSL that no such design can do without,
 * and beside what else one could take. In rounds that take turns, so that noise hits all alike. After it the scale table
 * (bench/scale.ts), which needs no clock.
 *
 * Ours is the whole of it: check, group by day, encode, bind, seal; and open, check, decode. It runs on one core. Peers
 * are given the encoded record and `info` and `aad` as bytes; they run on Node's thread pool, so a second core is theirs.
 * - hpke, @hpke/core: the same suite by the same RFC. To seal they import the raw public key, as ours does: each subject
 *   has one of its own. To open they have the private key imported, as ours does.
 * - AWS Encryption SDK: a raw AES keyring, as its README says, so without KMS; its default suite signs with ECDSA P-384.
 *   It is symmetric: what seals can open, which Writ cannot have (I2).
 */
const rounds = 21;
const warmUpMs = 2000;
const batchRecords = 20;
const epochRecords = 10_000;
const json = process.argv.includes('--json');
const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (line = '') => json || process.stdout.write(`${line}\n`);

interface Act {
  run: () => unknown;
  /** Records that one run handles; 1 if left out. */
  records?: number;
  /** Runs in a round; 1 if left out. */
  times?: number;
  /** Bytes that a sealed record has beyond the record. */
  more?: number;
  /** How many times as fast as this ours must be; of our own, records a second. */
  goal?: number;
  note?: string;
}

/**
 * Microseconds a record: every round runs all acts, so that each round can be compared within itself. Who is first takes
 * turns too, or one act would always clear away the garbage of the same other. Before that each has as long to warm up:
 * what seals all day has been compiled.
 */
async function race(acts: readonly Act[], rounds: number): Promise<number[][]> {
  for (const { run } of acts) {
    const start = performance.now();
    while (performance.now() - start < warmUpMs) await run();
  }
  const micros = acts.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < acts.length; turn++) {
      const at = (turn + round) % acts.length;
      const { run, records = 1, times = 1 } = acts[at] ?? { run: () => {} };
      const start = performance.now();
      for (let i = 0; i < times; i++) await run();
      micros[at]?.push(((performance.now() - start) * 1000) / times / records);
    }
  }
  return micros;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}

const results: Record<string, unknown[]> = {};

/** Ours is the first act, its floor the second. */
async function compare(title: string, acts: Record<string, Act>, times = rounds) {
  say(title);
  const all = await race(Object.values(acts), times);
  const [ours = [], floor = []] = all;
  const column = (value: string | number | undefined, width: number) => String(value ?? '').padStart(width);
  print(
    `${title.padEnd(46)}${column('records/s', 10)}${column('µs', 9)}${column('+bytes', 8)}${column('ours is', 9)}${column('goal', 8)}`,
  );
  results[title] = Object.entries(acts).map(([name, { more, goal, note }], i) => {
    const micros = all[i] ?? [];
    const perSecond = Math.round(1e6 / median(micros));
    const against = (other: readonly number[]) =>
      median(micros.map((time, round) => time / (other[round] ?? 0)));
    const oursIs = i === 0 ? undefined : against(ours);
    // Others on the machine disturb the longer act more often; the quickest round of each is the least disturbed.
    const quickest = i === 0 ? 1e6 / Math.min(...ours) : Math.min(...micros) / Math.min(...ours);
    const met = goal === undefined ? undefined : (oursIs ?? perSecond) >= goal;
    // What would be reached by the floor alone: no goal beyond it can be met.
    const ceiling = i > 1 && goal !== undefined && against(floor) < goal ? against(floor) : undefined;
    const verdict = met ? 'met' : ceiling ? `NOT MET: the bare floor is ${ceiling.toFixed(1)}×` : 'NOT MET';
    const best = i === 0 ? Math.round(quickest) : `${quickest.toFixed(2)}×`;
    print(
      `  ${name.padEnd(44)}${column(perSecond, 10)}${column(median(micros).toFixed(2), 9)}${column(more, 8)}${column(oursIs && `${oursIs.toFixed(2)}×`, 9)}${column(goal, 8)}${goal ? `  ${verdict} (quickest rounds: ${best})` : ''}${note ? `  ${note}` : ''}`,
    );
    return { name, perSecond, micros: median(micros), more, oursIs, quickest, goal, met, ceiling };
  });
  print();
}

// What there is to seal: as many subjects as a Lambda's batch may meet, half the addresses IPv6.
const epoch = '2026-11';
const epochStart = Date.parse(`${epoch}-01T00:00:00.000Z`);
let seen = 0;
function arrived(ms: number): Arrived {
  const [a = 0, b = 0, c = 0, d = 0] = randomBytes(4);
  const ip = seen++ % 2 === 0 ? `${(a % 223) + 1}.${b}.${c}.${d}` : `2001:db8:${a}:${b}::${c}:${d}`;
  const record = { kind: 'access', ip, port: 1024 + c } as const;
  return {
    at: new Date(epochStart + ms).toISOString(),
    place: `4966${String(seen).padStart(52, '0')}:0`,
    record,
  };
}
/** The ith of n moments of the epoch. */
const moment = (i: number, n: number) => Math.floor((i / n) * 29) * 86_400_000 + (i % 80_000) * 1000;
/** A subject's events as one Lambda batch meets them: a second apart. */
const batch = (from: number) => Array.from({ length: batchRecords }, (_, i) => arrived(from + i * 1000));
function turns<T>(all: readonly T[]): () => T {
  let i = 0;
  return () => all[i++ % all.length] as T;
}
const subjects = Array.from({ length: 64 }, (_, i) => ({
  epochKey: { subject: randomBytes(16).toString('base64url'), kind: 'access' as const, epoch },
  ...generateEpochKeyPair(),
  single: [arrived(moment(i, 64))],
  batch: batch(moment(i, 64)),
}));
const subject = turns(subjects);
const { epochKey, publicKey, privateKey, ...first } = subject();

// The same for the peers: an offset and a record, and bindings of the usual length.
const texts = subjects.flatMap(({ single }) =>
  single.map(({ record }) => new Uint8Array([0, 0, 0, 0, ...encodeRecord(record)])),
);
const text = turns(texts);
const textBytes = text().length;
const batchTexts = texts.slice(0, batchRecords);
const info = new Uint8Array(60).fill(1);
const aad = new Uint8Array(44).fill(2);
const buffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

const coreSuite = new core.CipherSuite({
  kem: new core.DhkemX25519HkdfSha256(),
  kdf: new core.HkdfSha256(),
  aead: new core.Aes256Gcm(),
});
const coreSender = async () => {
  const recipientPublicKey = await coreSuite.kem.deserializePublicKey(buffer(subject().publicKey));
  return coreSuite.createSenderContext({ recipientPublicKey, info: buffer(info) });
};
const recipientKey = await coreSuite.kem.deserializePrivateKey(buffer(privateKey));
const suite = new panva.CipherSuite(
  panva.KEM_DHKEM_X25519_HKDF_SHA256,
  panva.KDF_HKDF_SHA256,
  panva.AEAD_AES_256_GCM,
);
const panvaSender = async () =>
  suite.SetupSender(await suite.DeserializePublicKey(subject().publicKey), { info });
const pair = {
  publicKey: await suite.DeserializePublicKey(publicKey),
  privateKey: await suite.DeserializePrivateKey(privateKey),
};
const { encrypt } = buildEncrypt();
const keyring = new RawAesKeyringNode({
  keyName: 'bench',
  keyNamespace: 'writ',
  unencryptedMasterKey: new Uint8Array(randomBytes(32)),
  wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
});
const signed = { encryptionContext: epochKey };
/** ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY: its default without the signature. */
const unsigned = { ...signed, suiteId: 0x0478 };
const sdkMore = async (op: object) => (await encrypt(keyring, text(), op)).result.length - textBytes;

// The floors.
const ready = generateKeyPairSync('x25519');
const agree = (privateKey = ready.privateKey) => diffieHellman({ privateKey, publicKey: ready.publicKey });
const generateAndAgree = () => agree(generateKeyPairSync('x25519').privateKey);
const [aesKey, nonce] = [randomBytes(32), randomBytes(12)];
function aesSeal(plaintext: Uint8Array) {
  const cipher = createCipheriv('aes-256-gcm', aesKey, nonce).setAAD(aad);
  return { ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final()]), tag: cipher.getAuthTag() };
}
function aesOpen({ ciphertext, tag }: ReturnType<typeof aesSeal>) {
  const decipher = createDecipheriv('aes-256-gcm', aesKey, nonce, { authTagLength: tag.length });
  decipher.setAAD(aad).setAuthTag(tag).update(ciphertext);
  return decipher.final();
}

const more = (item: SealedItem | undefined) =>
  item && Math.round((10 * (item.sealed.length - item.count * textBytes)) / item.count) / 10;
const [ourSingle] = sealRecords(epochKey, publicKey, first.single);
const [ourBatch] = sealRecords(epochKey, publicKey, first.batch);

await compare('sealing, one event of a subject', {
  'ours: sealRecords of one': {
    run: () => {
      const value = subject();
      return sealRecords(value.epochKey, value.publicKey, value.single);
    },
    times: 300,
    more: more(ourSingle) ?? 0,
  },
  'floor: X25519 generate + DH, public key ready': { run: generateAndAgree, times: 300, goal: 0.5 },
  'its KEM alone: import, crypto.encapsulate': { run: () => encapsulate(subject().publicKey), times: 300 },
  hpke: { run: async () => (await panvaSender()).ctx.Seal(text(), aad), times: 50, goal: 8, more: 48 },
  '@hpke/core': {
    run: async () => (await coreSender()).seal(buffer(text()), buffer(aad)),
    times: 50,
    goal: 8,
    more: 48,
  },
  'AWS Encryption SDK, raw AES keyring': {
    run: () => encrypt(keyring, text(), signed),
    times: 15,
    goal: 20,
    more: await sdkMore(signed),
  },
  'AWS Encryption SDK, the same without signing': {
    run: () => encrypt(keyring, text(), unsigned),
    times: 50,
    more: await sdkMore(unsigned),
    note: 'not its default',
  },
});

await compare(`sealing, ${batchRecords} events of a subject together`, {
  [`ours: sealRecords of ${batchRecords}`]: {
    run: () => {
      const value = subject();
      return sealRecords(value.epochKey, value.publicKey, value.batch);
    },
    records: batchRecords,
    times: 100,
    more: more(ourBatch) ?? 0,
    goal: 60_000,
  },
  'floor: X25519 generate + DH + AES-GCM, once': {
    run: () => [generateAndAgree(), aesSeal(Buffer.concat(batchTexts))],
    records: batchRecords,
    times: 100,
  },
  'hpke, one context': {
    run: async () => {
      const { ctx } = await panvaSender();
      for (const batchText of batchTexts) await ctx.Seal(batchText, aad);
    },
    records: batchRecords,
    times: 10,
  },
  '@hpke/core, one context': {
    run: async () => {
      const context = await coreSender();
      for (const batchText of batchTexts) await context.seal(buffer(batchText), buffer(aad));
    },
    records: batchRecords,
    times: 10,
  },
});

const key = privateEpochKey(privateKey);
function openAll(items: readonly SealedItem[]) {
  const open = recordOpener(epochKey, key);
  const opened = items.reduce((records, item) => records + open(item).length, 0);
  if (opened !== epochRecords) throw new Error(`opened ${opened} records`);
}
const sealedIn = (batches: Arrived[][]) =>
  batches.flatMap((batch) => sealRecords(epochKey, publicKey, batch));
const batchCount = epochRecords / batchRecords;
const batches = sealedIn(Array.from({ length: batchCount }, (_, i) => batch(moment(i, batchCount))));
const singles = sealedIn(Array.from({ length: epochRecords }, (_, i) => [arrived(moment(i, epochRecords))]));
const bare = Array.from({ length: epochRecords }, () => aesSeal(text()));
const bareBatch = aesSeal(Buffer.concat(batchTexts));

await compare(`opening ${epochRecords} records of one epoch`, {
  [`ours: recordOpener, ${batches.length} items of ${batchRecords}`]: {
    run: () => openAll(batches),
    records: epochRecords,
  },
  [`floor: AES-GCM, ${epochRecords} times, key ready`]: {
    run: () => bare.map(aesOpen),
    records: epochRecords,
    goal: 0.5,
  },
  [`floor: X25519 + AES-GCM, ${batches.length} times`]: {
    run: () => batches.map(() => [agree(), aesOpen(bareBatch)]),
    records: epochRecords,
    note: 'what sharing leaves; the rest of ours is checking and decoding',
  },
});

const { encapsulatedSecret, ciphertext } = await suite.Seal(pair.publicKey, text(), { info, aad });
await compare(
  `opening ${epochRecords} records sealed one by one`,
  {
    'ours: recordOpener, an encapsulation each': { run: () => openAll(singles), records: epochRecords },
    [`floor: X25519 + AES-GCM, ${epochRecords} times`]: {
      run: () => bare.map((each) => [agree(), aesOpen(each)]),
      records: epochRecords,
      note: 'a DH each, so no goal against AES-GCM alone',
    },
    hpke: { run: () => suite.Open(pair, encapsulatedSecret, ciphertext, { info, aad }), times: 100 },
    '@hpke/core': {
      run: () =>
        coreSuite.open(
          { recipientKey, enc: buffer(encapsulatedSecret), info: buffer(info) },
          buffer(ciphertext),
          buffer(aad),
        ),
      times: 100,
    },
  },
  5,
);

if (json) process.stdout.write(`${JSON.stringify({ ...results, scale: scaleTable() }, null, 2)}\n`);
else printScale();
