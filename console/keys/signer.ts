import type { Session } from '#client/exchange.ts';
import { type KeyPair, signerFromCryptoKey } from '#client/webcrypto.ts';
import { type CallToSign, type SignatureFields, type Signer, signRequest } from '#core/signature/sign.ts';
import type { Confirming } from './confirming.ts';
import { KeyError } from './errors.ts';
import type { Lock } from './lock.ts';

/** A key that signs whole calls: in this browser, or behind the bridge (bridge.ts). */
export interface CallSigner extends Pick<Signer, 'keyId' | 'alg'> {
  signCall(call: CallToSign): Promise<SignatureFields>;
}

/** The key that is stored in this browser. @throws SignatureError key-refused */
export async function ownKey(pair: KeyPair): Promise<CallSigner> {
  const signer = await signerFromCryptoKey(pair);
  const { keyId, alg } = signer;
  return { keyId, alg, signCall: (call) => signRequest(call, signer, call) };
}

/**
 * What a session of the page signs with. It signs calls and nothing else, while the page is unlocked; one that changes
 * something only after a person has confirmed these very bytes, once.
 */
export function guarded(
  key: CallSigner,
  lock: Pick<Lock, 'isUnlocked'>,
  confirming: Pick<Confirming, 'confirm' | 'take'>,
): Required<Pick<Session, 'signer' | 'signCall' | 'confirm'>> {
  const { keyId, alg } = key;
  const checkUnlocked = () => {
    if (!lock.isUnlocked()) throw new KeyError('locked');
  };
  return {
    // Of bytes nobody can say what they are, so none are signed.
    signer: { keyId, alg, sign: () => Promise.reject(new KeyError('bytes-refused')) },
    confirm: async (call) => {
      checkUnlocked();
      await confirming.confirm(call);
    },
    signCall: async (call) => {
      // What is signed cannot change while it is looked at.
      const kept = call.body === undefined ? call : { ...call, body: new Uint8Array(call.body) };
      checkUnlocked();
      if (kept.method !== 'GET') await confirming.take(kept);
      const fields = await key.signCall(kept);
      // A card or a person at the bridge takes a while.
      checkUnlocked();
      return fields;
    },
  };
}
