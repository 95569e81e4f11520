import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '#core/canonical.ts';
import { normalPolicy, normalStatements } from '#core/iam-policy.ts';
import { policyDigest, vaultKeyPolicy } from '#core/vault/key-policy.ts';
import { reserialised } from '#dev/cloud/gate/reserialised.ts';

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const names = ['seal', 'authorise', 'collect', 'expire', 'preserve', 'forget'] as const;
const fixed = vaultKeyPolicy({
  account: 'arn:aws:iam::111122223333:root',
  ...(Object.fromEntries(names.map((name) => [name, role(name)])) as Record<(typeof names)[number], string>),
});

const word = fc.constantFrom(
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:*',
  's3:GetObject',
  '*',
  'arn:aws:iam::1:role/a',
);
const oneOrMany = fc.oneof(word, fc.array(word, { maxLength: 4 }));
const named = (value: fc.Arbitrary<unknown>, ...keys: string[]) =>
  fc.dictionary(fc.constantFrom(...keys), value, { minKeys: 1, maxKeys: 2 });
const statement = fc.record(
  {
    Sid: fc.constantFrom('A', 'B'),
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.oneof(fc.constant('*'), named(oneOrMany, 'AWS', 'Service')),
    Action: oneOrMany,
    NotAction: oneOrMany,
    Resource: oneOrMany,
    Condition: named(
      named(fc.oneof(oneOrMany, fc.boolean(), fc.integer({ min: 0, max: 9 })), 'aws:a', 'kms:b'),
      'StringEquals',
      'Null',
    ),
  },
  { requiredKeys: ['Effect'] },
);
const document = fc.record({
  Version: fc.constant('2012-10-17'),
  Statement: fc.oneof(statement, fc.array(statement, { maxLength: 4 })),
});

/** The document as some other writer of the same policy has it: lists shuffled, one member with or without its list. */
function rewritten(value: unknown, dice: () => number, name = ''): unknown {
  const isSet = /^(Statement|Action|NotAction|Resource|AWS|Service|aws:a|kms:b)$/.test(name);
  if (Array.isArray(value)) {
    const shuffled = value
      .map((member) => ({ at: dice(), member: rewritten(member, dice) }))
      .sort((one, other) => one.at - other.at)
      .map(({ member }) => member);
    return isSet && shuffled.length === 1 && dice() < 0.5 ? shuffled[0] : shuffled;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => [key, rewritten(member, dice, key)]);
    const written = Object.fromEntries(dice() < 0.5 ? members.reverse() : members);
    return isSet && dice() < 0.5 ? [written] : written;
  }
  return isSet && dice() < 0.5 ? [value] : value;
}

test('I2: a policy that somebody else wrote down anew is the same policy, however its lists stand', () => {
  fc.assert(
    fc.property(
      document,
      fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
      (policy, rolls) => {
        const dice = () => rolls.next().value ?? 0;
        assert.deepEqual(normalPolicy(rewritten(policy, dice)), normalPolicy(policy));
        assert.equal(policyDigest(rewritten(policy, dice)), policyDigest(policy));
      },
    ),
  );
});

test('the normal form of a normal form is itself, and every set in it is a list', () => {
  fc.assert(
    fc.property(document, (policy) => {
      const normal = normalPolicy(policy);
      assert.deepEqual(normalPolicy(normal), normal);
      assert.ok(normalStatements(policy).every((each) => !JSON.stringify(each).includes('"Action":"')));
    }),
  );
});

test('I2: a policy that says anything else has another form', () => {
  const [first, ...others] = fixed.Statement;
  assert.ok(first);
  const changed: Record<string, unknown>[] = [
    { ...first, Effect: 'Deny' },
    { ...first, Principal: { AWS: '*' } },
    { ...first, Principal: { Service: first.Principal.AWS } },
    { ...first, Action: [...first.Action, 'kms:Decrypt'] },
    { ...first, Action: first.Action.slice(1) },
    { ...first, Resource: ['*', 'arn:aws:kms:eu-central-1:111122223333:key/1'] },
    { ...first, Condition: { StringEquals: { 'kms:ViaService': 'x' } } },
    { ...first, NotAction: first.Action },
    { ...first, Sid: 'Another' },
    // What is not known here stays, and is another policy.
    { ...first, Sids: 'x' },
  ];
  for (const each of changed)
    assert.notEqual(
      policyDigest({ ...fixed, Statement: [each, ...others] }),
      policyDigest(fixed),
      JSON.stringify(each),
    );
  for (const less of [fixed.Statement.slice(1), [...fixed.Statement, first, { ...first, Sid: 'More' }]])
    assert.notEqual(policyDigest({ ...fixed, Statement: less }), policyDigest(fixed));
  assert.notEqual(policyDigest({ ...fixed, Version: '2008-10-17' }), policyDigest(fixed));
  assert.notEqual(policyDigest({ ...fixed, Id: 'x' }), policyDigest(fixed));
});

test('a condition’s operator and key stay apart from its values: no value passes for another key’s', () => {
  const under = (Condition: unknown) =>
    policyDigest({ Statement: { Effect: 'Allow', Action: 'a', Condition } });
  const forms = [
    { Null: { 'kms:a': 'false' } },
    { Null: { 'kms:a': 'true' } },
    { Null: { 'kms:b': 'false' } },
    { Null: { 'kms:a': 'false', 'kms:b': 'false' } },
    { Bool: { 'kms:a': 'false' } },
    { Null: 'kms:a' },
  ];
  assert.equal(new Set(forms.map(under)).size, forms.length);
  assert.equal(under({ Null: { 'kms:a': false } }), under({ Null: { 'kms:a': ['false'] } }));
});

test('what is no policy has a form of its own, and breaks nothing', () => {
  const odd = [null, 1, '', 'x', [], {}, { Statement: null }, { Statement: ['x'] }, { Statement: [[]] }];
  for (const each of odd) assert.doesNotThrow(() => normalPolicy(each));
  assert.equal(new Set(odd.map((each) => canonicalJson(normalPolicy(each)))).size, odd.length);
});

test('I2: the vault keys’ policy, as KMS gives it back, is still the one that they must have', () => {
  const back = reserialised(JSON.stringify(fixed));
  assert.notDeepEqual(JSON.parse(back), JSON.parse(JSON.stringify(fixed)), 'the gate changes nothing');
  assert.equal(policyDigest(JSON.parse(back)), policyDigest(fixed));
});
