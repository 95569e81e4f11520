import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { externalSigner } from '#client/cli/profile/external-signer.ts';
import { readKeyFile } from '#client/cli/profile/key-file.ts';
import { encryptPkcs8 } from '#client/pkcs8.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { writ as run } from '#dev/writ.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-keys-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const PASSPHRASE = 'correct horse battery staple';
writeFileSync(at('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });

const writ = (...args: string[]) => run(args, { XDG_CONFIG_HOME: at('config') });
const mode = (file: string) => statSync(file).mode & 0o777;

test('keys are made once, encrypted, in files and a folder that only their owner reads', async () => {
  const asked = [
    'keys',
    'new',
    '--role',
    'agency',
    '--profile',
    'once',
    '--passphrase-file',
    at('passphrase'),
  ];
  const made = await writ(...asked, '--json');
  assert.equal(made.code, 0, made.err);
  const dir = at('config/writ/once');
  assert.equal(mode(dir), 0o700);
  for (const file of ['profile.json', 'signing.pem', 'encryption.pem'])
    assert.equal(mode(join(dir, file)), 0o600, file);
  const pem = readFileSync(join(dir, 'signing.pem'), 'utf8');
  assert.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);

  const again = await writ(...asked);
  assert.equal(again.code, 2);
  assert.match(again.err, /^error: key-exists: .* Next: name another with --profile\n$/);
  assert.equal(readFileSync(join(dir, 'signing.pem'), 'utf8'), pem);
});

test('what is sent to be enrolled has the public keys and nothing private, and neither has anything else printed', async () => {
  await writ('keys', 'new', '--role', 'agency', '--profile', 'public', '--no-passphrase');
  const { out } = await writ('keys', 'show', '--enrolment', '--profile', 'public');
  const enrolment = JSON.parse(out);
  assert.equal(importPublicKey(enrolment.publicKey).thumbprint, enrolment.thumbprint);
  assert.deepEqual(Object.keys(enrolment), ['v', 'role', 'publicKey', 'thumbprint', 'encryptionKey']);
  const shown = (await writ('keys', 'show', '--profile', 'public')).out;
  for (const file of ['signing.pem', 'encryption.pem']) {
    const key = createPrivateKey(readFileSync(at(`config/writ/public/${file}`)));
    const { d = '' } = key.export({ format: 'jwk' });
    assert.ok(d.length > 40 && !out.includes(d) && !shown.includes(d), file);
  }
});

test('without a passphrase, and nobody there to be asked, no key is made', async () => {
  const { code, err } = await writ('keys', 'new', '--role', 'reviewer', '--profile', 'nobody');
  assert.equal(code, 2);
  assert.match(err, /^error: passphrase-missing: .* Next: give --passphrase-file, or --no-passphrase\n$/);
  assert.ok(!existsSync(at('config/writ/nobody')));
});

test('a passphrase that is guessed in no time is refused', async () => {
  writeFileSync(at('short'), 'hunter2\n', { mode: 0o600 });
  const { code, err } = await writ(
    'keys',
    'new',
    '--role',
    'reviewer',
    '--profile',
    'short',
    '--passphrase-file',
    at('short'),
  );
  assert.equal(code, 2);
  assert.match(err, /^error: passphrase-wrong: /);
  assert.ok(!err.includes('hunter2'));
});

test('any passphrase opens the key that it closed, and no other does', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const passphrase = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
  fc.assert(
    fc.property(passphrase, passphrase, (right, wrong) => {
      const pem = encryptPkcs8(der, right);
      const opened = createPrivateKey({ key: pem, passphrase: right });
      assert.deepEqual(opened.export({ type: 'pkcs8', format: 'der' }), der);
      if (wrong !== right) assert.throws(() => createPrivateKey({ key: pem, passphrase: wrong }));
    }),
    { numRuns: 3 },
  );
});

test('a wrong passphrase says so, and shows neither', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(
    at('locked.pem'),
    encryptPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }), PASSPHRASE),
    {
      mode: 0o600,
    },
  );
  const wrong = { code: 'passphrase-wrong', message: `this is not the passphrase of ${at('locked.pem')}` };
  await assert.rejects(
    readKeyFile(at('locked.pem'), async () => 'another passphrase'),
    wrong,
  );
  assert.ok(await readKeyFile(at('locked.pem'), async () => PASSPHRASE));
});

test('a key that others on the machine can read is not used, whatever it holds', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('open.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  for (const open of [0o644, 0o640, 0o604, 0o660]) {
    chmodSync(at('open.pem'), open);
    await assert.rejects(
      readKeyFile(at('open.pem'), async () => ''),
      { code: 'key-readable-by-others' },
      open.toString(8),
    );
  }
  chmodSync(at('open.pem'), 0o600);
  assert.ok(await readKeyFile(at('open.pem'), async () => ''));
});

test('what is no key is told apart from a key that is not there', async () => {
  writeFileSync(at('none.pem'), 'nothing', { mode: 0o600 });
  await assert.rejects(
    readKeyFile(at('none.pem'), async () => ''),
    { code: 'key-malformed' },
  );
  await assert.rejects(
    readKeyFile(at('missing.pem'), async () => ''),
    { code: 'key-missing' },
  );
});

/** A signer command as a card's would be: signs its standard input, and writes it in one of the forms. */
function signerCommand(keyFile: string, write: string): string {
  const code = `const c=require('node:crypto');const b=require('node:fs').readFileSync(0);
    const k=c.createPrivateKey(require('node:fs').readFileSync(${JSON.stringify(keyFile)}));
    const s=k.asymmetricKeyType==='ed25519'?c.sign(null,b,k):c.sign('sha256',b,k);${write}`;
  writeFileSync(`${keyFile}.cjs`, code);
  return `"${process.execPath}" "${keyFile}.cjs"`;
}

test('a command signs in place of a key file: raw, in DER as devices do, or in base64', async () => {
  for (const alg of ['ed25519', 'p256'] as const) {
    const pair =
      alg === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const file = at(`card-${alg}.pem`);
    writeFileSync(file, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const jwk = { ...pair.publicKey.export({ format: 'jwk' }) };
    const base = Buffer.from('what is to be signed');
    for (const write of ['process.stdout.write(s)', "console.log(s.toString('base64'))"]) {
      const signer = externalSigner(signerCommand(file, write), jwk);
      // ECDSA's numbers have a leading zero now and then: DER drops it.
      for (let i = 0; i < 3; i++) assert.equal((await signer.sign(base)).length, 64, `${alg} ${write}`);
    }
  }
});

test('a signature by another key than the enrolled one never leaves the machine', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('other.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const enrolled = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) };
  const base = Buffer.from('what is to be signed');
  const wrong = externalSigner(signerCommand(at('other.pem'), 'process.stdout.write(s)'), enrolled);
  await assert.rejects(wrong.sign(base), { code: 'signer-wrong' });
  const garbage = externalSigner(signerCommand(at('other.pem'), "console.log('no card')"), enrolled);
  await assert.rejects(garbage.sign(base), { code: 'signer-wrong' });
  const failing = externalSigner(signerCommand(at('other.pem'), 'process.exit(4)'), enrolled);
  await assert.rejects(failing.sign(base), { code: 'signer-failed' });
  await assert.rejects(externalSigner('writ-no-such-command', enrolled).sign(base), {
    code: 'signer-failed',
  });
});

test('DER of any two numbers is read as the 64 bytes that the wire has', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }) };
  const base = Buffer.from('x');
  // Signed until a number comes out short: the encodings that differ are one in 128.
  let der = sign('sha256', base, privateKey);
  for (let i = 0; i < 2000 && der.length > 69; i++) der = sign('sha256', base, privateKey);
  writeFileSync(at('short.bin'), der);
  assert.equal((await externalSigner(`cat "${at('short.bin')}"`, jwk).sign(base)).length, 64);
});

test('thumbprints are shown with twelve words and in hex, and any can be said so', async () => {
  await writ('keys', 'new', '--role', 'agency', '--profile', 'said', '--no-passphrase');
  const shown = (await writ('keys', 'show', '--profile', 'said')).out;
  const blocks = shown.match(
    /key: +[\w-]{43}\n(?: +[a-z]+(?: [a-z]+){5}\n){2}(?: +[0-9a-f]{4}(?: [0-9a-f]{4}){7}\n){2}/g,
  );
  assert.equal(blocks?.length, 2, shown);
  assert.ok(shown.split('\n').every((line) => line.length <= 80 || line.includes(folder)));
  const [, thumbprint = ''] = /signing key: +([\w-]{43})/.exec(shown) ?? [];
  const [said] = JSON.parse((await writ('keys', 'words', '--json', '--', thumbprint)).out);
  assert.equal(said.thumbprint, thumbprint);
  assert.equal(said.hex.replaceAll(' ', ''), Buffer.from(thumbprint, 'base64url').toString('hex'));
  assert.equal(said.words.split(' ').length, 12);
  assert.match((await writ('keys', 'words', 'x')).err, /^error: usage: a thumbprint has 43 /);
});
