/** Authorities, certificates and signed documents, made by libraries that check none of them. */
import { createHash } from 'node:crypto';
import { BitString, Integer, ObjectIdentifier, OctetString, Sequence, UTCTime, Utf8String } from 'asn1js';
import { zipSync } from 'fflate';
import {
  Attribute,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  Extension,
  ExtKeyUsage,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';

const { subtle } = globalThis.crypto;

export interface Holder {
  certificate: Certificate;
  der: Uint8Array;
  keys: Keys;
}

export interface CertificateParts {
  name: string;
  from?: string;
  to?: string;
  /** Of an authority. */
  ca?: boolean;
  pathLength?: number;
  /** The two first bits: digital signature, non-repudiation; keyCertSign is the sixth. */
  usage?: number;
  purposes?: string[];
  hash?: string;
  rsaBits?: number;
  /** An extension that nobody knows, critical. */
  odd?: boolean;
  nameConstraints?: boolean;
}

let serial = 1;

/** WebCrypto's pair as the platform types it, Node or a browser. */
type Keys = Awaited<ReturnType<typeof newKeys>>;

async function newKeys(rsaBits: number | undefined) {
  const algorithm =
    rsaBits === undefined
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: rsaBits,
          publicExponent: Uint8Array.of(1, 0, 1),
          hash: 'SHA-256',
        };
  return subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

export async function certificate(parts: CertificateParts, issuer?: Holder): Promise<Holder> {
  const { name, ca = false, hash = 'SHA-256' } = parts;
  const keys = await newKeys(parts.rsaBits);
  const made = new Certificate();
  made.version = 2;
  made.serialNumber = new Integer({ value: serial++ });
  const named = new AttributeTypeAndValue({ type: '2.5.4.3', value: new Utf8String({ value: name }) });
  made.subject.typesAndValues.push(named);
  made.issuer.typesAndValues.push(...(issuer?.certificate.subject.typesAndValues ?? [named]));
  made.notBefore.value = new Date(parts.from ?? '2025-01-01T00:00:00Z');
  made.notAfter.value = new Date(parts.to ?? '2035-01-01T00:00:00Z');
  const constraints = new BasicConstraints({
    cA: ca,
    ...(parts.pathLength === undefined ? {} : { pathLenConstraint: parts.pathLength }),
  });
  const usage = parts.usage ?? (ca ? 0b0000_0110 : 0b1100_0000);
  const bits = new BitString({ valueHex: Uint8Array.of(usage).buffer });
  const extension = (extnID: string, critical: boolean, value: ArrayBuffer) =>
    new Extension({ extnID, critical, extnValue: value });
  made.extensions = [
    extension('2.5.29.19', true, constraints.toSchema().toBER()),
    extension('2.5.29.15', true, bits.toBER()),
    ...(parts.purposes === undefined
      ? []
      : [extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: parts.purposes }).toSchema().toBER())]),
    ...(parts.odd === true ? [extension('1.2.3.4.5', true, new Utf8String({ value: 'x' }).toBER())] : []),
    ...(parts.nameConstraints === true
      ? [extension('2.5.29.30', true, new Sequence({ value: [] }).toBER())]
      : []),
  ];
  await made.subjectPublicKeyInfo.importKey(keys.publicKey);
  await made.sign(issuer?.keys.privateKey ?? keys.privateKey, hash);
  return { certificate: made, der: new Uint8Array(made.toSchema(true).toBER()), keys };
}

export interface CmsParts {
  signer: Holder;
  others?: Holder[];
  hash?: string;
  at?: string;
  /** The certificate that it says it was made with. */
  names?: Holder;
  /** Signed inside, and not beside. */
  attached?: boolean;
}

/** A detached CMS over bytes, as a signing card makes it. */
export async function cms(
  data: Uint8Array,
  { signer, others = [], hash = 'SHA-256', at, names = signer, attached = false }: CmsParts,
): Promise<Uint8Array> {
  const digest = await subtle.digest(hash, new Uint8Array(data));
  const certHash = createHash('sha256').update(names.der).digest();
  const attributes = [
    new Attribute({
      type: '1.2.840.113549.1.9.3',
      values: [new ObjectIdentifier({ value: '1.2.840.113549.1.7.1' })],
    }),
    new Attribute({ type: '1.2.840.113549.1.9.4', values: [new OctetString({ valueHex: digest })] }),
    new Attribute({
      type: '1.2.840.113549.1.9.16.2.47',
      values: [
        new Sequence({
          value: [
            new Sequence({
              value: [
                new Sequence({ value: [new OctetString({ valueHex: new Uint8Array(certHash).buffer })] }),
              ],
            }),
          ],
        }),
      ],
    }),
    ...(at === undefined
      ? []
      : [
          new Attribute({ type: '1.2.840.113549.1.9.5', values: [new UTCTime({ valueDate: new Date(at) })] }),
        ]),
  ];
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: '1.2.840.113549.1.7.1',
      ...(attached ? { eContent: new OctetString({ valueHex: new Uint8Array(data).buffer }) } : {}),
    }),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({
          issuer: signer.certificate.issuer,
          serialNumber: signer.certificate.serialNumber,
        }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [signer.certificate, ...others.map((each) => each.certificate)],
  });
  await signed.sign(signer.keys.privateKey, 0, hash, new Uint8Array(data).buffer);
  const info = new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER());
}

const latin1 = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));

/** A PDF whose text is signed as Acrobat does it: all of the file but the signature’s own place. */
export async function pdf(
  parts: CmsParts & { text?: string; time?: string; room?: number },
): Promise<Uint8Array> {
  const { text = 'Order GS-4711/26', time, room = 12_000 } = parts;
  const before = (range: string) =>
    `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Text (${text}) >>\nendobj\n2 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached${time === undefined ? '' : ` /M (D:${time})`} /ByteRange ${range} /Contents `;
  const after = ' >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n';
  const width = 40;
  const from = before(' '.repeat(width)).length;
  const to = from + room + 2;
  const range = `[0 ${from} ${to} ${after.length}]`.padEnd(width);
  const begin = before(range);
  const signature = await cms(latin1(begin + after), parts);
  const hex = Buffer.from(signature).toString('hex').padEnd(room, '0');
  return latin1(`${begin}<${hex}>${after}`);
}

const encoded = new TextEncoder();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** A container with a manifest that CAdES signs. */
export async function container(
  parts: CmsParts & {
    files?: Record<string, string>;
    unsigned?: Record<string, string>;
    digestMethod?: string;
  },
): Promise<Uint8Array> {
  const { files = { 'order.pdf': '%PDF-1.7 the order' }, unsigned = {} } = parts;
  const { digestMethod = 'http://www.w3.org/2001/04/xmlenc#sha256' } = parts;
  const references = Object.entries(files).map(
    ([name, text]) =>
      `<asic:DataObjectReference URI="${encodeURIComponent(name)}"><ds:DigestMethod Algorithm="${digestMethod}"/><ds:DigestValue>${sha256(encoded.encode(text))}</ds:DigestValue></asic:DataObjectReference>`,
  );
  const manifest = `<?xml version="1.0" encoding="UTF-8"?><asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>${references.join('')}</asic:ASiCManifest>`;
  return zip({
    ...files,
    ...unsigned,
    'META-INF/ASiCManifest.xml': manifest,
    'META-INF/signature.p7s': await cms(encoded.encode(manifest), parts),
  });
}

export function zip(files: Record<string, string | Uint8Array>): Uint8Array {
  const mimetype = encoded.encode('application/vnd.etsi.asic-e+zip');
  return zipSync({
    mimetype: [mimetype, { level: 0 }],
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        typeof text === 'string' ? [encoded.encode(text), { level: 0 }] : text,
      ]),
    ),
  });
}
