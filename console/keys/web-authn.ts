import { KeyError } from './errors.ts';
import { type PasskeyPort, passkeyAlgorithms } from './passkey.ts';

/** The browser's passkeys, as passkey.ts asks for them. */
export const webAuthn: PasskeyPort = {
  create: async ({ challenge, rpId, name, userId }) => {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge,
        rp: { id: rpId, name: 'Writ' },
        user: { id: userId, name, displayName: name },
        pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
        attestation: 'none',
      },
    });
    if (!(made instanceof PublicKeyCredential)) throw new KeyError('passkey-refused');
    const { response, rawId } = made;
    if (!(response instanceof AuthenticatorAttestationResponse)) throw new KeyError('passkey-refused');
    const publicKey = response.getPublicKey();
    if (publicKey === null) throw new KeyError('passkey-refused');
    return {
      id: new Uint8Array(rawId),
      publicKey: new Uint8Array(publicKey),
      algorithm: response.getPublicKeyAlgorithm(),
    };
  },
  get: async ({ challenge, rpId, id }) => {
    const got = await navigator.credentials.get({
      publicKey: {
        challenge,
        rpId,
        allowCredentials: [{ type: 'public-key', id }],
        userVerification: 'required',
      },
    });
    if (!(got instanceof PublicKeyCredential)) throw new KeyError('passkey-refused');
    const { response, rawId } = got;
    if (!(response instanceof AuthenticatorAssertionResponse)) throw new KeyError('passkey-refused');
    return {
      id: new Uint8Array(rawId),
      clientData: new Uint8Array(response.clientDataJSON),
      authenticatorData: new Uint8Array(response.authenticatorData),
      signature: new Uint8Array(response.signature),
    };
  },
};
