import { z } from 'zod';
import { storedName } from '#core/bounds.ts';
import { toBase64url } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { type KeyRecord, roles } from '#core/registry/records.ts';
import type { Rate } from '#core/registry/terms.ts';
import {
  absent,
  all,
  any,
  begins,
  equals,
  less,
  never,
  StoreConflict,
  type Update,
} from '#core/store/store.ts';
import { commit, decideUntilFirst, type Guard, recordAlone, type StatePorts } from './commit.ts';
import { isThere } from './entries.ts';

/** The calls table: nonces that were accepted, how often an agency asked, and refusals that are counted. */

/** A nonce is kept an hour past its signature's expiry, so that no clock that is off lets it in twice. */
const nonceMarginSeconds = 3600;

/**
 * How many refusals of one key with one code are entries within an hour: the first few say when and what; a thousand more
 * would say no more, and an immutable bucket keeps each of them for ever. What is beyond is counted.
 */
export const refusalsAnHour = 5;

const refusedPrefix = 'refused#';
const hourOf = (at: string) => at.slice(0, 'YYYY-MM-DDThh'.length);
/** Codes hold no underscore, so these are none of them. */
const totalOf = '_total';
const roleOf = '_role';
const agencyOf = '_agency';
export const countsItem = z
  .object({
    pk: z.string().max(128),
    [totalOf]: z.int(),
    /** Whose keys were named; neither, where no key was. */
    [roleOf]: z.enum(roles).optional(),
    [agencyOf]: storedName.optional(),
  })
  .catchall(z.int());

export interface Refusal {
  code: string;
  at: string;
  key: KeyRecord | undefined;
  /** The signature's nonce, if the signature was verified. Otherwise the key was merely named, by anybody. */
  proven: string | undefined;
}

export function callState(ports: StatePorts) {
  const { store, clock, chance } = ports;

  /**
   * Counts a refusal under its hour, and under the side of the key that it named, if it named one. `reportStrangers` turns
   * the counts of each past hour into an entry. It is one write whether or not the key is enrolled.
   */
  async function countRefusal({ code, at, key }: Refusal): Promise<void> {
    const named = key === undefined ? '' : `#${key.role}#${key.agency ?? ''}`;
    const set = {
      ...(key === undefined ? {} : { [roleOf]: key.role }),
      ...(key?.agency === undefined ? {} : { [agencyOf]: key.agency }),
    };
    await store.write({
      table: 'calls',
      update: { pk: `${refusedPrefix}${hourOf(at)}${named}` },
      set,
      add: { [code]: 1, [totalOf]: 1 },
    });
  }

  /**
   * Records a refusal of a key that has proven itself: once a message and code, however often the message is sent again,
   * and no more than `refusalsAnHour` of one key, code and hour.
   *
   * @returns false if it is to be counted instead
   */
  function recordRefusal({ code, at, proven }: Refusal, key: KeyRecord): Promise<boolean> {
    const idOf = (which: string) => toBase64url(sha256(`${key.keyId}\0${code}\0${which}`));
    const agency = key.agency === undefined ? {} : { agency: key.agency };
    const entry = recordAlone(`refusal/${idOf(proven ?? '')}`, clock.now(), {
      kind: 'request.refused',
      data: { role: key.role, ...agency, code, proven: true },
    });
    const ofTheHour: Guard = {
      write: {
        table: 'calls',
        update: { pk: `refusals#${idOf(`hour ${hourOf(at)}`)}` },
        set: { ttl: Math.floor(Date.parse(at) / 1000) + 2 * 3600 },
        add: { n: 1 },
        when: any(absent('n'), less('n', refusalsAnHour)),
      },
      refusal: 'rate-exceeded',
    };
    return decideUntilFirst(ports, async () => {
      try {
        await commit(store, { writes: [], entries: [entry], guards: [ofTheHour] });
        return true;
      } catch (error) {
        if (isThere(error) || error instanceof RegistryError) return false;
        throw error;
      }
    });
  }

  async function reportHour(item: z.infer<typeof countsItem>): Promise<void> {
    const { pk, [totalOf]: total, [roleOf]: role, [agencyOf]: agency, ...counts } = item;
    const hour = pk.slice(refusedPrefix.length).slice(0, 'YYYY-MM-DDThh'.length);
    const named = {
      ...(role === undefined ? {} : { role }),
      ...(agency === undefined ? {} : { agency }),
    };
    const body = { kind: 'strangers.refused' as const, data: { hour, ...named, counts } };
    const entry = recordAlone(`strangers/${hour}/${chance.id()}`, clock.now(), body);
    const unlessCounted = { table: 'calls', delete: { pk }, when: equals(totalOf, total) } as const;
    try {
      await commit(store, { writes: [unlessCounted], entries: [entry] });
    } catch (error) {
      // Something was counted meanwhile, or another sweep reported it: the next sweep sees.
      if (!(error instanceof StoreConflict)) throw error;
    }
  }

  return {
    /**
     * Accepts a signature once (I8): nonce and key in one conditional write.
     *
     * @param expires unix seconds
     * @returns false if it was accepted before
     */
    acceptOnce(keyId: string, nonce: string, expires: number): Promise<boolean> {
      return decideUntilFirst(ports, async () => {
        try {
          const put = { pk: `nonce#${keyId}#${nonce}`, ttl: expires + nonceMarginSeconds };
          await store.write({ table: 'calls', put, when: absent('pk') });
          return true;
        } catch (error) {
          if (isThere(error)) return false;
          throw error;
        }
      });
    },

    /** Commits nothing but that something was asked. @throws RegistryError rate-exceeded */
    countAsked(guards: readonly Guard[]): Promise<void> {
      return decideUntilFirst(ports, () => commit(store, { writes: [], entries: [], guards }));
    },

    /**
     * Leaves a trace of a refusal.
     *
     * A refusal of a key that has proven itself is an entry, up to a few an hour. Everything else is counted: what is
     * beyond, strangers, and whoever merely names an enrolled key, which anybody can. So nobody can fill an immutable
     * bucket (I8), and an enrolled key that is merely named costs what an unknown one does.
     */
    async traceRefusal(refusal: Refusal): Promise<void> {
      const { key, proven } = refusal;
      if (key !== undefined && proven !== undefined && (await recordRefusal(refusal, key))) return;
      await countRefusal(refusal);
    },

    /**
     * Turns the counts of every hour that is over into an entry. Both are one transaction, so no count is lost or
     * reported twice. A refusal that is counted while its hour is reported is reported by the next sweep.
     */
    async reportStrangers(at: string): Promise<void> {
      const past = all(begins('pk', refusedPrefix), less('pk', `${refusedPrefix}${hourOf(at)}`));
      for await (const { items } of store.scan('calls', { where: past })) {
        for (const item of items) await reportHour(countsItem.parse(item));
      }
    },
  };
}
export type CallState = ReturnType<typeof callState>;

/**
 * Adds one to a count, unless it has reached its limit.
 *
 * @param who an agency's id, or a person's
 */
export function countTowards(who: string, { name, limit, until }: Rate): Guard {
  // `absent` alone would let the first pass a limit of none.
  const when = limit > 0 ? any(absent('n'), less('n', limit)) : never;
  const update = rateKey(who, name);
  return {
    write: { table: 'calls', update, set: { ttl: until }, add: { n: 1 }, when },
    refusal: 'rate-exceeded',
  };
}

/** Takes one from a count again. Where the count is forgotten, what this leaves is forgotten as soon. */
export function countBack(who: string, { name, until }: Rate): Update {
  return { table: 'calls', update: rateKey(who, name), set: { ttl: until }, add: { n: -1 } };
}

const rateKey = (who: string, name: string) => ({ pk: `rate#${who}#${name}` });
