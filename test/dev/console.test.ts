import assert from 'node:assert/strict';
import { test } from 'node:test';
import { name } from '#core/registry/change.ts';
import { pseudonymOf } from '#dev/newcomer.ts';
import { openerOf } from '#dev/open-browser.ts';

const desktop = { DISPLAY: ':0', PATH: '/usr/bin' };
const there = () => true;

test('a newcomer’s pseudonym is one that the registry takes, whatever they are called', () => {
  for (const called of [
    'Ada Lovelace',
    'Zoë Müller',
    'office computer',
    'Εισαγγελία',
    '--',
    '',
    '🙂',
    'x'.repeat(200),
  ])
    assert.equal(name.safeParse(pseudonymOf(called, [])).success, true);
  assert.equal(pseudonymOf('Zoë Müller', []), 'zoe-muller');
  assert.equal(pseudonymOf('🙂', []), 'newcomer');
});

test('a newcomer never gets the pseudonym of somebody who is there', () => {
  assert.equal(pseudonymOf('R.Jansen', ['r.jansen']), 'r.jansen-2');
  assert.equal(pseudonymOf('R.Jansen', ['r.jansen', 'r.jansen-2']), 'r.jansen-3');
});

test('the page opens in the person’s own browser, on each system by its own command', () => {
  assert.deepEqual(openerOf('linux', desktop, there), ['/usr/bin/xdg-open']);
  assert.deepEqual(openerOf('darwin', {}), ['open']);
  assert.deepEqual(openerOf('win32', {}), ['rundll32', 'url.dll,FileProtocolHandler']);
});

test('no browser is opened where nobody sits before a screen', () => {
  assert.equal(openerOf('linux', { ...desktop, CI: 'true' }, there), undefined);
  assert.equal(openerOf('darwin', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }), undefined);
  assert.equal(openerOf('linux', { PATH: '/usr/bin' }, there), undefined);
  assert.equal(
    openerOf('linux', desktop, () => false),
    undefined,
  );
});
