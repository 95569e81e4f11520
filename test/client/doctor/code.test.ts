import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeVerdict } from '#client/cli/doctor/code.ts';
import { codeDrift, codeOfTemplate } from '#client/doctor/code.ts';
import { utf8 } from '#core/bytes.ts';
import { digestMember } from '#core/canonical.ts';
import { codeDigest, functionsDigest } from '#core/code-digest.ts';
import { deployedDigest } from '#lib/function.ts';
import { ofType, synthesize } from '../../lib/synth.ts';

const files = (given: Record<string, string>) =>
  new Map(Object.entries(given).map(([name, text]) => [name, utf8(text)]));
const code = {
  file: 'collect',
  digests: { 'index.mjs': digestMember(utf8('open()')), 'policy.json': digestMember(utf8('{}')) },
};

describe('the code of a function', () => {
  test('that is the template’s has not drifted', () => {
    assert.deepEqual(codeDrift(code, files({ 'policy.json': '{}', 'index.mjs': 'open()' })), []);
  });

  test('code that is not what the template deploys is told, file by file', () => {
    assert.deepEqual(codeDrift(code, files({ 'index.mjs': 'open(); tell()', 'policy.json': '{}' })), [
      'its file index.mjs is not the one that was deployed',
    ]);
    assert.deepEqual(codeDrift(code, files({ 'index.mjs': 'open()', 'policy.json': '{"approvals":0}' })), [
      'its file policy.json is not the one that was deployed',
    ]);
    assert.deepEqual(codeDrift(code, files({ 'index.mjs': 'open()' })), ['its file policy.json is gone']);
    assert.deepEqual(
      codeDrift(code, files({ 'index.mjs': 'open()', 'policy.json': '{}', 'index.js': 'tell()' })),
      ['its file index.js was added'],
    );
  });

  test('a template without a word of its code says nothing', () => {
    for (const metadata of [undefined, null, {}, { 'writ:code': 'sha-256' }, { 'writ:code': { file: 'a' } }])
      assert.equal(codeOfTemplate(metadata), undefined);
  });

  test('each function of the stack says its code, and what all of them say is what the log records', () => {
    const { template, resources } = synthesize({ stage: 'prod' });
    const functions: object = template.findResources('AWS::Lambda::Function');
    const said = Object.values(functions).map(({ Metadata }) => codeOfTemplate(Metadata));
    assert.equal(new Set(said.map((each) => each?.file)).size, said.length);
    for (const each of said) assert.ok(each?.digests['index.mjs'] !== undefined, each?.file);
    const [recorded] = ofType(resources, 'Custom::WritDeployment');
    assert.equal(recorded?.Properties.code, deployedDigest());
  });

  test('all code has one digest, whatever the order; another file, name or byte has another', () => {
    const seal = { file: 'seal', files: files({ 'index.mjs': 'seal()' }) };
    const running = [seal, { file: 'collect', files: files({ 'index.mjs': 'open()', 'policy.json': '{}' }) }];
    const digest = functionsDigest(running);
    assert.equal(digest, functionsDigest(running.toReversed()));
    assert.equal(
      digest,
      codeDigest(
        new Map([
          ['collect/index.mjs', utf8('open()')],
          ['seal/index.mjs', utf8('seal()')],
        ]),
      ),
    );
    const others = [
      [seal],
      [
        { file: 'seal', files: files({ 'index.mjs': 'open()' }) },
        { file: 'collect', files: files({ 'index.mjs': 'seal()' }) },
      ],
      // A page that lies beside the code is deployed with it.
      [seal, { file: 'collect', files: files({ 'index.mjs': 'open()', 'index.html': '' }) }],
    ];
    for (const other of others) assert.notEqual(functionsDigest(other), digest);
  });

  test('that the template or the log records another than runs is told, and what was not compared is not well', () => {
    const [running, other] = [codeDigest(new Map()), codeDigest(new Map([['seal', utf8('1')]]))];
    const state = (...given: Parameters<typeof codeVerdict>) => codeVerdict(...given).state;
    assert.equal(state(running, running, { code: running }), 'ok');
    // A template that deploys other code and leaves the old record in it, or none at all.
    assert.equal(state(other, running, { code: running }), 'wrong');
    assert.equal(state(other, undefined, { code: running }), 'wrong');
    // One that records what it deploys, and never told the log.
    assert.equal(state(other, other, { code: running }), 'wrong');
    for (const recorded of ['no log', 'none', 'unread'] as const)
      assert.equal(state(running, running, recorded), 'unknown');
  });
});
