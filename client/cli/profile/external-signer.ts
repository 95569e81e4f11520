import { spawn } from 'node:child_process';
import { rawOfDer } from '#client/ecdsa-der.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { verifySignature } from '#core/signature/verify.ts';
import { CommandError } from '../errors.ts';

/**
 * A key on a smart card or in an HSM: a command of the user's signs. It reads the bytes to sign from its standard input, and
 * writes the signature to its standard output: 64 raw bytes (Ed25519, or ECDSA's r and s), an
 * ECDSA signature in DER as most devices make it, or either of them in base64.
 *
 * The command comes from the user's own profile, and a shell runs it. The user sees its standard error: a card asks for its
 * PIN there.
 */
const RAW_BYTES = 64;
const MAX_BYTES = 4096;
/** Long enough to find the card and type the PIN. */
const PATIENCE_MS = 120_000;

/**
 * @param publicKey the enrolled key's public part: the signature is verified with it, so a wrong card is
 *   reported here and not by the provider
 * @throws SignatureError key-refused; on signing, CommandError signer-failed, signer-wrong
 */
export function externalSigner(command: string, publicKey: Record<string, unknown>): Signer {
  const key = importPublicKey(publicKey);
  const { alg, thumbprint: keyId } = key;
  return {
    keyId,
    alg,
    sign: async (base) => {
      const said = await run(command, base);
      const signature = readings(said).find(
        (reading) =>
          reading.length === RAW_BYTES &&
          verifySignature({ ...unsigned, alg, keyId, base, signature: new Uint8Array(reading) }, key),
      );
      if (signature === undefined)
        throw new CommandError(
          'signer-wrong',
          'what the signer command wrote is no signature by this profile’s key',
          'is it the right card or slot? It is to sign its standard input: Ed25519, or ECDSA over SHA-256',
        );
      return new Uint8Array(signature);
    },
  };
}

/** Parts of a message that the verification does not read. */
const unsigned = { label: '', created: 0, expires: 0 };

/** The readings of the output, each as raw bytes. */
function readings(said: Buffer): Uint8Array[] {
  const text = said.toString('latin1').trim();
  const decoded = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return [said, ...(decoded === undefined ? [] : [decoded])].flatMap((bytes) => {
    const raw = rawOfDer(bytes);
    return raw === undefined ? [bytes] : [bytes, raw];
  });
}

function run(command: string, base: Uint8Array): Promise<Buffer> {
  return new Promise((done, reject) => {
    const failed = (why: string) =>
      reject(
        new CommandError('signer-failed', `the signer command ${why}`, '`writ keys show` says which it is'),
      );
    const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], timeout: PATIENCE_MS });
    const parts: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MAX_BYTES) child.kill();
      else parts.push(part);
    });
    child.once('error', () => failed('could not be started'));
    child.once('close', (code) =>
      code === 0 ? done(Buffer.concat(parts)) : failed(`ended with ${code ?? 'a signal'}`),
    );
    // A command that ends without reading is reported by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(base);
  });
}
