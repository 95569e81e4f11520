import { X509Certificate } from 'node:crypto';
import type { Document, Element } from '@xmldom/xmldom';
import { SignedXml } from 'xmldsigjs';
import { fromBase64, sameBytes } from '#core/bytes.ts';
import { xmlDigests, xmlSignatures } from './algorithms.ts';
import { SealError, type Signed } from './seal.ts';
import { elements, namespaces, readXml, textOf } from './xml-document.ts';

/**
 * XML signatures (XMLDSig, XAdES: ETSI EN 319 132-1), in the two places where an order has them: within the XML that they
 * sign, and in a container beside the files that they sign. A signature counts only where it is over the whole: a reference to
 * a part by its id is how signatures are wrapped around what they do not sign.
 */

const { ds, xades } = namespaces;

const enveloped = `${ds}enveloped-signature`;
/** Canonical forms that leave nothing out of a document but comments. */
const canonical: readonly string[] = [
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
];
const signedProperties = 'http://uri.etsi.org/01903#SignedProperties';

/** An XML document that carries its own signature. @throws SealError */
export async function signedXml(bytes: Uint8Array): Promise<Signed> {
  const document = readXml(bytes);
  const signature = onlySignature(document);
  const references = referencesOf(signature);
  const whole = references.filter(({ uri }) => uri === '');
  if (whole.length !== 1) throw new SealError('covers-part');
  for (const reference of references) {
    const [first, ...more] = reference.transforms;
    const isWhole =
      reference.uri === '' && first === enveloped && more.every((each) => canonical.includes(each));
    if (!isWhole) checkOwnPart(signature, reference);
  }
  return verified(document, signature, new Map());
}

/**
 * A signature file of a container.
 *
 * @param files what must be signed, by name, all of it
 * @throws SealError
 */
export async function signedBeside(
  bytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Signed> {
  const document = readXml(bytes);
  const signature = onlySignature(document);
  const named = new Map<string, Uint8Array>();
  for (const reference of referencesOf(signature)) {
    const name = reference.uri.startsWith('#') ? undefined : fileName(reference.uri);
    const file = name === undefined ? undefined : files.get(name);
    if (name === undefined) checkOwnPart(signature, reference);
    else if (file === undefined || reference.transforms.length > 0 || named.has(reference.uri))
      throw new SealError('form-unknown');
    else named.set(reference.uri, file);
  }
  if (named.size !== files.size) throw new SealError('covers-part');
  return verified(document, signature, named);
}

/** A name in a container, as a reference writes it (EN 319 162-1: relative to the container's root). */
export function fileName(uri: string): string | undefined {
  try {
    return decodeURIComponent(uri);
  } catch {
    return undefined;
  }
}

function onlySignature(document: Document): Element {
  const [signature, another] = elements(document, ds, 'Signature');
  if (signature === undefined) throw new SealError('no-signature');
  // A countersignature is a signature within one.
  if (another !== undefined) throw new SealError('form-unknown');
  const ids = [...document.getElementsByTagName('*')].flatMap((each) =>
    ['Id', 'ID', 'id'].flatMap((name) => each.getAttribute(name) ?? []),
  );
  if (new Set(ids).size !== ids.length) throw new SealError('malformed');
  return signature;
}

interface Reference {
  uri: string;
  type: string | null;
  transforms: string[];
}

function referencesOf(signature: Element): Reference[] {
  const [info, another] = elements(signature, ds, 'SignedInfo');
  if (info === undefined || another !== undefined || info.parentNode !== signature)
    throw new SealError('malformed');
  const method = elements(info, ds, 'SignatureMethod')[0]?.getAttribute('Algorithm') ?? '';
  if (!xmlSignatures.includes(method)) throw new SealError('algorithm');
  return elements(info, ds, 'Reference').map((reference) => {
    const digest = elements(reference, ds, 'DigestMethod')[0]?.getAttribute('Algorithm') ?? '';
    if (!xmlDigests.has(digest)) throw new SealError('algorithm');
    const transforms = elements(reference, ds, 'Transform').map(
      (each) => each.getAttribute('Algorithm') ?? '',
    );
    const uri = reference.getAttribute('URI');
    if (uri === null) throw new SealError('form-unknown');
    return { uri, type: reference.getAttribute('Type'), transforms };
  });
}

/** A reference to what the signature says of itself: its own properties or its key, whole. */
function checkOwnPart(signature: Element, { uri, transforms }: Reference): void {
  if (!uri.startsWith('#')) throw new SealError('covers-part');
  if (!transforms.every((each) => canonical.includes(each))) throw new SealError('form-unknown');
  const own = [
    ...elements(signature, xades, 'SignedProperties'),
    ...elements(signature, ds, 'KeyInfo'),
  ].filter((each) => ['Id', 'ID', 'id'].some((name) => each.getAttribute(name) === uri.slice(1)));
  if (own.length !== 1) throw new SealError('covers-part');
}

async function verified(
  document: Document,
  signature: Element,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Signed> {
  const certificates = elements(signature, ds, 'X509Certificate').map((each) => {
    const der = fromBase64((each.textContent ?? '').replace(/\s/g, ''));
    if (der === undefined) throw new SealError('malformed');
    return der;
  });
  const signer = await signerOf(signature, certificates);
  const method = elements(signature, ds, 'SignatureMethod')[0]?.getAttribute('Algorithm') ?? '';
  const signed = new SignedXml(document);
  signed.LoadXml(signature);
  signed.contentHandler = async ({ Uri }) =>
    Uri === null || Uri === undefined ? null : (files.get(Uri) ?? null);
  const { key, algorithm } = await publicKeyOf(signer, method);
  // It imports the key anew by what the signature says, where no curve stands.
  signed.Algorithm = algorithm;
  const holds = await signed.Verify({ key }).catch((cause: unknown) => {
    // An error of xml-core's is no Error; it says which digest it expected.
    const isDigest = /invalid digest/i.test(messageOf(cause));
    throw new SealError(isDigest ? 'document-differs' : 'signature-wrong', { cause });
  });
  if (!holds) throw new SealError('signature-wrong');
  const claimed = isPropertySigned(signature) ? textOf(signature, xades, 'SigningTime') : undefined;
  const claimedAt = claimed === undefined ? undefined : new Date(claimed);
  if (claimedAt !== undefined && Number.isNaN(claimedAt.getTime())) throw new SealError('malformed');
  return {
    signer,
    others: certificates.filter((each) => !sameBytes(each, signer)),
    ...(claimedAt === undefined ? {} : { claimedAt }),
  };
}

function messageOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : '';
}

function isPropertySigned(signature: Element): boolean {
  return referencesOf(signature).some(({ type }) => type === signedProperties);
}

/** The certificate that the signed properties name by its digest; without one, the only certificate that is there. */
async function signerOf(signature: Element, certificates: readonly Uint8Array[]): Promise<Uint8Array> {
  const [first, another] = certificates;
  if (first === undefined) throw new SealError('form-unknown');
  const [named] = isPropertySigned(signature) ? elements(signature, xades, 'CertDigest') : [];
  if (named === undefined) {
    if (another !== undefined) throw new SealError('form-unknown');
    return first;
  }
  const method = elements(named, ds, 'DigestMethod')[0]?.getAttribute('Algorithm') ?? '';
  const digest = xmlDigests.get(method);
  const value = fromBase64((textOf(named, ds, 'DigestValue') ?? '').replace(/\s/g, ''));
  if (digest === undefined) throw new SealError('algorithm');
  if (value === undefined) throw new SealError('malformed');
  for (const each of certificates) {
    const actual = new Uint8Array(await crypto.subtle.digest(digest, new Uint8Array(each)));
    if (sameBytes(actual, value)) return each;
  }
  throw new SealError('signer-differs');
}

async function publicKeyOf(der: Uint8Array, method: string) {
  const { publicKey } = new X509Certificate(der);
  const hash = `SHA-${method.slice(-3)}`;
  const isRsa = method.includes('#rsa-');
  if ((publicKey.asymmetricKeyType === 'rsa') !== isRsa) throw new SealError('signature-wrong');
  const curves: Readonly<Record<string, string>> = {
    prime256v1: 'P-256',
    secp384r1: 'P-384',
    secp521r1: 'P-521',
  };
  const namedCurve = curves[publicKey.asymmetricKeyDetails?.namedCurve ?? ''];
  if (!isRsa && namedCurve === undefined) throw new SealError('algorithm');
  const algorithm = isRsa
    ? { name: 'RSASSA-PKCS1-v1_5', hash }
    : { name: 'ECDSA', hash, namedCurve: namedCurve ?? '' };
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const key = await crypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']);
  return { key, algorithm };
}
