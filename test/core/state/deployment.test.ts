import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { sentences as de } from '#console/site/log/sentences-de.ts';
import { sentences as fr } from '#console/site/log/sentences-fr.ts';
import { utf8 } from '#core/bytes.ts';
import { jsonDigest } from '#core/canonical.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { readEntry } from '#core/log/entry.ts';
import { sentenceOf } from '#core/log/sentences.ts';
import { deploymentState } from '#core/state/deployment.ts';
import { memoryChance, memoryClock } from '../../memory/outside.ts';
import { memoryStore } from '../../memory/store.ts';
import { cosigner } from '../log/cosigner.ts';
import { but, findingsOf, told } from '../log/verify/cheats.ts';
import { preamble } from '../log/verify/logs.ts';

const line = (n: number) =>
  `witness w${n} ${formatWitnessKey(cosigner(`w${n}.example`, n).key)} https://w${n}.example\n`;
const one = `${line(1)}quorum w1\n`;
const two = `${line(1)}${line(2)}group g 1 w1 w2\nquorum g\n`;
const digest = jsonDigest('anything');
const pages = { console: digest, portal: digest, site: digest };
const deployed = { code: digest, ...pages, policy: digest, keys: ['thumbprint'] };

test('a deployment that changes who witnesses the log, and nothing else, is an entry; the same one again is none', async () => {
  const store = memoryStore();
  const { record } = deploymentState({ store, clock: memoryClock(), chance: memoryChance() });
  for (const next of [deployed, deployed, one, one, two, deployed])
    await record(typeof next === 'string' ? { ...deployed, witnesses: next } : next);
  const entries = store.items('entries').map((item) => readEntry(utf8(z.string().parse(item.entry))).entry);
  const said = entries.map((entry) => (entry?.kind === 'deployment.made' ? entry.data.witnesses : entry));
  assert.deepEqual(said, [undefined, one, two, undefined]);
});

test('a reader is told how many are asked to witness the log', () => {
  const entry = (witnesses?: string) => {
    const data = { ...deployed, ...(witnesses === undefined ? {} : { witnesses }) };
    return [
      sentenceOf({ v: 1, kind: 'deployment.made', at: '', stream: 'deployment', n: 1, data }),
      de['deployment.made'](data),
      fr['deployment.made'](data),
    ];
  };
  const [plain, plainDe, plainFr] = entry();
  const tails = [one, two].map((text) => {
    const [said = '', saidDe = '', saidFr = ''] = entry(text);
    return [
      said.slice(plain?.length).trim(),
      saidDe.slice(plainDe?.length).trim(),
      saidFr.slice(plainFr?.length).trim(),
    ];
  });
  assert.deepEqual(tails, [
    [
      '1 witness is asked to cosign this log.',
      '1 Zeuge wird gebeten, dieses Protokoll gegenzuzeichnen.',
      '1 témoin est invité à cosigner ce journal.',
    ],
    [
      '2 witnesses are asked to cosign this log.',
      '2 Zeugen werden gebeten, dieses Protokoll gegenzuzeichnen.',
      '2 témoins sont invités à cosigner ce journal.',
    ],
  ]);
});

test('a verifier passes a deployment with witnesses', async () => {
  const [first, ...rest] = preamble();
  assert.ok(first);
  const made = but(told([first], 'deployment.made'), { witnesses: two });
  assert.deepEqual(await findingsOf([made, ...rest]), []);
});
