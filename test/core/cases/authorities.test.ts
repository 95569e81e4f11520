import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchAuthority } from '#core/cases/authorities.ts';
import { policy, request } from './cases.ts';

const register = {
  ...policy,
  authorities: [
    { name: 'Staatsanwaltschaft München I', jurisdiction: 'DE', is: 'PublicProsecutor' as const },
    {
      name: 'Amtsgericht Köln',
      jurisdiction: 'DE',
      is: 'JudgeCourtOrInvestigatingJudge' as const,
      instruments: ['EPOC'],
    },
    { name: 'Tribunal judiciaire', jurisdiction: 'FR', is: 'JudgeCourtOrInvestigatingJudge' as const },
  ],
};
const named = (authority: string, more: Partial<typeof request.instrument> = {}) => ({
  instrument: { ...request.instrument, authority, ...more },
});

test('an authority that the register has, under its law, as its authoriser, for its instrument, is registered', () => {
  for (const name of ['Amtsgericht Köln', 'AMTSGERICHT KOLN', 'amtsgericht, köln', 'Amtsgericht Ko\u0308ln'])
    assert.equal(matchAuthority(named(name), register), 'registered', name);
});

test('a known name under another law, as another authoriser or for another instrument is named otherwise', () => {
  assert.equal(matchAuthority(named('Tribunal judiciaire'), register), 'named-otherwise');
  assert.equal(matchAuthority(named('Staatsanwaltschaft München I'), register), 'named-otherwise');
  assert.equal(matchAuthority(named('Amtsgericht Köln', { kind: 'MLA' }), register), 'named-otherwise');
});

test('a name that is only like one is not registered: letters of another script, a word more or less', () => {
  // The first has a Cyrillic A.
  for (const name of ['\u0410mtsgericht Köln', 'Amtsgericht', 'Amtsgericht Köln II', 'AmtsgerichtKöln'])
    assert.equal(matchAuthority(named(name), register), 'not-registered', name);
});

test('without a register or a name there is nothing to match', () => {
  assert.equal(matchAuthority(named('Amtsgericht Köln'), policy), undefined);
  assert.equal(matchAuthority(request, register), undefined);
});
