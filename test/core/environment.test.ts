import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asAscii } from '#core/ascii.ts';
import { environment } from '#core/environment.ts';
import { tableNames, tableVariable } from '#core/store/tables.ts';
import type { VaultRoles } from '#core/vault/key-policy.ts';

test('every table has a variable that holds its name, and a name is not empty', () => {
  for (const table of tableNames) {
    const schema = environment[tableVariable(table)];
    assert.equal(schema.parse('writ-cases'), 'writ-cases', table);
    assert.ok(!schema.safeParse('').success, table);
    assert.ok(!schema.safeParse(undefined).success, table);
  }
});

test('a variable is read as what it stands for: keys one by one, numbers, JSON', () => {
  assert.deepEqual(environment.PROVIDER_KEYS.parse('arn:one arn:two'), ['arn:one', 'arn:two']);
  assert.equal(environment.COOL_OFF_HOURS.parse('24'), 24);
  assert.equal(environment.VAULT_KEYS_PER_EPOCH.parse('3'), 3);
  assert.deepEqual(environment.RETENTION.parse('{"phone":12,"access":0}'), { phone: 12, access: 0 });
  const roles: VaultRoles = {
    account: 'arn:root',
    seal: 'arn:seal',
    authorise: 'arn:authorise',
    collect: 'arn:collect',
    expire: 'arn:expire',
    preserve: 'arn:preserve',
    forget: 'arn:forget',
  };
  assert.deepEqual(environment.VAULT_ROLES.parse(JSON.stringify(roles)), roles);
});

test('the provider’s name comes through an environment of ASCII as it is, in any script', () => {
  const names = [
    'Bürgernetz Köln',
    'Гражданская сеть',
    '市民ネット 🛰️',
    `"O'Neil" & $ons \\ 100%`,
    '%C3%BC',
    '+ +',
  ];
  for (const name of names) assert.equal(environment.PROVIDER_NAME.parse(asAscii(name)), name);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      const given = asAscii(name);
      assert.match(given, /^[\x21-\x7e]+$/);
      assert.equal(environment.PROVIDER_NAME.parse(given), name);
    }),
  );
});

test('without a custom domain there is no authority, and everything else must be set', () => {
  const optional = Object.entries(environment).filter(([, schema]) => schema.safeParse(undefined).success);
  assert.deepEqual(
    optional.map(([name]) => name),
    ['AUTHORITY'],
  );
});

test('a value that would mislead the function is refused at its start', () => {
  const wrong: [keyof typeof environment, string][] = [
    ['CLOCK', 'fake'],
    ['COOL_OFF_HOURS', '-1'],
    ['LOG_ORIGIN', 'two words'],
    // The name of a key has neither a space nor a plus (C2SP signed-note).
    ['LOG_ORIGIN', 'log.example+1'],
    ['PROVIDER_KEYS', ''],
    ['VAULT_KEYS_PER_EPOCH', '0'],
    ['VAULT_KEYS_PER_EPOCH', '1.5'],
  ];
  for (const [name, value] of wrong)
    assert.ok(!environment[name].safeParse(value).success, `${name}=${value}`);
  assert.throws(() => environment.RETENTION.parse('{"phone":12}'));
  assert.throws(() => environment.RETENTION.parse('{"phone":12,"access":1,"content":1}'));
  assert.throws(() => environment.VAULT_ROLES.parse('{"account":"arn:root"}'));
});
