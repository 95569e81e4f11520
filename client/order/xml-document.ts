import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import { setNodeDependencies } from 'xml-core';
import { Application } from 'xmldsigjs';
import { SealError } from './seal.ts';
import { parseXml, XmlError } from './xml-reader.ts';

/** XML as signatures see it. */
setNodeDependencies({ DOMParser, XMLSerializer });
Application.setEngine('WebCrypto', globalThis.crypto);

export const namespaces = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  asic: 'http://uri.etsi.org/02918/v1.2.1#',
} as const;

/**
 * A document without a type of its own (xml-reader.ts).
 *
 * @throws SealError form-unknown, malformed
 */
export function readXml(bytes: Uint8Array): Document {
  try {
    return parseXml(bytes);
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new SealError(cause.code === 'malformed' ? 'malformed' : 'form-unknown', { cause });
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
