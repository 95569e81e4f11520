/** Keys, signers and messages for the signature tests. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { contentDigest, type RequestToSign, type Signer, signRequest } from '#core/signature/sign.ts';

export const now = 1_795_000_000;
export const clock = { now, skewSeconds: 30 };
export const window = { created: now - 10, expires: now + 200 };
export const nonce = 'Zm9yIHRlc3RzIG9ubHkuLg';

export interface TestKey {
  readonly signer: Signer;
  readonly key: VerificationKey;
  readonly privateKey: KeyObject;
}

function testKey(alg: SignatureAlgorithm): TestKey {
  const { publicKey, privateKey } =
    alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = importPublicKey(publicKey.export({ format: 'jwk' }));
  const signBase = async (base: Uint8Array) =>
    alg === 'ed25519'
      ? sign(null, base, privateKey)
      : sign('sha256', base, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { key, privateKey, signer: { keyId: key.thumbprint, alg, sign: signBase } };
}

export const ed25519 = testKey('ed25519');
export const p256 = testKey('ecdsa-p256-sha256');
export const both = [ed25519, p256];

export const post = {
  method: 'POST',
  authority: 'gateway.example',
  path: '/v1/requests',
  query: '',
  contentType: 'application/json',
  body: utf8('{"reference":"GS-4711/26"}'),
} satisfies RequestToSign;

export const get = {
  method: 'GET',
  authority: 'gateway.example',
  path: '/v1/reviews',
  query: '?status=AwaitingApproval',
} satisfies RequestToSign;

/** A request as it arrives, signed. */
export async function signedMessage(request: RequestToSign, { signer }: TestKey): Promise<Message> {
  const fields = await signRequest(request, signer, { ...window, nonce });
  const headers = Object.entries(fields);
  if (request.contentType !== undefined) headers.push(['content-type', request.contentType]);
  return { ...request, headers, body: request.body ?? new Uint8Array() };
}

/** The message with a field's lines replaced by these values. */
export function withField<M extends Pick<Message, 'headers'>>(
  message: M,
  name: string,
  ...values: string[]
): M {
  const others = message.headers.filter(([other]) => other !== name);
  return { ...message, headers: [...others, ...values.map((value) => [name, value] as const)] };
}

/** A field's one value. */
export function field(message: Pick<Message, 'headers'>, name: string): string {
  return message.headers.find(([other]) => other === name)?.[1] ?? '';
}

/** A message whose signature nobody made, for what is decided without a key. */
export async function unsignedMessage(input: string, request: RequestToSign = post): Promise<Message> {
  const body = request.body ?? new Uint8Array();
  const headers: [string, string][] = [
    ['signature-input', input],
    ['signature', `sig=:${'A'.repeat(86)}==:`],
  ];
  if (body.length > 0) {
    headers.push(['content-type', 'application/json'], ['content-digest', await contentDigest(body)]);
  }
  return { ...request, headers, body };
}
