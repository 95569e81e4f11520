import { DOMParser, type Document, type Element } from '@xmldom/xmldom';

/**
 * XML from outside, read strictly, in browsers and in Node: no document type, no entities of its own, UTF-8 alone, and no
 * larger than what we read in one piece.
 */

/**
 * Why bytes are not read as XML.
 *
 * - `doctype`: it has a document type or entities of its own.
 * - `encoding`: it is not UTF-8, or says that it is not.
 * - `too-large`: it has more elements than any order.
 * - `too-deep`: elements stand in each other deeper than in any order.
 * - `malformed`: it is no XML.
 */
export type XmlErrorCode = 'doctype' | 'encoding' | 'too-large' | 'too-deep' | 'malformed';

/** Ends the reading. Says nothing of the bytes. */
export class XmlError extends Error {
  override name = 'XmlError';
  readonly code: XmlErrorCode;

  constructor(code: XmlErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** More elements than any order has: a document is read into memory whole. */
const mostTags = 50_000;

/**
 * A document without a type of its own: entities expand to what nobody wrote, and default attributes change what is signed.
 *
 * @throws XmlError doctype, encoding, too-large, malformed
 */
export function parseXml(bytes: Uint8Array): Document {
  const text = decoded(bytes);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new XmlError('doctype');
  if (text.split('<', mostTags + 1).length > mostTags) throw new XmlError('too-large');
  const fail = () => {
    throw new XmlError('malformed');
  };
  // XML's own line ends (XML 1.0 section 2.11): what is signed has them. The parser's default takes those of XML 1.1 too, and
  // so would change a name that has U+2028 in it.
  const normalizeLineEndings = (lines: string) => lines.replace(/\r\n?/g, '\n');
  return new DOMParser({ onError: fail, normalizeLineEndings }).parseFromString(text, 'application/xml');
}

function decoded(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /^\s*(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1];
  if (isUtf16 || (named !== undefined && !/^(?:utf-8|us-ascii)$/i.test(named)))
    throw new XmlError('encoding');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new XmlError('malformed', { cause });
  }
}

/** A name within a namespace. */
export interface QualifiedName {
  namespace: string;
  name: string;
}

/** An element as data: attributes but `xsi:type` mean nothing in what we read. */
export interface XmlElement extends QualifiedName {
  /** `xsi:type`, its prefix resolved. */
  type?: QualifiedName;
  /** Its own text, and no element's within it. */
  text: string;
  children: readonly XmlElement[];
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
/** Deeper than any message of ETSI TS 103 120. */
const mostDepth = 40;

/**
 * A document as plain data.
 *
 * @throws XmlError as `parseXml`, and too-deep
 */
export function readElements(bytes: Uint8Array): XmlElement {
  const root = parsedStrictly(bytes).documentElement;
  if (root === null) throw new XmlError('malformed');
  return elementOf(root, 1);
}

/** The parser's own errors, whatever it throws on bytes that no writer of XML made. */
function parsedStrictly(bytes: Uint8Array): Document {
  try {
    return parseXml(bytes);
  } catch (cause) {
    throw cause instanceof XmlError ? cause : new XmlError('malformed', { cause });
  }
}

function elementOf(element: Element, depth: number): XmlElement {
  if (depth > mostDepth) throw new XmlError('too-deep');
  const children: XmlElement[] = [];
  let text = '';
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (isElement(node)) children.push(elementOf(node, depth + 1));
    else if (node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE)
      text += node.nodeValue ?? '';
  }
  const type = typeOf(element);
  return {
    namespace: element.namespaceURI ?? '',
    name: element.localName ?? '',
    ...(type === undefined ? {} : { type }),
    text,
    children,
  };
}

function isElement(node: { nodeType: number; ELEMENT_NODE: number }): node is Element {
  return node.nodeType === node.ELEMENT_NODE;
}

function typeOf(element: Element): QualifiedName | undefined {
  const said = element.getAttributeNS(xsi, 'type')?.trim();
  if (said === undefined || said === '') return undefined;
  const [, prefix = '', name = ''] = /^(?:([^:\s]+):)?([^:\s]+)$/.exec(said) ?? [];
  const namespace = element.lookupNamespaceURI(prefix);
  if (name === '' || (namespace === null && prefix !== '')) throw new XmlError('malformed');
  return { namespace: namespace ?? '', name };
}
