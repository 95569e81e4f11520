import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { openSession, type Session } from '#client/exchange.ts';
import {
  generateEncryptionKey,
  generateSigningKey,
  type KeyPair,
  publicPart,
  signerFromCryptoKey,
} from '#client/webcrypto.ts';
import type { Desk } from './desk.ts';

/** An officer with keys of their own who calls from a program, beside whoever sits at the page. */
export async function officerAt(
  at: Desk,
  as: { agency: string; name: string },
): Promise<{ session: Session; decrypts: { keyId: string; pair: KeyPair } }> {
  setDefaultCACertificates([...getCACertificates(), at.ca.toString()]);
  const [signing, pair] = [await generateSigningKey(), await generateEncryptionKey()];
  const [own, recipient] = [await publicPart(signing), await publicPart(pair)];
  const sheet = {
    v: 1,
    role: 'agency',
    publicKey: { ...own.jwk },
    encryptionKey: { ...recipient.jwk },
    thumbprint: own.thumbprint,
  } as const;
  await at.enrolOfficer(sheet, as);
  const session = await openSession({ url: at.url, signer: await signerFromCryptoKey(signing) });
  return { session, decrypts: { keyId: recipient.thumbprint, pair } };
}
