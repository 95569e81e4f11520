/**
 * The signature base (RFC 9421 section 2.5): the very bytes that are signed.
 *
 * It is built for any list of components, so that the RFC's own examples go through the code that
 * guards the door; which components a message may use is the profile's business. No Node imports: the
 * browser signs with this too.
 */
import { utf8 } from '#core/bytes.ts';
import { type Answer, fieldLines, type Message, normalAuthority } from './message.ts';
import { type InnerList, type Item, serializeMember, serializeParameters, string } from './structured.ts';

/** The value of a component in a message; `undefined` if the message has none. */
export type ComponentValues = (component: Item) => string | undefined;

/** A covered component by its name; `req` means that of the request which is being answered. */
export function component(name: string, from?: 'req'): Item {
  return {
    kind: 'item',
    value: string(name),
    params: from === undefined ? [] : [[from, { type: 'boolean', value: true }]],
  };
}

/**
 * Builds the signature base.
 *
 * `@signature-params` is the parsed value serialised again (RFC 9421 section 2.5, step 3), not the text
 * received: blanks that a sender or proxy put in differently do not matter, and what is signed is what
 * was understood.
 *
 * @returns `undefined` if a component is unknown, occurs twice, is absent from the message or has a
 * value that would break the line
 */
export function signatureBase(covered: InnerList, values: ComponentValues): Uint8Array | undefined {
  const identifiers = covered.items.map(serializeMember);
  if (new Set(identifiers).size < identifiers.length) return undefined;
  let lines = '';
  for (const [i, item] of covered.items.entries()) {
    const value = values(item);
    if (value === undefined || !LINE.test(value)) return undefined;
    lines += `${identifiers[i]}: ${value}\n`;
  }
  const list = `(${identifiers.join(' ')})${serializeParameters(covered.params)}`;
  return utf8(`${lines}"@signature-params": ${list}`);
}

const LINE = /^[\x20-\x7e\t]*$/;

/** The components of a request: what section 2.2 derives for the profile, and fields. */
export function requestValues(message: Message): ComponentValues {
  return (item) => {
    if (item.value.type !== 'string' || item.params.length > 0) return undefined;
    switch (item.value.value) {
      case '@method':
        return message.method;
      case '@authority':
        return normalAuthority(message.authority);
      case '@path':
        return message.path === '' ? '/' : message.path;
      case '@query':
        return message.query === '' ? '?' : message.query;
      default:
        return fieldValue(message, item.value.value);
    }
  };
}

/** The components of an answer; those marked `;req` (section 2.4) come from the request's own. */
export function answerValues(answer: Answer, request: ComponentValues): ComponentValues {
  return (item) => {
    if (item.value.type !== 'string') return undefined;
    if (item.params.length > 0) {
      return serializeMember(item) === serializeMember(component(item.value.value, 'req'))
        ? request(component(item.value.value))
        : undefined;
    }
    return item.value.value === '@status' ? String(answer.status) : fieldValue(answer, item.value.value);
  };
}

/** A field's lines joined (section 2.1). Names are lower case: any other spelling is no component. */
function fieldValue(message: Message | Answer, name: string): string | undefined {
  // A line of the name "@…" must not pass for a derived component that is not known here.
  if (name.startsWith('@')) return undefined;
  const lines = fieldLines(message.headers, name);
  return lines.length > 0 ? lines.join(', ') : undefined;
}
