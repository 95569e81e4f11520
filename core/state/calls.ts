import { z } from 'zod';
import { toBase64url } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import type { Rate } from '#core/registry/terms.ts';
import { absent, all, any, begins, equals, less, never, StoreConflict } from '#core/store/store.ts';
import { commit, decideUntilFirst, type Guard, recordAlone, type StatePorts } from './commit.ts';
import { entryState, isThere } from './entries.ts';

/** The calls table: nonces that were accepted, how often an agency asked, and refusals that are counted. */

/** A nonce is kept an hour past its signature's expiry, so that no clock that is off lets it in twice. */
const nonceMarginSeconds = 3600;

const refusedPrefix = 'refused#';
const hourOf = (at: string) => at.slice(0, 'YYYY-MM-DDThh'.length);
/** Codes hold no underscore, so this is none of them. */
const totalOf = '_total';
const countsItem = z.object({ pk: z.string(), [totalOf]: z.int() }).catchall(z.int());

export interface Refusal {
  code: string;
  at: string;
  key: KeyRecord | undefined;
  /** The accepted signature's nonce, if the signature was verified. */
  proven: string | undefined;
}

export function callState(ports: StatePorts) {
  const { store, clock, chance } = ports;
  const { putSingle } = entryState(ports);

  /** Counts a refusal that may be a stranger's. `reportStrangers` turns the counts of each past hour into an entry. */
  async function countRefusal(code: string, at: string): Promise<void> {
    await store.write({
      table: 'calls',
      update: { pk: `${refusedPrefix}${hourOf(at)}` },
      add: { [code]: 1, [totalOf]: 1 },
    });
  }

  async function reportHour(item: z.infer<typeof countsItem>): Promise<void> {
    const { pk, [totalOf]: total, ...counts } = item;
    const hour = pk.slice(refusedPrefix.length);
    const body = { kind: 'strangers.refused' as const, data: { hour, counts } };
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
     * A known key's refusal is an entry. One whose signature was proven has an entry a message, however often the
     * message is sent again. One that merely names an enrolled key has an entry an hour and code, since anybody can
     * name a key. Everything beyond is counted, and so are strangers: nobody can fill an immutable bucket from
     * outside (I8).
     */
    async traceRefusal({ code, at, key, proven }: Refusal): Promise<void> {
      if (key !== undefined) {
        const which = proven ?? `hour ${hourOf(at)}`;
        const id = toBase64url(sha256(`${key.keyId}\0${code}\0${which}`));
        const agency = key.agency === undefined ? {} : { agency: key.agency };
        const written = await putSingle(`refusal/${id}`, {
          kind: 'request.refused',
          data: { role: key.role, ...agency, code, proven: proven !== undefined },
        });
        if (written) return;
      }
      await countRefusal(code, at);
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

/** Adds one to a count, unless it has reached its limit. */
export function countTowards(agency: string, { name, limit, until }: Rate): Guard {
  // `absent` alone would let the first pass a limit of none.
  const when = limit > 0 ? any(absent('n'), less('n', limit)) : never;
  const update = { pk: `rate#${agency}#${name}` };
  return {
    write: { table: 'calls', update, set: { ttl: until }, add: { n: 1 }, when },
    refusal: 'rate-exceeded',
  };
}
