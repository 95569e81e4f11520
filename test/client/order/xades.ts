/** XML that is signed as xadesjs signs it. */
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { Application, SignedXml, setNodeDependencies } from 'xadesjs';
import { type Holder, zip } from './material.ts';

setNodeDependencies({ DOMParser, XMLSerializer });
Application.setEngine('WebCrypto', globalThis.crypto);

export const orderXml =
  '<?xml version="1.0" encoding="UTF-8"?>\n<order xmlns="urn:order"><reference>GS-4711/26</reference><number>+4915112345678</number></order>';

export interface XmlParts {
  signer: Holder;
  others?: Holder[];
  names?: Holder;
  at?: string;
  hash?: string;
  xml?: string;
  /** What of it is signed: by default the whole. */
  uri?: string;
  transforms?: ('enveloped' | 'exc-c14n' | 'c14n')[];
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

interface Reference {
  uri: string;
  hash: string;
  transforms: ('enveloped' | 'exc-c14n' | 'c14n')[];
}

async function signature(
  parts: XmlParts,
  data: unknown,
  references: Reference[],
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map(),
) {
  const { signer, others = [], names = signer, at = '2026-11-20T09:00:00Z', hash = 'SHA-256' } = parts;
  const signed = new SignedXml();
  signed.contentHandler = async ({ Uri }) => files.get(Uri ?? '') ?? null;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: { name: hash } };
  await signed.Sign(algorithm, signer.keys.privateKey, data, {
    x509: [signer, ...others].map(({ der }) => base64(der)),
    signingCertificate: base64(names.der),
    signingTime: { value: new Date(at) },
    references,
  });
  return signed;
}

/** An order that carries its own signature. */
export async function xml(parts: XmlParts): Promise<Uint8Array> {
  const { hash = 'SHA-256', uri = '', transforms = ['enveloped', 'exc-c14n'] } = parts;
  const document = new DOMParser().parseFromString(parts.xml ?? orderXml, 'application/xml');
  const signed = await signature(parts, document, [{ uri, hash, transforms }]);
  const element = new DOMParser().parseFromString(signed.GetXml()?.toString() ?? '', 'application/xml');
  const root = document.documentElement;
  if (root === null || element.documentElement === null) throw new Error('nothing was signed');
  root.appendChild(document.importNode(element.documentElement, true));
  return new TextEncoder().encode(new XMLSerializer().serializeToString(document));
}

/** A container whose files XAdES signs. */
export async function xadesContainer(
  parts: XmlParts & { files?: Record<string, string>; unsigned?: Record<string, string> },
): Promise<Uint8Array> {
  const { files = { 'order.pdf': '%PDF-1.7 the order' }, unsigned = {}, hash = 'SHA-256' } = parts;
  const bytes = new Map(
    Object.entries(files).map(([name, text]) => [encodeURIComponent(name), new TextEncoder().encode(text)]),
  );
  const references = [...bytes.keys()].map((uri) => ({ uri, hash, transforms: [] }));
  // What it will stand in: its names are part of the canonical form.
  const around = '<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"/>';
  const document = new DOMParser().parseFromString(around, 'application/xml');
  const signed = await signature(parts, document, references, bytes);
  const all = `<?xml version="1.0" encoding="UTF-8"?><asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#">${signed.GetXml()?.toString()}</asic:XAdESSignatures>`;
  return zip({ ...files, ...unsigned, 'META-INF/signatures.xml': all });
}
