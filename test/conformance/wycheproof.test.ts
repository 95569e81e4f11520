import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromHex, toBase64url } from '#core/bytes.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { verifySignature } from '#core/signature/verify.ts';

type Case = [tcId: number, result: 'valid' | 'invalid', message: string, signature: string, about: string];

function vectors(alg: SignatureAlgorithm): { key: string; cases: Case[] }[] {
  const file = new URL(`../vectors/wycheproof/${alg}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert.ok(bytes);
  return bytes;
}

/** Ed25519 keys come as the point's 32 bytes, P-256 keys as 04 ‖ x ‖ y. */
function jwk(alg: SignatureAlgorithm, key: Uint8Array): object {
  return alg === 'ed25519'
    ? { kty: 'OKP', crv: 'Ed25519', x: toBase64url(key) }
    : { kty: 'EC', crv: 'P-256', x: toBase64url(key.subarray(1, 33)), y: toBase64url(key.subarray(33)) };
}

function imported(alg: SignatureAlgorithm, key: string): VerificationKey | undefined {
  try {
    return importPublicKey(jwk(alg, hex(key)));
  } catch (error) {
    assert.ok(error instanceof SignatureError);
    return undefined;
  }
}

const expected = {
  ed25519: { valid: 88, invalid: 63 },
  'ecdsa-p256-sha256': { valid: 173, invalid: 89 },
} as const;

// Nothing that Wycheproof calls valid is refused, so there is no list of exceptions to it.
for (const alg of ['ed25519', 'ecdsa-p256-sha256'] as const) {
  const { valid, invalid } = expected[alg];
  test(`Wycheproof's ${valid} valid and ${invalid} invalid ${alg} signatures are judged as it does`, () => {
    const seen = { valid: 0, invalid: 0 };
    for (const { key: text, cases } of vectors(alg)) {
      const key = imported(alg, text);
      for (const [tcId, result, message, signature, about] of cases) {
        const claims = { label: 'sig', alg, keyId: 'k', created: 0, expires: 1, base: hex(message) };
        const accepted = key !== undefined && verifySignature({ ...claims, signature: hex(signature) }, key);
        assert.equal(accepted ? 'valid' : 'invalid', result, `tcId ${tcId}: ${about}`);
        seen[result]++;
      }
    }
    assert.deepEqual(seen, { valid, invalid });
  });
}
