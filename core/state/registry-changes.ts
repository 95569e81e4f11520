import { commitment } from '#core/log/commitment.ts';
import { type EntryBody, noEntries } from '#core/log/entry.ts';
import type { Change, ChangeOutcome } from '#core/registry/change.ts';
import {
  type AgencyRecord,
  type DeskRecord,
  type KeyRecord,
  keyInLog,
  type Member,
} from '#core/registry/records.ts';
import { absent, all, any, equals, type Put, present } from '#core/store/store.ts';
import {
  asOfVersion,
  commit,
  type Guard,
  type Prepared,
  prepareAct,
  record,
  type StatePorts,
} from './commit.ts';
import { registryKeys, revoked } from './registry.ts';

/** What writes the registry: changes and what a complete one does, revocations, foundings. */

/** The party that something concerns. Agency and desk carry the version that they were decided on. */
export interface Party {
  agency?: AgencyRecord;
  desk?: DeskRecord;
}

/** What a complete change does to the registry. */
export interface Effects extends Party {
  key?: KeyRecord;
  /** What is committed alongside. */
  also?: Prepared;
}

/** Where a key's own entries are. */
export const keyStream = (key: Pick<KeyRecord, 'keyId' | 'salt'>) => `key/${keyInLog(key)}`;

export const foundingStream = 'registry/founding';

export function registryChanges({ store, clock }: StatePorts) {
  /** Keys that join, each enrolled once; and their holders. */
  function enrolment(keys: readonly KeyRecord[]): Prepared {
    const enrolled = keys.map((key) => {
      const { entries, head } = record(keyStream(key), noEntries, clock.now(), enrolledBody(key));
      return { key: { ...key, entries: head }, entries };
    });
    return {
      writes: [],
      entries: enrolled.flatMap(({ entries }) => entries),
      guards: [...enrolled.map(({ key }) => keyGuard(key)), ...keys.map(holderGuard)],
    };
  }

  return {
    /**
     * Commits a change's next state with its entry and, when it is complete, with what it does and the entry of the key
     * that it enrols.
     *
     * @throws StoreConflict if the change, the agency or the desk moved meanwhile
     * @throws RegistryError key-enrolled, holder-conflict
     */
    async commitChange({ next, entry }: ChangeOutcome, effects: Effects = {}): Promise<Change> {
      const act = prepareAct<Change>({
        table: 'registry',
        stream: `change/${next.id}`,
        at: clock.now(),
        next,
        entry,
        attributes: ({ id, status, proposedAt }) => ({
          ...registryKeys.change(id),
          listed: status,
          since: proposedAt,
        }),
      });
      const key = effects.key === undefined ? [] : [enrolment([effects.key])];
      const also = effects.also === undefined ? [] : [effects.also];
      await commit(store, act, ...key, ...also, partyChange(effects));
      return act.stored;
    },

    /**
     * Revokes a key: from this moment its signatures are refused (I8).
     *
     * @param by the pseudonym of who revokes it, or `provider`
     * @param party what the key belongs to, as it stands
     * @throws StoreConflict
     */
    async commitRevocation(
      key: KeyRecord,
      by: string,
      because: string,
      at: string,
      party: Party,
    ): Promise<void> {
      const { entries, head } = record(keyStream(key), key.entries, clock.now(), {
        kind: 'key.revoked',
        data: {
          role: key.role,
          ...(key.agency === undefined ? {} : { agency: key.agency }),
          key: keyInLog(key),
          by: commitment(key.salt, 'holder', by),
          because,
        },
      });
      const put: Put = {
        table: 'registry',
        put: {
          ...registryKeys.key(key.keyId),
          ...key,
          revokedAt: at,
          entries: head,
          listed: revoked,
          since: at,
        },
        when: all(present('pk'), absent('revokedAt')),
      };
      await commit(store, { writes: [put], entries }, partyChange(without(party, key)));
    },

    /**
     * The first reviewers, and the policy that they begin with, with the entry that names both.
     *
     * @throws StoreConflict, RegistryError key-enrolled, holder-conflict
     */
    async commitFounding(keys: readonly KeyRecord[], desk: DeskRecord, policyHash: string): Promise<void> {
      const { entries, head } = record(foundingStream, desk.foundings, clock.now(), {
        kind: 'registry.founded',
        data: { keys: keys.map(keyInLog), policyHash },
      });
      const { writes } = partyChange({ desk: { ...desk, foundings: head } });
      await commit(store, { writes, entries }, enrolment(keys));
    },
  };
}
export type RegistryChanges = ReturnType<typeof registryChanges>;

function enrolledBody(key: KeyRecord): EntryBody {
  return {
    kind: 'key.enrolled',
    data: {
      role: key.role,
      ...(key.agency === undefined ? {} : { agency: key.agency }),
      key: keyInLog(key),
      holder: commitment(key.salt, 'holder', key.holder),
      by: key.enrolledBy,
      activeFrom: key.activeFrom,
    },
  };
}

function keyGuard(key: KeyRecord): Guard {
  const put = { ...registryKeys.key(key.keyId), ...key };
  return { write: { table: 'registry', put, when: absent('pk') }, refusal: 'key-enrolled' };
}

/** A holder is on one side only: an officer is no reviewer, and no other agency's. */
function holderGuard({ holder, role, agency }: KeyRecord): Guard {
  const side = agency === undefined ? role : `${role} ${agency}`;
  const put = { ...registryKeys.holder(holder), side };
  const when = any(absent('pk'), equals('side', side));
  return { write: { table: 'registry', put, when }, refusal: 'holder-conflict' };
}

function partyChange({ agency, desk }: Party): Prepared {
  const put = (key: { pk: string }, stored: AgencyRecord | DeskRecord): Put => ({
    table: 'registry',
    put: { ...key, ...stored, version: stored.version + 1 },
    when: asOfVersion(stored.version),
  });
  return {
    entries: [],
    writes: [
      ...(agency === undefined ? [] : [put(registryKeys.agency(agency.id), agency)]),
      ...(desk === undefined ? [] : [put(registryKeys.desk, desk)]),
    ],
  };
}

function without({ agency, desk }: Party, key: KeyRecord): Party {
  const others = (members: readonly Member[]) => members.filter(({ keyId }) => keyId !== key.keyId);
  return {
    ...(agency === undefined ? {} : { agency: { ...agency, members: others(agency.members) } }),
    ...(desk === undefined ? {} : { desk: { ...desk, members: others(desk.members) } }),
  };
}
