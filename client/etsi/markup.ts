import { type Entry, namespaces, type Prefix } from './vocabulary.ts';

/** Elements as they are written. A text that XML 1.0 has no form for is refused, and not repaired. */

export type EtsiErrorCode =
  /** A value has a character that XML 1.0 does not have. */
  'not-in-xml';

/** Ends an export. Holds no value. */
export class EtsiError extends Error {
  override name = 'EtsiError';
  readonly code: EtsiErrorCode;

  constructor(code: EtsiErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

export interface Markup {
  prefix: Prefix;
  name: string;
  type?: readonly [prefix: Prefix, name: string];
  content: string | readonly Markup[];
}

type Content = string | number | boolean | readonly (Markup | undefined)[];

/** An element. Members that are undefined are left out, so that a sequence can be written down in its order. */
export function element(prefix: Prefix, name: string, content: Content): Markup {
  return {
    prefix,
    name,
    content: typeof content === 'object' ? content.filter((child) => child !== undefined) : String(content),
  };
}

/** An element, where there is a text for it. */
export function optional(
  prefix: Prefix,
  name: string,
  text: string | number | boolean | undefined,
): Markup | undefined {
  return text === undefined ? undefined : element(prefix, name, text);
}

/** A value of a dictionary. */
export function entryElement(
  prefix: Prefix,
  name: string,
  { owner, name: dictionary, value }: Entry,
): Markup {
  return element(prefix, name, [
    element('common', 'Owner', owner),
    element('common', 'Name', dictionary),
    element('common', 'Value', value),
  ]);
}

/** The same element, of a type that is derived from its own. */
export const typed = (markup: Markup, prefix: Prefix, name: string): Markup => ({
  ...markup,
  type: [prefix, name],
});

/** A whole document, indented for people: no element has both text and elements. @throws EtsiError not-in-xml */
export function documentText(root: Markup): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const parts = ['<?xml version="1.0" encoding="utf-8"?>\n'];
  write(root, '', parts, declared.join(''));
  return parts.join('');
}

function write(
  { prefix, name, type, content }: Markup,
  indent: string,
  parts: string[],
  attributes = '',
): void {
  const tag = `${prefix}:${name}`;
  const derived = type === undefined ? '' : ` xsi:type="${type.join(':')}"`;
  parts.push(indent, '<', tag, attributes, derived, '>');
  if (typeof content === 'string') parts.push(escaped(content));
  else {
    parts.push('\n');
    for (const child of content) write(child, `${indent}  `, parts);
    parts.push(indent);
  }
  parts.push('</', tag, '>\n');
}

/** XML 1.0 section 2.2. */
const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

function escaped(text: string): string {
  if (notInXml.test(text)) throw new EtsiError('not-in-xml');
  return text.replace(/[&<>\r]/g, (each) => escapes[each] ?? each);
}
