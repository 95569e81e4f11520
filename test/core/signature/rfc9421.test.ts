import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBase64, utf8 } from '#core/bytes.ts';
import { answerValues, type ComponentValues, requestValues, signatureBase } from '#core/signature/base.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { HeaderLines } from '#core/signature/message.ts';
import { parseDictionary, serializeDictionary } from '#core/signature/structured.ts';
import { verifySignature } from '#core/signature/verify.ts';

interface Case {
  section: string;
  title: string;
  request: {
    method: string;
    authority: string;
    path: string;
    query: string;
    headers: HeaderLines;
    body?: string;
  };
  answer?: { status: number; headers: HeaderLines; body: string };
  signatureInput: string;
  base: string[];
  key: string;
  signature: string;
}

const file = new URL('../../vectors/rfc9421/cases.json', import.meta.url);
const { keys, cases }: { keys: Record<string, string>; cases: Case[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);

const verified = new Set<string>();

for (const { section, title, request, answer, ...published } of cases) {
  const [[label, covered] = []] = parseDictionary(published.signatureInput) ?? [];
  assert.ok(label !== undefined && covered?.kind === 'list');
  const message = { ...request, body: utf8(request.body ?? '') };
  const ofRequest = withPetParam(requestValues(message));
  const values = answer ? answerValues({ ...answer, body: utf8(answer.body) }, ofRequest) : ofRequest;

  test(`RFC 9421 ${section} (${title}): its signature base is ours`, () => {
    const base = signatureBase(covered, values);
    assert.equal(new TextDecoder().decode(base), published.base.join('\n'));
  });

  test(`RFC 9421 ${section}: its Signature-Input is written as published`, () => {
    assert.equal(serializeDictionary([[label, covered]]), published.signatureInput);
  });

  const pem = keys[published.key];
  if (pem === undefined) continue; // RSA and HMAC, which the profile does not take.
  verified.add(section);
  test(`RFC 9421 ${section}: its signature verifies, and no longer once any byte is changed`, () => {
    const key = importPublicKey(pem);
    const base = signatureBase(covered, values);
    const signature = fromBase64(published.signature);
    assert.ok(base && signature);
    const claims = { label, base, signature, alg: key.alg, keyId: published.key, created: 0, expires: 0 };
    assert.equal(verifySignature(claims, key), true);
    for (const part of [base, signature]) {
      for (let at = 0; at < part.length; at++) {
        part[at] = (part[at] ?? 0) ^ 1;
        assert.equal(verifySignature(claims, key), false);
        part[at] = (part[at] ?? 0) ^ 1;
      }
    }
    assert.equal(verifySignature(claims, key), true);
  });
}

test('every published Ed25519 and P-256 signature has been verified', () => {
  assert.deepEqual([...verified], ['2.4', 'B.2.4', 'B.2.6', 'B.3', 'B.4']);
});

// What proxies may do to B.4's message, and what breaks its signature.
const accept: HeaderLines = [
  ['Accept', 'application/json'],
  ['Accept', '*/*'],
];
const transformations: [what: string, holds: boolean, change: object][] = [
  ['a query parameter and a field added', true, { query: '?name1=Value1&Name2=value2&param=added' }],
  ['Accept joined on one line', true, { headers: [['Accept', 'application/json, */*']] }],
  ['fields in another order', true, { headers: [...accept, ['Host', 'example.org']] }],
  ['another method and authority', false, { method: 'POST', authority: 'example.com' }],
  ['the values of Accept the other way round', false, { headers: accept.toReversed() }],
];
for (const [what, holds, change] of transformations) {
  test(`RFC 9421 B.4: with ${what} the signature ${holds ? 'still holds' : 'is broken'}`, () => {
    const original = cases.find(({ section }) => section === 'B.4');
    const [[label, covered] = []] = parseDictionary(original?.signatureInput ?? '') ?? [];
    const pem = original && keys[original.key];
    assert.ok(pem && label !== undefined && covered?.kind === 'list');
    const base = signatureBase(
      covered,
      requestValues({ ...original.request, body: new Uint8Array(), ...change }),
    );
    const signature = fromBase64(original.signature);
    assert.ok(base && signature);
    const key = importPublicKey(pem);
    const claims = { label, base, signature, alg: key.alg, keyId: original.key, created: 0, expires: 0 };
    assert.equal(verifySignature(claims, key), holds);
  });
}

test('no key of the appendix takes the signature of another message', () => {
  for (const one of cases) {
    for (const other of cases) {
      const pem = keys[one.key];
      const signature = fromBase64(other.signature);
      if (one === other || pem === undefined || signature === undefined) continue;
      const key = importPublicKey(pem);
      const base = utf8(one.base.join('\n'));
      const claims = { label: 'sig', base, signature, alg: key.alg, keyId: one.key, created: 0, expires: 0 };
      assert.equal(
        verifySignature(claims, key),
        false,
        `${one.section} under the signature of ${other.section}`,
      );
    }
  }
});

/** `@query-param` is not in the profile, so `core` has no such component: B.2.2's comes from here. */
function withPetParam(values: ComponentValues): ComponentValues {
  return (item) => (item.value.value === '@query-param' ? 'dog' : values(item));
}
