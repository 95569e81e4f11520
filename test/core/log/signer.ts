import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import type { Bytes } from './naive.ts';

/** Who signs notes in tests. */
export interface Signer {
  key: VerifierKey;
  privateKey: KeyObject;
}

/** A key made of a number, the same each time. */
export function signer(name: string, seed: number): Signer {
  const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8, Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { key: { name, publicKey: Buffer.from(x, 'base64url') }, privateKey };
}

export function signedNote(text: string, { key, privateKey }: Signer): string {
  return formatNote(text, key, sign(null, utf8(text), privateKey));
}

/** A checkpoint of the log that is named as its key. */
export function signedCheckpoint(size: number | bigint, root: Bytes, by: Signer): string {
  return signedNote(checkpointText({ origin: by.key.name, size: BigInt(size), root }), by);
}
