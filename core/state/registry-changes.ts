import { commitment } from '#core/log/commitment.ts';
import { type EntryBody, noEntries } from '#core/log/entry.ts';
import type { Change, ChangeOutcome } from '#core/registry/change.ts';
import {
  type AgencyRecord,
  type DeskRecord,
  type KeyRecord,
  keyInLog,
  type Member,
  peopleOf,
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
import { enrolled, registryKeys, revoked, sideText } from './registry.ts';

/** What writes the registry: changes and what a complete one does, revocations, foundings. */

/** The party that something concerns. Agency and desk carry the version that they were decided on. */
export interface Party {
  agency?: AgencyRecord;
  desk?: DeskRecord;
}

/** What a complete change does to the registry. */
export interface Effects extends Party {
  key?: KeyRecord;
  /** An officer's own key to encrypt to. No table keeps it: it is in the change, and the log says which it is. */
  recipient?: { officer: string; thumbprint: string; activeFrom: string };
  /** What is committed alongside. */
  also?: Prepared;
}

/** Where a key's own entries are. */
export const keyStream = (key: Pick<KeyRecord, 'keyId' | 'salt'>) => `key/${keyInLog(key)}`;

export const foundingStream = 'registry/founding';
export const deskStream = 'registry/desk';
export const agencyStream = (id: string) => `agency/${id}`;

/** What changes a party's record, as the entry of that says it; and the keys to encrypt to that come with it. */
interface Cause {
  by: string;
  /** The agency's. */
  recipient?: { recipient: string; activeFrom: string } | undefined;
  /** An officer's own. */
  own?: { officer: string; recipient: string; activeFrom: string } | undefined;
}

export function registryChanges({ store, clock }: StatePorts) {
  /** A party's record as it becomes, with the entry that lets an older one be known. */
  function partyChange({ agency, desk }: Party, { by, recipient, own }: Cause): Prepared {
    const prepared: Prepared[] = [];
    if (agency !== undefined) {
      const data = { agency: agency.id, by, people: peopleOf(agency), ...recipient };
      const bodies: EntryBody[] = [{ kind: 'agency.changed', data }];
      if (own !== undefined)
        bodies.push({ kind: 'recipient.enrolled', data: { agency: agency.id, by, ...own } });
      prepared.push(recordChange(registryKeys.agency(agency.id), agency, agencyStream(agency.id), bodies));
    }
    if (desk !== undefined) {
      const entry = { kind: 'desk.changed', data: { by, people: peopleOf(desk) } } as const;
      prepared.push(recordChange(registryKeys.desk, desk, deskStream, [entry]));
    }
    return {
      writes: prepared.flatMap(({ writes }) => writes),
      entries: prepared.flatMap(({ entries }) => entries),
    };
  }

  function recordChange(
    key: { pk: string },
    stored: AgencyRecord | DeskRecord,
    stream: string,
    bodies: readonly EntryBody[],
  ): Prepared {
    const at = clock.now();
    let head = stored.entries;
    const entries: Prepared['entries'][number][] = [];
    for (const body of bodies) {
      const recorded = record(stream, head, at, body);
      entries.push(...recorded.entries);
      head = recorded.head;
    }
    const put = { ...key, ...stored, version: stored.version + 1, entries: head };
    return { entries, writes: [{ table: 'registry', put, when: asOfVersion(stored.version) }] };
  }

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
      const own = ownRecipient(next, effects);
      const cause = { by: `change/${next.id}`, recipient: recipientOf(next, effects), own };
      await commit(store, act, ...key, ...also, partyChange(effects, cause));
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
          because,
          entries: head,
          listed: revoked,
          since: at,
        },
        when: all(present('pk'), absent('revokedAt')),
      };
      await commit(
        store,
        { writes: [put], entries },
        partyChange(without(party, key), { by: keyStream(key) }),
      );
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
      const change = partyChange({ desk: { ...desk, foundings: head } }, { by: `founding/${head.n}` });
      await commit(store, { writes: [], entries }, change, enrolment(keys));
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
  const put = { ...registryKeys.key(key.keyId), ...key, listed: enrolled, since: key.enrolledAt };
  return { write: { table: 'registry', put, when: absent('pk') }, refusal: 'key-enrolled' };
}

/** A holder is on one side only: an officer is no reviewer, and no other agency's. */
function holderGuard({ holder, ...party }: KeyRecord): Guard {
  const side = sideText(party);
  const put = { ...registryKeys.holder(holder), side };
  const when = any(absent('pk'), equals('side', side));
  return { write: { table: 'registry', put, when }, refusal: 'holder-conflict' };
}

/** The key to encrypt to that a change gives its agency, as the log says it: nobody's key can be put in its place. */
function recipientOf({ id, salt }: Change, { agency }: Party): Cause['recipient'] {
  const enrolled = agency?.encryptionKeys.find(({ by }) => by === `change/${id}`);
  if (enrolled === undefined) return undefined;
  const { thumbprint, activeFrom } = enrolled;
  return { recipient: commitment(salt, 'recipient', thumbprint), activeFrom };
}

function ownRecipient({ salt }: Change, { recipient }: Effects): Cause['own'] {
  if (recipient === undefined) return undefined;
  const { officer, thumbprint, activeFrom } = recipient;
  return {
    officer: commitment(salt, 'holder', officer),
    recipient: commitment(salt, 'recipient', thumbprint),
    activeFrom,
  };
}

function without({ agency, desk }: Party, key: KeyRecord): Party {
  const others = (members: readonly Member[]) => members.filter(({ keyId }) => keyId !== key.keyId);
  return {
    ...(agency === undefined ? {} : { agency: { ...agency, members: others(agency.members) } }),
    ...(desk === undefined ? {} : { desk: { ...desk, members: others(desk.members) } }),
  };
}
