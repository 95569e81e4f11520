import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Facts } from '#dev/cloud/gate/call.ts';
import type { Grant } from '#dev/cloud/gate/decide.ts';
import { kmsLag } from '#dev/cloud/gate/lag.ts';

const KEY = 'arn:aws:kms:eu-central-1:000000000000:key/1';

function grant(GrantId: string, Name: string): Grant {
  const GranteePrincipal = 'arn:aws:iam::000000000000:role/collect';
  return { GrantId, Name, GranteePrincipal, Operations: ['Decrypt'], GrantTokens: [`token of ${GrantId}`] };
}

function facts(...grants: Grant[]): Facts {
  const key = {
    arn: KEY,
    policy: null,
    aliases: [],
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    multiRegion: null,
    tags: { writ: 'vault' },
  };
  return { principal: null, key, grants };
}

function lagAt(start = 0) {
  const clock = { ms: start };
  const lag = kmsLag(() => clock.ms);
  const counting = (of: Facts, tokens?: string[]) =>
    lag.seen(of, tokens).grants.map(({ GrantId }) => GrantId);
  return { clock, lag, counting };
}

describe('what the gate says that KMS does not know yet', () => {
  it('counts a new grant with its token alone, and every way once KMS follows', () => {
    const { clock, lag, counting } = lagAt();
    lag.begin({ name: 'writ/case-1/', changes: ['minted'], delayMs: 100 });
    lag.wasMinted('g-1', 'writ/case-1/a');
    const all = facts(grant('g-1', 'writ/case-1/a'));
    assert.deepEqual(counting(all), []);
    assert.deepEqual(counting(all, ['token of g-1']), ['g-1']);
    assert.deepEqual(counting(all, ['another token']), []);
    assert.equal(lag.hidesGrant('g-1'), true);
    clock.ms = 100;
    assert.deepEqual(counting(all), ['g-1']);
    assert.equal(lag.hidesGrant('g-1'), false);
  });

  it('counts a revoked grant for as long as KMS lags', () => {
    const { clock, lag, counting } = lagAt();
    lag.begin({ name: 'writ/case-1/', changes: ['revoked'], delayMs: 100 });
    lag.wasRevoked(grant('g-1', 'writ/case-1/a'), KEY);
    assert.deepEqual(counting(facts()), ['g-1']);
    assert.deepEqual(lag.stillLive('another key'), []);
    clock.ms = 100;
    assert.deepEqual(counting(facts()), []);
  });

  it('does not find a new key, and then does not count its tags', () => {
    const { clock, lag } = lagAt();
    lag.begin({ name: 'a key of', changes: ['made'], delayMs: 100 });
    lag.wasMade(KEY, 'a key of a test');
    assert.equal(lag.hidesKey(KEY), true);
    clock.ms = 100;
    assert.equal(lag.hidesKey(KEY), false);
    lag.begin({ name: 'a key of', changes: ['tagged'] });
    lag.wasMade(KEY, 'a key of a test');
    assert.equal(lag.hidesKey(KEY), false);
    assert.deepEqual(lag.seen(facts()).key?.tags, {});
    lag.end('a key of');
    assert.deepEqual(lag.seen(facts()).key?.tags, { writ: 'vault' });
  });

  it('lags in nothing that no rule names, and in nothing that was done before the rule', () => {
    const { lag, counting } = lagAt();
    lag.wasMinted('g-0', 'writ/case-1/0');
    lag.begin({ name: 'writ/case-1/', changes: ['minted', 'revoked'] });
    lag.wasMinted('g-2', 'writ/case-2/a');
    lag.wasRevoked(grant('g-3', 'writ/case-2/b'), KEY);
    lag.wasMade(KEY, 'writ/case-1/');
    assert.deepEqual(counting(facts(grant('g-0', 'writ/case-1/0'), grant('g-2', 'writ/case-2/a'))), [
      'g-0',
      'g-2',
    ]);
    assert.equal(lag.hidesKey(KEY), false);
  });

  it('keeps back without a delay until the rule ends, and the rule of another test goes on', () => {
    const { clock, lag, counting } = lagAt();
    for (const id of ['case-1', 'case-2']) {
      lag.begin({ name: `writ/${id}/`, changes: ['minted'] });
      lag.wasMinted(id, `writ/${id}/a`);
    }
    clock.ms = 1e12;
    lag.end('writ/case-1/');
    assert.deepEqual(counting(facts(grant('case-1', 'writ/case-1/a'), grant('case-2', 'writ/case-2/a'))), [
      'case-1',
    ]);
  });
});
