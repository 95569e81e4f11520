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
  messageDigest: '1.2.840.113549.1.9.4',
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
  const kind = attribute(signer, oid.contentType);
  const named = attribute(signer, oid.messageDigest);
  if (!(kind instanceof ObjectIdentifier) || kind.valueBlock.toString() !== oid.data)
    throw new SealError('malformed');
  if (!(named instanceof OctetString)) throw new SealError('malformed');
  const actual = new Uint8Array(await crypto.subtle.digest(digest, new Uint8Array(data)));
  if (!sameBytes(actual, named.valueBlock.valueHexView)) throw new SealError('document-differs');

  const checked = await cms
    .verify({ signer: 0, data: new Uint8Array(data).buffer, checkChain: false, extendedMode: true })
    .catch((cause: unknown) => {
      throw new SealError('signature-wrong', { cause });
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

const derOf = (certificate: Certificate) => new Uint8Array(certificate.toSchema().toBER());

/** The value of a signed attribute, which has one (RFC 5652 section 11). @throws SealError malformed */
function attribute(signer: SignerInfo, type: string): unknown {
  const [found, another] = (signer.signedAttrs?.attributes ?? []).filter((each) => each.type === type);
  const values: unknown[] = found?.values ?? [];
  if (another !== undefined || values.length > 1) throw new SealError('malformed');
  return values[0];
}

/** The certificate that the signature names is the one that it was made with (RFC 5035): no other takes its place. */
async function checkNamed(signer: SignerInfo, own: Uint8Array): Promise<void> {
  const value = attribute(signer, oid.signingCertificateV2);
  if (value === undefined) return;
  // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, … }; ESSCertIDv2 ::= SEQUENCE { [algorithm], hash, … }
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
  const value = attribute(signer, oid.signingTime);
  // GeneralizedTime is a UTCTime to asn1js.
  return value instanceof UTCTime ? value.toDate() : undefined;
}
