import { fromBER, ObjectIdentifier, OctetString, Sequence, UTCTime } from 'asn1js';
import { Certificate, ContentInfo, SignedData, type SignerInfo } from 'pkijs';
import { sameBytes } from '#core/bytes.ts';
import { digests, isStrongInCms } from './algorithms.ts';
import { SealError, type Signed } from './seal.ts';

/** A detached signature over a document: CMS (RFC 5652), as CAdES (ETSI EN 319 122-1) and PAdES (EN 319 142-1) have it. */

const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/**
 * @param der the CMS; behind it nothing but zeros, with which a PDF fills the place that it left
 * @throws SealError
 */
export async function signedCms(der: Uint8Array, data: Uint8Array): Promise<Signed> {
  const { result, offset } = fromBER(new Uint8Array(der).buffer);
  if (offset <= 0 || der.subarray(offset).some((byte) => byte !== 0)) throw new SealError('malformed');
  const info = new ContentInfo({ schema: result });
  if (info.contentType !== oid.signedData) throw new SealError('form-unknown');
  const cms = new SignedData({ schema: info.content });
  const [signer, another] = cms.signerInfos;
  if (signer === undefined) throw new SealError('no-signature');
  if (another !== undefined || cms.encapContentInfo.eContent !== undefined)
    throw new SealError('form-unknown');
  if (cms.encapContentInfo.eContentType !== oid.data) throw new SealError('form-unknown');
  const digest = digests.get(signer.digestAlgorithm.algorithmId);
  if (digest === undefined || !isStrongInCms(signer.signatureAlgorithm.algorithmId))
    throw new SealError('algorithm');
  if (attribute(signer, oid.contentType)?.valueBlock.toString() !== oid.data)
    throw new SealError('malformed');

  const checked = await cms
    .verify({ signer: 0, data: new Uint8Array(data).buffer, checkChain: false, extendedMode: true })
    .catch((cause: unknown) => {
      throw faultOf(cause);
    });
  const { signatureVerified, signerCertificate: own } = checked;
  if (own === undefined || own === null) throw new SealError('no-signature');
  if (signatureVerified !== true) throw new SealError('signature-wrong');
  const bytes = derOf(own);
  await checkNamed(signer, bytes);
  const claimedAt = timeOf(signer);
  return {
    signer: bytes,
    others: (cms.certificates ?? [])
      .filter((each): each is Certificate => each instanceof Certificate)
      .map(derOf)
      .filter((each) => !sameBytes(each, bytes)),
    ...(claimedAt === undefined ? {} : { claimedAt }),
  };
}

/** pkijs numbers what it found: 3 is no certificate, 14 a digest or signature that does not hold. */
function faultOf(cause: unknown): SealError {
  const message = cause instanceof Error ? cause.message : '';
  if (/signer's certificate/i.test(message)) return new SealError('signer-differs', { cause });
  return new SealError(/digest/i.test(message) ? 'document-differs' : 'signature-wrong', { cause });
}

const derOf = (certificate: Certificate) => new Uint8Array(certificate.toSchema().toBER());

function attribute(signer: SignerInfo, type: string) {
  const found = (signer.signedAttrs?.attributes ?? []).filter((each) => each.type === type);
  if (found.length > 1) throw new SealError('malformed');
  const [value]: unknown[] = found[0]?.values ?? [];
  return value instanceof ObjectIdentifier ? value : undefined;
}

/** The certificate that the signature names is the one that it was made with (RFC 5035): no other takes its place. */
async function checkNamed(signer: SignerInfo, own: Uint8Array): Promise<void> {
  const found = signer.signedAttrs?.attributes.find(({ type }) => type === oid.signingCertificateV2);
  if (found === undefined) return;
  // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, … }; ESSCertIDv2 ::= SEQUENCE { [algorithm], hash, … }
  const [value]: unknown[] = found.values;
  const first = sequence(sequence(sequence(value)[0])[0]);
  const [algorithm] = first[0] instanceof Sequence ? first[0].valueBlock.value : [];
  const named = algorithm instanceof ObjectIdentifier ? algorithm.valueBlock.toString() : undefined;
  const digest = named === undefined ? 'SHA-256' : digests.get(named);
  const hash = first.find((each) => each instanceof OctetString);
  if (digest === undefined) throw new SealError('algorithm');
  if (!(hash instanceof OctetString)) throw new SealError('malformed');
  const actual = new Uint8Array(await crypto.subtle.digest(digest, new Uint8Array(own)));
  if (!sameBytes(actual, hash.valueBlock.valueHexView)) throw new SealError('signer-differs');
}

function sequence(value: unknown): unknown[] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

function timeOf(signer: SignerInfo): Date | undefined {
  const found = signer.signedAttrs?.attributes.find(({ type }) => type === oid.signingTime);
  const [value]: unknown[] = found?.values ?? [];
  // GeneralizedTime is a UTCTime to asn1js.
  return value instanceof UTCTime ? value.toDate() : undefined;
}
