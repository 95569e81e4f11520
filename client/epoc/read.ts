import { readElements, type XmlElement, XmlError } from '#client/order/xml-reader.ts';
import { JsonError, parseJson } from '#core/json.ts';
import { isEtsiMessage, readEtsiForm } from './etsi-form.ts';
import { FormError, type FormRead } from './form.ts';
import { isJsonForm, readJsonForm } from './json-form.ts';

/** An order with its document of 3 MB, in base64, and the rest. */
export const mostFormBytes = 6_000_000;

/**
 * Reads an EPOC or EPOC-PR from a file's bytes, in browsers and in Node: XML of ETSI TS 103 120, or JSON in our own form
 * (docs/etsi.md). Nothing in it is trusted: it is a file from outside, and no signature in it is checked here.
 *
 * @throws FormError form-too-large, form-unreadable, form-unknown, form-malformed, form-several
 */
export function readOrderForm(bytes: Uint8Array): FormRead {
  if (bytes.length > mostFormBytes) throw new FormError('form-too-large');
  const plain = withoutMark(bytes);
  const first = plain.find((byte) => !/\s/.test(String.fromCharCode(byte)));
  if (first === '<'.charCodeAt(0)) return ofXml(plain);
  if (first === '{'.charCodeAt(0)) return ofJson(plain);
  throw new FormError('form-unreadable');
}

/** A byte order mark of UTF-8 says nothing that its bytes do not. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function ofXml(bytes: Uint8Array): FormRead {
  const root = elementsOf(bytes);
  if (!isEtsiMessage(root)) throw new FormError('form-unknown');
  return readEtsiForm(root);
}

function elementsOf(bytes: Uint8Array): XmlElement {
  try {
    return readElements(bytes);
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new FormError('form-unreadable', [cause.code], { cause });
  }
}

function ofJson(bytes: Uint8Array): FormRead {
  const value = jsonOf(bytes);
  if (!isJsonForm(value)) throw new FormError('form-unknown');
  return readJsonForm(value);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new FormError('form-unreadable', [cause.code], { cause });
  }
}
