import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { home } from '#dev/cloud/emulator.ts';

const python = join(home, '.writ/localstack/venv/bin/python');
const skip = existsSync(python) ? false : 'LocalStack is not installed here: npm run localstack installs it';

test('the start hook gives LocalStack’s KMS keys that sign with Ed25519, and leaves its others as they are', {
  skip,
}, () => {
  const args = [join(import.meta.dirname, 'hook.py'), join(home, 'dev/localstack/kms_ed25519.py')];
  const told: unknown = JSON.parse(
    execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  assert.deepEqual(told, {
    spec: 'ECC_NIST_EDWARDS25519',
    algorithms: ['ED25519_SHA_512'],
    // RFC 8410, section 4: 12 bytes say what it is, 32 are the key.
    publicKeyBytes: 44,
    verified: true,
    'another message': 'KMSInvalidSignatureException',
    'a digest': 'ValidationException',
    "another's algorithm": 'ValidationException',
    'other keys': true,
    'an unknown spec': 'ValidationException',
  });
});
