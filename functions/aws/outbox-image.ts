import { fromBase64 } from '#core/bytes.ts';
import { type OutboxItem, outboxItem } from '#core/state/outbox.ts';
import { unlessForged, type Verify } from '#core/store/authentic.ts';
import type { Item } from '#core/store/store.ts';

/**
 * What reads an outbox item as its table's stream brings it: whole, since a part of an item proves nothing.
 *
 * @returns undefined if it is none, or one that no function of Writ wrote
 */
export function imageReader(verify: Verify): (newImage: unknown) => Promise<OutboxItem | undefined> {
  return async (newImage) => {
    const item = itemOf(newImage);
    const verified = item && (await unlessForged(() => verify('entries', item)));
    return outboxItem.safeParse(verified).data;
  };
}

/** An item in DynamoDB's own JSON, as the store would give it; undefined if it is none that Writ could have written. */
export function itemOf(image: unknown): Item | undefined {
  if (!isObject(image)) return undefined;
  const members = Object.entries(image).map(([name, value]) => [name, attributeOf(value)] as const);
  return members.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(members);
}

function attributeOf(attribute: unknown): unknown {
  if (!isObject(attribute)) return undefined;
  const [[type, value] = [], second] = Object.entries(attribute);
  if (second !== undefined) return undefined;
  switch (type) {
    case 'S':
      return typeof value === 'string' ? value : undefined;
    case 'N':
      return typeof value === 'string' ? numberOf(value) : undefined;
    case 'BOOL':
      return typeof value === 'boolean' ? value : undefined;
    case 'NULL':
      return value === true ? null : undefined;
    case 'B':
      return typeof value === 'string' ? fromBase64(value) : undefined;
    case 'M':
      return itemOf(value);
    case 'L': {
      if (!Array.isArray(value)) return undefined;
      const members = value.map(attributeOf);
      return members.includes(undefined) ? undefined : members;
    }
    default:
      return undefined;
  }
}

/** Like DynamoDB's client: what a number of JavaScript does not hold exactly is a `bigint`. */
function numberOf(text: string): number | bigint | undefined {
  const number = Number(text);
  if (Number.isNaN(number)) return undefined;
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
