import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { mostWitnessCharacters, mostWitnesses } from '#core/log/limits.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { readWitnesses } from '#lib/witnesses.ts';
import { cosigner } from '../core/log/cosigner.ts';
import { signer } from '../core/log/signer.ts';
import { arnOf, ofType, type Resource, synthesize } from './synth.ts';

/** The setting `witnesses`, and what the stack makes of it. */
const folder = mkdtempSync(join(tmpdir(), 'writ-witnesses-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, `${Math.random()}.txt`);
  writeFileSync(file, text);
  return file;
}

const key = (seed: number) => formatWitnessKey(cosigner(`witness.example/w${seed}`, seed).key);
const line = (seed: number, url: string | undefined = `https://w${seed}.example/writ`) =>
  `witness w${seed} ${key(seed)} ${url}\n`;
const two = `# Ours\n${line(1)}${line(2)}\ngroup both all w1 w2\nquorum both\n`;

const refused = (text: string) => {
  let message = '';
  assert.throws(
    () => readWitnesses(fileOf(text)),
    (error: Error) => {
      ({ message } = error);
      return true;
    },
  );
  return message;
};

test('witnesses are read with their addresses and the quorum, and their file’s comments are left out', () => {
  const policy = readWitnesses(fileOf(two));
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    [
      ['w1', 'https://w1.example/writ'],
      ['w2', 'https://w2.example/writ'],
    ],
  );
  const text = formatTrustPolicy(policy);
  assert.ok(text.endsWith('group both 2 w1 w2\nquorum both\n') && !text.includes('Ours'));
  // Asked, and shown, and not waited for.
  assert.equal(readWitnesses(fileOf(`${line(1)}quorum none\n`)).quorum, 'none');
});

test('a witness is asked over HTTPS, and over plain HTTP on the machine itself alone', () => {
  for (const url of [
    'https://w.example',
    'http://127.0.0.1:4321/a',
    'http://localhost:1',
    'http://[::1]:80/',
  ])
    readWitnesses(fileOf(`${line(1, url)}quorum w1\n`));
  for (const url of [
    'http://w.example',
    'http://127.0.0.1.example',
    'http://169.254.169.254/',
    'ftp://w.example',
    'file:///etc/passwd',
    'w.example',
    'https://operator:secret@w.example',
    'https://w.example/?token=secret',
    'https://w.example/#a',
    'https://w\u00e9.example',
    '',
  ]) {
    const message = refused(`${line(1, url)}quorum w1\n`);
    assert.match(message, /witness w1 needs an address that begins with https:/, url);
    assert.ok(!message.includes('secret'), 'an error repeats no secret');
  }
});

test('a file that cannot be used says what is wrong with it, and where', () => {
  const log = `log ${formatVerifierKey(signer('log.example', 9).key)}\n`;
  const ofLog = formatVerifierKey(signer('witness.example/w3', 3).key);
  const many = Array.from({ length: mostWitnesses + 1 }, (_, i) => line(i + 1)).join('');
  const long = line(1, `https://w1.example/${'a'.repeat(mostWitnessCharacters)}`);
  const expected: [text: string, says: RegExp][] = [
    ['', /no C2SP tlog-policy \(quorum-missing\)/],
    [line(1), /quorum-missing/],
    [`${line(1)}quorum w2\n`, /line 2: name-unknown/],
    [`${line(1)}group g 2 w1\nquorum g\n`, /line 2: threshold/],
    [`witness w3 ${ofLog} https://w3.example\nquorum w3\n`, /line 1: witness-key/],
    [`${line(1)}${line(1)}quorum w1\n`, /line 2: /],
    ['{"witnesses": []}', /line 1: line/],
    ['quorum none\n', /names no witness/],
    [`${log}${line(1)}quorum w1\n`, /a line "log"/],
    [`${many}quorum w1\n`, /more than 32 witnesses/],
    [`${long}quorum w1\n`, /longer than 10240 characters/],
    [`${line(1).replace('w1', 'w\u00f6')}quorum w\u00f6\n`, /need to be of ASCII/],
  ];
  for (const [text, says] of expected) assert.match(refused(text), says);
  assert.throws(() => readWitnesses(join(folder, 'nowhere.txt')), /"witnesses" names .*nowhere\.txt, which/);
});

const alone = synthesize({}).resources;
const witnessed = synthesize({ witnesses: fileOf(two) }).resources;

function wakingOf(resources: readonly Resource[]): [streams: number, clock: boolean, batch: unknown] {
  const of = (value: unknown) => JSON.stringify(value).includes('"Cosign');
  const streams = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(({ Properties }) =>
    of(Properties.FunctionName),
  );
  const targets = z.array(z.object({ Arn: z.unknown() }));
  const clock = ofType(resources, 'AWS::Events::Rule').some(
    ({ Properties }) =>
      Properties.ScheduleExpression === 'rate(5 minutes)' &&
      targets.parse(Properties.Targets).some(({ Arn }) => arnOf(Arn)?.startsWith('Cosign')),
  );
  return [streams.length, clock, streams[0]?.Properties.BatchSize];
}

test('a log without witnesses wakes nobody to ask any; one with witnesses does, by its head and by the clock', () => {
  assert.deepEqual(wakingOf(alone), [0, false, undefined]);
  // It looks at the newest head alone: a slow witness holds up no later one.
  assert.deepEqual(wakingOf(witnessed), [1, true, 1000]);
});

test('a failing witness and a checkpoint without a quorum are told after an hour, another history at once', () => {
  const periods = Object.fromEntries(
    ofType(alone, 'AWS::CloudWatch::Alarm').map(({ Properties }) => [
      Properties.MetricName,
      [Properties.EvaluationPeriods, Properties.DatapointsToAlarm, Properties.Period],
    ]),
  );
  assert.deepEqual(
    ['WitnessesFailing', 'CheckpointsUnwitnessed', 'WitnessesDisagreeing', 'WitnessesAhead'].map(
      (name) => periods[name],
    ),
    [
      [12, undefined, 300],
      [12, undefined, 300],
      [1, undefined, 300],
      [1, undefined, 300],
    ],
  );
});
