import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import * as subject from '#core/vault/subject.ts';

const { isPhoneNumber, lookupMessage, subjectPseudonym } = subject;
const key = new Uint8Array(32).fill(7);
const subjectInvalid = { name: 'VaultError', code: 'subject-invalid', message: 'subject-invalid' };
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

test('a pseudonym is the start of an HMAC of the account, under its own label', () => {
  const message = Buffer.concat([utf8('\0\u000fwrit/subject/v1'), utf8('\0\u0005alice')]);
  const mac = createHmac('sha256', key).update(message).digest();
  assert.equal(subjectPseudonym(key, 'alice'), mac.subarray(0, 16).toString('base64url'));
  assert.match(subjectPseudonym(key, 'alice'), /^[A-Za-z0-9_-]{22}$/);
});

test('accounts have pseudonyms of their own: by case, blank, spelling and key', () => {
  const names = ['0101', ' 0101', '0101 ', 'Root', 'root', 'é', 'e\u0301', '\ufffd'];
  assert.equal(new Set(names.map((name) => subjectPseudonym(key, name))).size, names.length);
  assert.notEqual(subjectPseudonym(key, 'root'), subjectPseudonym(new Uint8Array(32), 'root'));
  assert.equal(subjectPseudonym(key, 'root'), subjectPseudonym(key, 'root'));
});

test('an account without bytes of its own has no pseudonym', () => {
  for (const account of ['', '\ud800', 'a\udc00', 'a'.repeat(70_000)]) {
    assert.throws(() => subjectPseudonym(key, account), subjectInvalid);
  }
});

test('a key of another size makes no pseudonyms', () => {
  for (const length of [0, 16, 31, 33]) {
    assert.throws(() => subjectPseudonym(new Uint8Array(length), 'root'), { code: 'key-refused' });
  }
});

test('no two things looked up by give one message, whatever their kinds', () => {
  const number = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
  const asked: fc.Arbitrary<['phone' | 'username', string]> = fc.oneof(
    fc.tuple(fc.constant('username' as const), text),
    fc.tuple(fc.constantFrom('phone' as const, 'username' as const), number),
  );
  fc.assert(
    fc.property(asked, asked, (a, b) => {
      fc.pre(a[0] !== b[0] || a[1] !== b[1]);
      assert.notDeepEqual(lookupMessage(...a), lookupMessage(...b));
    }),
  );
  const both = '+4915112345678';
  assert.notDeepEqual(lookupMessage('phone', both), lookupMessage('username', both));
});

test('a message for KMS stays far below the 4,096 bytes that it takes', () => {
  assert.ok(lookupMessage('username', '𝒳'.repeat(256)).length < 2048);
});

test('a number is E.164 in its one spelling, or it is none', () => {
  for (const number of ['+1234567', '+4915112345678', '+123456789012345'])
    assert.ok(isPhoneNumber(number), number);
  const wrong = [
    '',
    '+',
    '+123456',
    '+1234567890123456',
    '4915112345678',
    '004915112345678',
    '+0123456789',
    '+49 15112345678',
    '+49-15112345678',
    '+4915112345678 ',
    '+4915112345678\n',
    '+４915112345678',
    '+49151123456x8',
  ];
  for (const number of wrong) {
    assert.ok(!isPhoneNumber(number), JSON.stringify(number));
    assert.throws(() => lookupMessage('phone', number), subjectInvalid);
  }
});

test('nobody can be looked up by an address: there is no message and no function for it', () => {
  // @ts-expect-error the kinds are closed
  const message = () => lookupMessage('ip', '192.0.2.1');
  const made = ['honeytokenMessage', 'isNameKind', 'isPhoneNumber', 'lookupMessage', 'subjectPseudonym'];
  const functions = Object.entries(subject).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  );
  assert.deepEqual(functions.sort(), made);
  assert.deepEqual(subject.subjectKinds, ['account', 'phone', 'username']);
  assert.throws(message, subjectInvalid);
});

test('a honeytoken’s message is of another family than those that find an account or number', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const messages = [
    subject.honeytokenMessage('phone', '+4915112345678'),
    subject.honeytokenMessage('username', '+4915112345678'),
    subject.honeytokenMessage('account', '+4915112345678'),
    subject.lookupMessage('phone', '+4915112345678'),
    subject.lookupMessage('username', '+4915112345678'),
  ].map(text);
  assert.equal(new Set(messages).size, messages.length);
  assert.ok(messages.slice(0, 3).every((message) => message.includes('writ/decoy/v1')));
});
