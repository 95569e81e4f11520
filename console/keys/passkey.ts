import { z } from 'zod';
import { rawOfDer } from '#client/ecdsa-der.ts';
import { concat, sameBytes, toBase64url, utf8 } from '#core/bytes.ts';
import { parseJson } from '#core/json.ts';
import { KeyError } from './errors.ts';
import type { StoredPasskey } from './store.ts';

/**
 * A passkey opens the page, and signs no call: what a passkey signs is a challenge of this page's, in a form of its own
 * (WebAuthn), which is no RFC 9421 signature of the provider's API. All of it is checked here, in the page. So it keeps a
 * person away who sits down at an open page, and nothing that can change the page itself.
 */
export interface PasskeyPort {
  create(ask: { challenge: Bytes; rpId: string; name: string; userId: Bytes }): Promise<StoredPasskey>;
  get(ask: { challenge: Bytes; rpId: string; id: Bytes }): Promise<Assertion>;
}

type Bytes = Uint8Array<ArrayBuffer>;

export interface Assertion {
  id: Bytes;
  clientData: Bytes;
  authenticatorData: Bytes;
  signature: Bytes;
}

/** Where the page is: its origin, and the host that the passkey belongs to. */
export interface Place {
  origin: string;
  rpId: string;
}

/** How WebCrypto verifies what an authenticator signs, by COSE's number: Ed25519, ES256 and, of some TPMs, RS256. */
const verifying = new Map([
  [-8, { key: { name: 'Ed25519' }, by: { name: 'Ed25519' }, isDer: false }],
  [-7, { key: { name: 'ECDSA', namedCurve: 'P-256' }, by: { name: 'ECDSA', hash: 'SHA-256' }, isDer: true }],
  [
    -257,
    {
      key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      by: { name: 'RSASSA-PKCS1-v1_5' },
      isDer: false,
    },
  ],
]);
export const passkeyAlgorithms = [...verifying.keys()];

/** Makes a passkey for unlocking. @param name what the authenticator shows: the key's name */
export async function newPasskey(port: PasskeyPort, { rpId }: Place, name: string): Promise<StoredPasskey> {
  const [challenge, userId] = [random(32), random(16)];
  const made = await port.create({ challenge, rpId, name, userId });
  if (!verifying.has(made.algorithm)) throw new KeyError('passkey-refused');
  return made;
}

/**
 * Has the holder show the passkey, verified as its user, and checks the answer (WebAuthn level 3, section 7.2, as far as a
 * page can): this challenge, this page, this passkey, user present and verified, signature.
 *
 * @throws KeyError passkey-refused
 */
export async function askPasskey(stored: StoredPasskey, port: PasskeyPort, place: Place): Promise<void> {
  const challenge = random(32);
  const answer = await port
    .get({ challenge, rpId: place.rpId, id: stored.id })
    .catch((cause: unknown) => Promise.reject(new KeyError('passkey-refused', { cause })));
  const holds =
    sameBytes(answer.id, stored.id) &&
    isOfThisPage(answer.clientData, challenge, place) &&
    (await isOfThisPlace(answer.authenticatorData, place)) &&
    (await isSigned(answer, stored));
  if (!holds) throw new KeyError('passkey-refused');
}

const clientData = z.object({
  type: z.literal('webauthn.get'),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

function isOfThisPage(bytes: Uint8Array, challenge: Uint8Array, { origin }: Place): boolean {
  const { data } = clientData.safeParse(jsonOf(bytes));
  return (
    data !== undefined &&
    data.challenge === toBase64url(challenge) &&
    data.origin === origin &&
    data.crossOrigin !== true
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}

/** The flags of authenticator data (section 6.1): present, and verified by PIN, finger or face. */
const userPresent = 0x01;
const userVerified = 0x04;

async function isOfThisPlace(data: Uint8Array, { rpId }: Place): Promise<boolean> {
  const flags = data[32] ?? 0;
  return (
    data.length >= 37 &&
    sameBytes(data.subarray(0, 32), await sha256(utf8(rpId))) &&
    (flags & userPresent) !== 0 &&
    (flags & userVerified) !== 0
  );
}

async function isSigned(answer: Assertion, { publicKey, algorithm }: StoredPasskey): Promise<boolean> {
  const signed = new Uint8Array(concat(answer.authenticatorData, await sha256(answer.clientData)));
  const how = verifying.get(algorithm);
  const signature = how?.isDer === true ? rawOfDer(answer.signature) : answer.signature;
  if (how === undefined || signature === undefined) return false;
  try {
    const key = await crypto.subtle.importKey('spki', publicKey, how.key, false, ['verify']);
    return await crypto.subtle.verify(how.by, key, new Uint8Array(signature), signed);
  } catch {
    return false;
  }
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
