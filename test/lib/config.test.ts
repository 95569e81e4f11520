import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { readConfig } from '#lib/config.ts';
import { cosigner } from '../core/log/cosigner.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-config-'));
after(() => rmSync(folder, { recursive: true }));

const read = (given: Record<string, unknown>) => readConfig((name) => given[name]);
const shipped = JSON.parse(readFileSync('policy/eu-e-evidence.json', 'utf8'));

function policyFile(policy: unknown): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

const verifierKey = formatVerifierKey({
  name: 'other.example/log',
  publicKey: Buffer.from(
    String(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x),
    'base64url',
  ),
});
const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const signingKey = { kty: 'EC', crv: 'P-256', x: String(x), y: String(y) };

test('with nothing set there is a default for everything, and nothing is for ever', () => {
  const config = read({});
  assert.equal(config.stage, 'dev');
  assert.equal(config.stackName, 'Writ');
  assert.equal(config.authority, undefined);
  assert.equal(config.logRetentionDays, 1);
  assert.deepEqual(config.policy, shipped);
});

test('in prod the log is locked for ten years unless something else is said', () => {
  assert.equal(read({ stage: 'prod' }).logRetentionDays, 3653);
  assert.equal(read({ stage: 'prod', logRetentionDays: '365' }).logRetentionDays, 365);
  assert.equal(read({ stage: 'dev', logRetentionDays: 2 }).logRetentionDays, 2);
});

test('new keys cool off for a day in prod and not in dev, unless something else is said', () => {
  assert.equal(read({}).coolOffHours, 0);
  assert.equal(read({ stage: 'prod' }).coolOffHours, 24);
  assert.equal(read({ stage: 'prod', coolOffHours: '0' }).coolOffHours, 0);
  assert.equal(read({ coolOffHours: '1.5' }).coolOffHours, 1.5);
});

test('a policy whose answers are due before a new key may sign is not deployed', () => {
  assert.throws(
    () => read({ coolOffHours: '240' }),
    /cannot be kept with these settings:\n.* over after 240 hours, and a new key may act after 240 .*coolOffHours.*\n.*deadlines\.Routine/,
  );
  assert.equal(read({ coolOffHours: '239' }).coolOffHours, 239);
});

test('a policy that is inactive, or that nobody can keep, is not deployed', () => {
  assert.throws(() => read({ policy: 'policy/budapest-2ap.json' }), /budapest-2ap is inactive: the Second/);
  const short = policyFile({ ...shipped, lifetimeDays: 5 });
  assert.throws(() => read({ policy: short }), /cannot be used:\n.*would end after 5 days/);
});

test('a policy that has collecting wait for witnesses is not deployed where none are configured', () => {
  const its = (collect: string) => policyFile({ ...shipped, witnessed: { collect, patienceSeconds: 30 } });
  for (const collect of ['prefer', 'require'])
    assert.throws(
      () => read({ policy: its(collect) }),
      /cannot be kept with these settings:\n.*no quorum of witnesses is configured.*\n.*at witnessed\.collect/,
    );
  assert.equal(read({ policy: its('off') }).policy.witnessed?.collect, 'off');
  const witnesses = join(folder, 'witnesses.txt');
  const { key } = cosigner('witness.example/w1', 1);
  const line = `witness w1 ${formatWitnessKey(key)} https://witness.example/\n`;
  writeFileSync(witnesses, `${line}quorum w1\n`);
  assert.equal(read({ policy: its('require'), witnesses }).policy.witnessed?.collect, 'require');
  writeFileSync(witnesses, `${line}quorum none\n`);
  assert.throws(() => read({ policy: its('require'), witnesses }), /no quorum of witnesses is configured/);
});

test('every shipped policy that is active can be deployed, in prod too', () => {
  for (const name of ['br-mci', 'dsa-art10', 'in-bnss', 'minimal', 'uk-copoa', 'uk-ipa', 'us-sca'])
    assert.equal(read({ stage: 'prod', policy: `policy/${name}.json` }).policy.name, name);
});

test('the provider’s keys are numbers, each once, the one that signs first', () => {
  assert.deepEqual(read({}).providerKeys, ['1']);
  assert.deepEqual(read({ providerKeys: '2 1' }).providerKeys, ['2', '1']);
  for (const bad of ['1 1', 'a', '1,2', '0', '1  2', ' 1']) {
    assert.throws(() => read({ providerKeys: bad }), /providerKeys/, bad);
  }
});

test('what is set as -c name=value comes as text and is read as what it is', () => {
  const config = read({ retentionMonths: '24', authority: 'gateway.example:8443', provider: 'P' });
  assert.deepEqual(
    [config.retention, config.authority, config.provider],
    [{ phone: 24, access: 24 }, 'gateway.example:8443', 'P'],
  );
  assert.equal(read({ authority: '' }).authority, undefined, 'an empty setting is one that is not set');
});

test('each kind is kept as long as it says, or as long as all are, and zero is not at all', () => {
  assert.deepEqual(read({}).retention, { phone: 12, access: 12 });
  assert.deepEqual(read({ retentionMonths: '6', phoneRetentionMonths: '24' }).retention, {
    phone: 24,
    access: 6,
  });
  assert.deepEqual(read({ accessRetentionMonths: '0' }).retention, { phone: 12, access: 0 });
});

test('the provider’s name is of any script, and stands on one line', () => {
  const names = [
    'Bürgernetz Köln',
    'Гражданская сеть',
    '市民ネット 🛰️',
    `"O'Neil" & $ons \\ 100% <ltd>`,
    'x'.repeat(200),
  ];
  for (const provider of names) assert.equal(read({ provider }).provider, provider);
  const bad = ['a\nb', 'a\r\nb', 'a\tb', 'a\u2028b', 'a\u0000b', ' ', '\ud800', 'ü'.repeat(101)];
  for (const provider of bad) assert.throws(() => read({ provider }), /provider/, JSON.stringify(provider));
});

test('the folder of a trail has no wildcard: it stands in a policy', () => {
  for (const trail of ['own', 'none', 'trail-bucket', 'trail-bucket/a/b_c'])
    assert.equal(read({ trail }).trail, trail);
  for (const trail of [
    'trail-bucket/*',
    'trail-bucket/a?',
    'trail-bucket/$x',
    'Bucket',
    'trail-bucket/ü',
    'trail-bucket/',
  ])
    assert.throws(() => read({ trail }), /trail/, trail);
});

test('concurrency is reserved, and API Gateway’s role taken over, only where the operator says so', () => {
  for (const stage of ['dev', 'prod']) {
    assert.equal(read({ stage }).reserveConcurrency, false);
    assert.equal(read({ stage }).apiLogs, 'none');
  }
  for (const on of [true, 'true']) assert.equal(read({ reserveConcurrency: on }).reserveConcurrency, true);
  assert.equal(read({ reserveConcurrency: 'false' }).reserveConcurrency, false);
  assert.throws(() => read({ reserveConcurrency: 'yes' }), /reserveConcurrency/);
  assert.throws(() => read({ apiLogs: 'true' }), /apiLogs/);
});

test('a setting that cannot be used is named', () => {
  const bad: [string, unknown][] = [
    ['stage', 'staging'],
    ['stackName', '1Writ'],
    ['stackName', 'Writ_1'],
    ['authority', 'https://gateway.example'],
    ['authority', 'gateway.example/v1'],
    ['authority', 'Gateway.example'],
    ['retentionMonths', '-1'],
    ['phoneRetentionMonths', '-1'],
    ['accessRetentionMonths', '601'],
    ['vaultKeysPerEpoch', '0'],
    ['retentionMonths', '1.5'],
    ['retentionMonths', 'twelve'],
    ['retentionMonths', '601'],
    ['logRetentionDays', '-1'],
    ['logRetentionDays', '0'],
    ['provider', 7],
  ];
  for (const [name, value] of bad) {
    assert.throws(
      () => read({ [name]: value }),
      (error: Error) => error.message.includes(name),
      `${name}=${String(value)}`,
    );
  }
});

test('a policy of one’s own takes the place of the default', () => {
  const policy = { ...shipped, name: 'ours', approvals: 3 };
  assert.deepEqual(read({ policy: policyFile(policy) }).policy, policy);
});

test('I3: a policy that would do with one approval is not deployed, and the error says which part', () => {
  for (const approvals of [1, 0]) {
    const file = policyFile({ ...shipped, approvals });
    assert.throws(() => read({ policy: file }), /approvals/);
  }
});

test('a policy that is not whole, or says more, or is not there, is not deployed', () => {
  const { limits: _, ...without } = shipped;
  assert.throws(() => read({ policy: policyFile(without) }), /limits/);
  assert.throws(() => read({ policy: policyFile({ ...shipped, emergencies: 'always' }) }), /emergencies/);
  assert.throws(() => read({ policy: join(folder, 'nowhere.json') }), /nowhere\.json/);
});

test('a certificate has the stack make the domain, which must be one that a certificate can be for', () => {
  const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/1b2c';
  assert.equal(read({ certificate, authority: 'disclosure.example' }).certificate, certificate);
  for (const authority of [undefined, 'disclosure.example:8443'])
    assert.throws(
      () => read({ certificate, authority }),
      /"certificate" needs "authority": a domain without a port/,
    );
  assert.throws(() => read({ certificate: 'mine', authority: 'disclosure.example' }), /cannot be used/);
});

test('the providers that are heeded come with both of their keys, or nothing is deployed', () => {
  const log = 'other.example/log+b4b6b5cf+AZHMc4bR1oUDhzJTqcBXOdKJ4ikxrqGtZh1GxcQ9YQ==';
  assert.deepEqual(read({}).subscriptions, { providers: [] });
  const provider = { url: 'https://other.example/v1', log: verifierKey, keys: [signingKey] };
  const of = (...providers: object[]) => read({ revocationsFrom: policyFile({ providers }) });
  assert.deepEqual(of(provider).subscriptions, { providers: [provider] });
  assert.equal(of({ ...provider, url: 'http://127.0.0.1:4711/v1' }).subscriptions.providers.length, 1);
  const wrong: object[] = [
    { ...provider, url: 'http://other.example/v1' },
    { ...provider, url: 'https://user:secret@other.example/v1' },
    { ...provider, url: 'https://other.example/v1?page=1' },
    { ...provider, log },
    { ...provider, keys: [] },
    { ...provider, keys: [{ ...signingKey, y: signingKey.x }] },
    { ...provider, name: 'Other' },
  ];
  for (const one of wrong) assert.throws(() => of(one), /cannot be used/, JSON.stringify(one));
  assert.throws(() => of(provider, provider), /the same log twice/);
  assert.throws(
    () => read({ revocationsFrom: join(folder, 'nowhere.json') }),
    /revocationsFrom.*nowhere\.json/,
  );
});
