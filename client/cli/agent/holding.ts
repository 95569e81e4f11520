import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, compactDecrypt } from 'jose';
import { signerFromPem } from '#client/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import type { AgentAnswer, AgentCall, AgentOrder } from './protocol.ts';

/**
 * What a key agent does with the keys that it holds: it signs calls of Writ's of this moment, decrypts, and gives no key
 * out. So whoever has it sign for them while it runs has nothing to go on with once it has ended.
 */
export interface Held {
  until: string;
  signer?: Signer | undefined;
  decrypter?: { keyId: string; key: KeyObject } | undefined;
}

export async function heldBy({ until, signing, encryption }: AgentOrder): Promise<Held> {
  return {
    until,
    signer: signing === undefined ? undefined : signerFromPem(signing),
    decrypter: encryption === undefined ? undefined : await decrypterOf(createPrivateKey(encryption)),
  };
}

async function decrypterOf(key: KeyObject) {
  return { keyId: await calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' })), key };
}

/** @param nowMs unix milliseconds */
export async function answered(held: Held, call: AgentCall, nowMs: number): Promise<AgentAnswer> {
  const { until, signer, decrypter } = held;
  if (nowMs >= Date.parse(until)) return { refused: 'over' };
  switch (call.op) {
    case 'about':
      return {
        until,
        keys: [signer?.keyId, decrypter?.keyId].filter((id) => id !== undefined),
        pid: process.pid,
      };
    case 'lock':
      return { locked: true };
    case 'sign': {
      if (signer?.keyId !== call.keyId) return { refused: 'not-held' };
      const base = Buffer.from(call.base, 'base64');
      if (!isCallOfNow(base.toString('latin1'), call.keyId, nowMs)) return { refused: 'not-a-call' };
      return { signature: Buffer.from(await signer.sign(base)).toString('base64') };
    }
    case 'decrypt': {
      if (decrypter?.keyId !== call.keyId) return { refused: 'not-held' };
      try {
        const { plaintext } = await compactDecrypt(call.jwe, decrypter.key, {
          keyManagementAlgorithms: ['ECDH-ES'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return { plaintext: Buffer.from(plaintext).toString('base64') };
      } catch {
        return { refused: 'not-decrypted' };
      }
    }
  }
}

/** A signature is valid for 300 s from `created` at most, and clocks of one machine do not differ. */
const mostSecondsOff = 60;
const mostSecondsValid = 300;

/**
 * Whether a signature base is that of a call of Writ's, under this key, made now. Its last line has the parameters (RFC 9421
 * section 2.3); components before it end their line, so a value cannot stand in for it.
 */
function isCallOfNow(base: string, keyId: string, nowMs: number): boolean {
  const last = base.slice(base.lastIndexOf('\n') + 1);
  if (!last.startsWith('"@signature-params": (')) return false;
  const created = Number(/;created=(\d{1,12})(?=;|$)/.exec(last)?.[1]);
  const expires = Number(/;expires=(\d{1,12})(?=;|$)/.exec(last)?.[1]);
  return (
    last.includes(`;keyid="${keyId}"`) &&
    last.includes(';tag="writ"') &&
    Math.abs(created - nowMs / 1000) <= mostSecondsOff &&
    expires - created <= mostSecondsValid
  );
}
