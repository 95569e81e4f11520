import { z } from 'zod';
import { type Change, changeSchema } from '#core/registry/change.ts';
import type { KeyStatus } from '#core/registry/key-view.ts';
import { type ChangeStatus, lapsedBefore } from '#core/registry/lapsing.ts';
import {
  type AgencyRecord,
  agencyRecord,
  type DeskRecord,
  deskRecord,
  isActive,
  type KeyRecord,
  keyRecord,
  roles,
} from '#core/registry/records.ts';
import type { Item, Query } from '#core/store/store.ts';
import type { ListPlace } from './cases.ts';
import type { StatePorts } from './commit.ts';

/**
 * The registry's table: keys, agencies, the desk, whose key a person holds, and the changes that made them. This reads
 * it; registry-changes.ts writes it.
 */
export const registryKeys = {
  key: (keyId: string) => ({ pk: `key#${keyId}` }),
  agency: (id: string) => ({ pk: `agency#${id}` }),
  holder: (holder: string) => ({ pk: `holder#${holder}` }),
  change: (id: string) => ({ pk: `change#${id}` }),
  desk: { pk: 'desk' },
} as const;

/** By what the index lists keys. Changes are listed by their status. */
export const enrolled = 'enrolled';
export const revoked = 'revoked';

/** Which side a person is on, as the item of the person says it: `reviewer`, or `agency` and its id. */
export const sideText = ({ role, agency }: Side) => (agency === undefined ? role : `${role} ${agency}`);
export type Side = Pick<KeyRecord, 'role' | 'agency'>;
const sideItem = z.looseObject({ side: z.string() });

export function registryState({ store }: Pick<StatePorts, 'store'>) {
  async function read(key: { pk: string }): Promise<Item | undefined> {
    const item = await store.get('registry', key);
    return item === undefined ? undefined : recordOf(item);
  }

  async function getKey(keyId: string): Promise<KeyRecord | undefined> {
    const item = await read(registryKeys.key(keyId));
    return item === undefined ? undefined : keyRecord.parse(item);
  }

  async function getDesk(): Promise<DeskRecord | undefined> {
    const item = await read(registryKeys.desk);
    return item === undefined ? undefined : deskRecord.parse(item);
  }

  return {
    getKey,
    getDesk,

    async getAgency(id: string): Promise<AgencyRecord | undefined> {
      const item = await read(registryKeys.agency(id));
      return item === undefined ? undefined : agencyRecord.parse(item);
    },

    async getChange(id: string): Promise<Change | undefined> {
      const item = await read(registryKeys.change(id));
      return item === undefined ? undefined : changeSchema.parse(item);
    },

    /** Which side a person is on, who holds a key or did; undefined for whom nobody ever enrolled. */
    async getSide(holder: string): Promise<Side | undefined> {
      const item = await read(registryKeys.holder(holder));
      if (item === undefined) return undefined;
      const [first, agency] = sideItem.parse(item).side.split(' ');
      const role = z.enum(roles).parse(first);
      return agency === undefined ? { role } : { role, agency };
    },

    /** Which keys that decided a change may still act. */
    async standingDeciders(change: Change, at: string): Promise<(keyId: string) => boolean> {
      const deciders = await Promise.all(change.decisions.map(({ keyId }) => getKey(keyId)));
      const standing = new Set(deciders.flatMap((key) => (key && isActive(key, at) ? [key.keyId] : [])));
      return (keyId) => standing.has(keyId);
    },

    /**
     * A page of the changes of one status, the oldest first. Those that have lapsed fill no page of those that are pending.
     *
     * @param at what time it is
     * @param from the place that an earlier page ended at
     */
    async pageOfChanges(
      status: ChangeStatus,
      { at, limit, from }: { at: string; limit: number; from?: ListPlace | undefined },
    ): Promise<{ changes: Change[]; next?: ListPlace }> {
      const query = changesAt(status, at);
      // Time moves the list's ends, and DynamoDB takes no place beyond them.
      if (from !== undefined && query.to !== undefined && from.at > query.to) return { changes: [] };
      if (from !== undefined && query.from !== undefined && from.at < query.from) from = undefined;
      const after = from && { ...registryKeys.change(from.id), listed: query.of, since: from.at };
      const { items, next } = await store.page('registry', query, { limit, from: after });
      const changes = items.map((item) => changeSchema.parse(recordOf(item)));
      const last = next === undefined ? undefined : changes.at(-1);
      return { changes, ...(last === undefined ? {} : { next: { at: last.proposedAt, id: last.id } }) };
    },

    /**
     * A page of the keys that are enrolled, in the order of their enrolment, or of those that were revoked, in that of
     * their revocation.
     *
     * @param from the place that an earlier page ended at
     */
    async pageOfKeys(
      status: KeyStatus,
      { limit, from }: { limit: number; from?: ListPlace | undefined },
    ): Promise<{ keys: KeyRecord[]; next?: ListPlace }> {
      const query = listedAs(status === 'Revoked' ? revoked : enrolled);
      const after = from && { ...registryKeys.key(from.id), listed: query.of, since: from.at };
      const { items, next } = await store.page('registry', query, { limit, from: after });
      const keys = items.map((item) => keyRecord.parse(recordOf(item)));
      const last = next === undefined ? undefined : keys.at(-1);
      const place = last && {
        at: last.revokedAt ?? last.enrolledAt,
        id: last.keyId,
      };
      return { keys, ...(place === undefined ? {} : { next: place }) };
    },

    /** Every key that was revoked, in the order in which it happened. */
    async *revokedKeys(): AsyncGenerator<KeyRecord> {
      for await (const item of store.query('registry', listedAs(revoked)))
        yield keyRecord.parse(recordOf(item));
    },
  };
}
export type RegistryState = ReturnType<typeof registryState>;

/** A change that is not complete lapses by time: the index still lists it as pending, before those that are. */
function changesAt(status: ChangeStatus, at: string): Query {
  const lapsed = lapsedBefore(at);
  if (status === 'Lapsed') return { ...listedAs('Pending'), to: lapsed };
  if (status !== 'Pending') return listedAs(status);
  return { ...listedAs('Pending'), from: new Date(Date.parse(lapsed) + 1).toISOString() };
}

/** One item that is not proven to be Writ's own makes no list unusable. */
const listedAs = (value: string): Query => ({ index: 'listed', of: value, unproven: 'pass-over' });

function recordOf({ pk: _, listed: __, since: ___, ...record }: Item): Item {
  return record;
}
