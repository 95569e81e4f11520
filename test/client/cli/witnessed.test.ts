import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { parseTlogProof } from '#core/log/tlog-proof.ts';
import { writ as run } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { cosigner } from '../../core/log/cosigner.ts';
import { login } from '../package/pages.ts';
import { TestProvider } from './provider.ts';

/** `writ collect` and `writ log prove` of a log that witnesses cosigned. */
const folder = mkdtempSync(join(tmpdir(), 'writ-witnessed-'));
const at = (...names: string[]) => join(folder, ...names);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state') };
const nobody = { XDG_CONFIG_HOME: at('none') };
const w1 = cosigner('w1.example/witness', 21);
const w2 = cosigner('w2.example/witness', 22);

const provider = await TestProvider.start();
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
const { verifierKey, jwk } = provider.keys;
const witnessLine = (name: string, { key }: typeof w1) => `witness ${name} ${formatWitnessKey(key)}\n`;
const policyText = (quorum: string) =>
  `log ${verifierKey}\n${witnessLine('one', w1)}${witnessLine('two', w2)}group both all one two\nquorum ${quorum}\n`;

test('what witnesses saw is collected with their cosignatures, and proven by whoever knows which witnesses count', async (t) => {
  await provider.profile(env.XDG_CONFIG_HOME, 'default');
  provider.pages = [[login(1)], [login(2)]];
  provider.cosigners = [w1];
  provider.policy = policyText('one');
  writeFileSync(at('request.json'), JSON.stringify({ ...example, reference: 'W-1' }));
  assert.equal((await run(['request', 'new', at('request.json')], env)).code, 0);
  provider.approve('W-1');
  const dir = at('W-1');
  const collected = await run(['collect', 'W-1', '--out', dir], env);
  assert.equal(collected.code, 0, collected.err);
  writeFileSync(at('provider.json'), JSON.stringify({ keys: [jwk], log: { verifierKey } }));
  writeFileSync(at('one.policy'), policyText('one'));
  writeFileSync(at('both.policy'), policyText('both'));
  writeFileSync(at('log.vkey'), verifierKey);
  const prove = (what: string, ...more: string[]) => run(['log', 'prove', what, ...more], nobody);
  const byProvider = ['--provider', at('provider.json')];

  await t.test('the folder has each page’s proof as a file, and the certificate names the witness', () => {
    const names = readdirSync(dir).filter((name) => name.endsWith('.tlog-proof'));
    assert.deepEqual(names, ['disclosure-2.tlog-proof', 'disclosure.tlog-proof']);
    const certificate = readFileSync(join(dir, 'certificate.html'), 'utf8');
    assert.match(
      certificate,
      /Witnesses who are not the provider .*w1\.example\/witness on 2026-11-20T10:00:30Z/s,
    );
    assert.match(readFileSync(join(dir, 'proof.json'), 'utf8'), /"policy": "log log\.example/);
  });

  await t.test('the folder is proven, and the package’s own list of witnesses is called that', async () => {
    const { code, out } = await prove(dir, ...byProvider);
    assert.equal(code, 0, out);
    assert.match(out, /^ {2}cosigned by w1\.example\/witness, 2026-11-20T10:00:30Z$/m);
    assert.match(out, /list of witnesses in the package has them, which vouches for nothing/);
  });

  await t.test(
    'by a policy that takes this witness it is proven, and by one that takes more it is not',
    async () => {
      const seen = await prove(dir, ...byProvider, '--policy', at('one.policy'));
      assert.equal(seen.code, 0, seen.out);
      assert.doesNotMatch(seen.out, /vouches for nothing/);
      const unseen = await prove(dir, ...byProvider, '--policy', at('both.policy'), '--json');
      assert.equal(unseen.code, 1);
      const { verdict, faults } = JSON.parse(unseen.out);
      assert.deepEqual(
        [verdict, faults],
        [
          'wrong',
          [
            { code: 'quorum-missing', page: 1 },
            { code: 'quorum-missing', page: 2 },
          ],
        ],
      );
    },
  );

  await t.test('a proof that another page has, or that somebody changed, is found', async () => {
    cpSync(dir, at('changed'), { recursive: true });
    cpSync(join(dir, 'disclosure-2.tlog-proof'), at('changed', 'disclosure.tlog-proof'));
    const { code, out } = await prove(at('changed'), ...byProvider);
    assert.equal(code, 1);
    assert.match(out, /tlog-proof-differs: page 1: /);
  });

  await t.test('a tlog-proof by itself says which entry it is of, and who saw that', async () => {
    const file = join(dir, 'disclosure.tlog-proof');
    const byKey = await prove(file, '--key', `@${at('log.vkey')}`);
    assert.equal(byKey.code, 0, byKey.out);
    assert.match(
      byKey.out,
      /^entry 0 of log\.example\/writ\n {2}collection\.intended, case\/[0-9a-f-]{36} 1, 2026-/,
    );
    assert.match(byKey.out, /1 signature of others, not checked/);
    const byPolicy = await prove(file, '--policy', at('one.policy'));
    assert.equal(byPolicy.code, 0, byPolicy.out);
    assert.match(
      byPolicy.out,
      /cosigned by w1\.example\/witness, 2026-11-20T10:00:30Z\n.*witnesses.*saw that\./s,
    );
    const unseen = await prove(file, '--policy', at('both.policy'));
    assert.equal(unseen.code, 1);
    assert.match(unseen.out, /quorum-missing: fewer witnesses .*\nNot proven\./);
    const nothing = await prove(file);
    assert.equal(nothing.code, 2);
    assert.match(nothing.err, /--policy that names the log/);
  });

  await t.test('a policy that is none is wrong usage, and says on which line', async () => {
    writeFileSync(at('wrong.policy'), 'quorum one\n');
    const { code, err } = await prove(dir, '--policy', at('wrong.policy'));
    assert.equal(code, 2);
    assert.match(err, /wrong\.policy is no policy of a log \(line 1: name-unknown\)/);
  });

  assert.ok(parseTlogProof(readFileSync(join(dir, 'disclosure.tlog-proof'), 'utf8')));
});
