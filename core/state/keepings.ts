import { z } from 'zod';
import { storedId, storedInstant } from '#core/bounds.ts';
import type { Clock } from '#core/ports.ts';
import { unlessForged } from '#core/store/authentic.ts';
import { absent, equals, type Put, type Store, type Test, type Write } from '#core/store/store.ts';
import { ttlOf } from './vault-items.ts';

/**
 * Which preservations keep a person's data, an item for each person, by pseudonym. It is written in the transaction that
 * takes a request or an order on, and read consistently: whatever erases a person, or ends a preservation, finds here what
 * it must go around, whether or not anything is wrapped anew yet.
 */
export const keepingKey = (subject: string) => ({ pk: `keeping#${subject}` });

/** So many are told apart. Those after them are one, which ends when the last of them does. */
export const mostKeepings = 200;
const others = 'others';

const line = z.strictObject({ id: z.union([storedId, z.literal(others)]), until: storedInstant });
export const keepingsForm = z.array(line).max(mostKeepings + 1);
type Line = z.infer<typeof line>;

const storedForm = z.string().transform((text): Line[] => keepingsForm.parse(JSON.parse(text)));
const item = z.looseObject({ says: storedForm });

/** The preservations of one person, as they were read. */
export interface Keepings {
  subject: string;
  /** Those that are not over. */
  lines: readonly Line[];
  /** As it lies there; undefined: there is none. */
  text: string | undefined;
  /** Somebody changed it past Writ: nothing is concluded from it. */
  isForged: boolean;
}

/** So many people of one preservation are written in the transaction that takes it on: it writes 100 items at most. */
export const mostKeptAtOnce = 50;

/** DynamoDB's own deletion comes so many days after the last of them ended. */
const lateDays = 30;

export function keepingState({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }) {
  async function of(subject: string): Promise<Keepings> {
    let isForged = true;
    const found = await unlessForged(async () => {
      const read = await store.get('cases', keepingKey(subject));
      isForged = false;
      return read;
    });
    const text = found === undefined ? undefined : z.string().parse(found.says);
    const lines = found === undefined ? [] : item.parse(found).says;
    return { subject, lines: lines.filter(({ until }) => until > clock.now()), text, isForged };
  }

  function written({ subject, text }: Keepings, lines: readonly Line[]): Put {
    const last = lines.map(({ until }) => until).reduce((a, b) => (a > b ? a : b));
    const says = JSON.stringify(lines);
    const ttl = ttlOf(last) + lateDays * 86_400;
    return { table: 'cases', put: { ...keepingKey(subject), says, ttl }, when: asRead(text) };
  }

  /** The write that adds a preservation, or has it last longer; undefined where it is there for as long. */
  function adds(known: Keepings, { id, until }: { id: string; until: string }): Put | undefined {
    if (known.lines.some((one) => one.id === id && one.until >= until)) return undefined;
    const rest = known.lines.filter((one) => one.id !== id);
    if (rest.length < mostKeepings) return written(known, [...rest, { id, until }]);
    const more = rest.find((one) => one.id === others)?.until ?? '';
    const all = { id: others, until: more > until ? more : until } as const;
    return written(known, [...rest.filter((one) => one.id !== others), all]);
  }

  return {
    of,

    adds,

    /** Adds a preservation. @throws StoreConflict */
    async add(known: Keepings, preservation: { id: string; until: string }): Promise<void> {
      const write = adds(known, preservation);
      if (write !== undefined) await store.write(write);
    },

    /** The write that takes a preservation away. */
    takes(known: Keepings, id: string): Write {
      const rest = known.lines.filter((one) => one.id !== id);
      return rest.length > 0
        ? written(known, rest)
        : { table: 'cases', delete: keepingKey(known.subject), when: asRead(known.text) };
    },

    /** Holds while nothing is added or taken away since it was read. Of what is forged nothing is asked. */
    unchanged(known: Keepings): Write[] {
      if (known.isForged) return [];
      const { text } = known;
      if (text === undefined)
        return [{ table: 'cases', delete: keepingKey(known.subject), when: absent('pk') }];
      return [written(known, keepingsForm.parse(JSON.parse(text)))];
    },

    /** The writes that add a preservation for the first of many people. Those left over `preserve` adds. */
    async addsForAll(
      subjects: readonly string[],
      preservation: { id: string; until: string },
    ): Promise<Put[]> {
      const all = await Promise.all([...new Set(subjects)].slice(0, mostKeptAtOnce).map(of));
      return all.filter(({ isForged }) => !isForged).flatMap((known) => adds(known, preservation) ?? []);
    },
  };
}
/** Whether a preservation is among a person's, until an instant at least. */
export function isIn({ lines }: Keepings, id: string, until = ''): boolean {
  return lines.some((one) => (one.id === id || one.id === others) && one.until >= until);
}
export type KeepingState = ReturnType<typeof keepingState>;

function asRead(text: string | undefined): Test {
  return text === undefined ? absent('pk') : equals('says', text);
}
