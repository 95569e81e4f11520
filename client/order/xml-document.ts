import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import { setNodeDependencies } from 'xml-core';
import { Application } from 'xmldsigjs';
import { SealError } from './seal.ts';

/** XML as signatures see it. */
setNodeDependencies({ DOMParser, XMLSerializer });
Application.setEngine('WebCrypto', globalThis.crypto);

export const namespaces = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  asic: 'http://uri.etsi.org/02918/v1.2.1#',
} as const;

/** More elements than any order has: a document is read into memory whole. */
const mostTags = 50_000;

/**
 * A document without a type of its own: entities expand to what nobody wrote, and default attributes change what is signed.
 *
 * @throws SealError form-unknown, malformed
 */
export function readXml(bytes: Uint8Array): Document {
  const text = decoded(bytes);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new SealError('form-unknown');
  if (text.split('<', mostTags + 1).length > mostTags) throw new SealError('form-unknown');
  const fail = () => {
    throw new SealError('malformed');
  };
  // XML's own line ends (XML 1.0 section 2.11): what is signed has them.
  const lines = text.replace(/\r\n?/g, '\n');
  return new DOMParser({ onError: fail }).parseFromString(lines, 'application/xml');
}

function decoded(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /^\s*(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1];
  if (isUtf16 || (named !== undefined && !/^(?:utf-8|us-ascii)$/i.test(named)))
    throw new SealError('form-unknown');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SealError('malformed', { cause });
  }
}

/** All elements of a name below a node, itself included. */
export function elements(under: Document | Element, namespace: string, name: string): Element[] {
  return [...under.getElementsByTagNameNS(namespace, name)];
}

/** The text of the one element of a name; undefined where there is none. @throws SealError malformed */
export function textOf(under: Element, namespace: string, name: string): string | undefined {
  const [one, another] = elements(under, namespace, name);
  if (another !== undefined) throw new SealError('malformed');
  return one?.textContent?.trim();
}
