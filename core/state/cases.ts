import { z } from 'zod';
import { type Case, caseSchema, type Status } from '#core/cases/case.ts';
import { isAwake } from '#core/cases/clock.ts';
import { withGrantsAt } from '#core/cases/grants.ts';
import { forgetAt, withEnd } from '#core/cases/retention.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { Entry } from '#core/log/entry.ts';
import { absent, any, equals, type Item, type Query } from '#core/store/store.ts';
import { type AgencyPage, type AgencyPageQuery, agencyPage } from './agency-lists.ts';
import { asideKeysOf, asideOf, asideWrite } from './asides.ts';
import {
  asOfVersion,
  commit,
  decideUntilFirst,
  type Guard,
  type Prepared,
  prepareAct,
  record,
  type StatePorts,
} from './commit.ts';
import { documentState, leftWrites } from './documents.ts';
import { tokenKeysOf } from './grant-tokens.ts';
import { letterKeysOf, letterState } from './letters.ts';
import { messageKeysOf, messageState } from './messages.ts';
import { noticeFileState, noticeTagsOf } from './notice-files.ts';
import { notificationKeysOf, notificationState } from './notifications.ts';

/** Cases: an item each, and one that takes the agency's reference, by its MAC, which nobody can take twice. */
const caseKey = (id: string) => ({ pk: `case#${id}` });
/** @param tag the reference's MAC */
export const referenceKey = (agency: string, tag: string) => ({ pk: `reference#${agency}#${tag}` });
const awake = 'yes';

/** DynamoDB's own deletion comes so many days after `forget` should have come, which leaves an entry. */
const lateDays = 30;

type Ended = 'case' | 'preservation';

/**
 * What lists an ended case or preservation by when it is to be forgotten. `ttl` has DynamoDB delete it, should `forget`
 * never come.
 */
export function endedAttributes(ended: Ended, forgottenFrom: string | undefined): Item {
  if (forgottenFrom === undefined) return {};
  const ttl = Math.floor(Date.parse(forgottenFrom) / 1000) + lateDays * 86_400;
  return { ended, forgetAt: forgottenFrom, ttl };
}

/** What an item has beside what it keeps: its key, what lists it, and when it goes. */
const listing = ['pk', 'awake', 'ended', 'forgetAt', 'ttl'];
export const withoutListing = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !listing.includes(name)));

/** The ended cases or preservations that are to be forgotten by an instant. */
export const endedBy = (ended: Ended, at: string): Query => ({ ...listedBy('ended', ended), to: at });

/** One case that is not proven to be Writ's own makes no list unusable, and holds up no other case. */
const listedBy = (index: string, of: string): Query => ({ index, of, unproven: 'pass-over' });

/** The place of a line in a list that is ordered by an instant. */
export interface ListPlace {
  at: string;
  id: string;
}

export function caseState(ports: StatePorts) {
  const { store, clock } = ports;

  async function get(id: string): Promise<Case | undefined> {
    const item = await store.get('cases', caseKey(id));
    return item === undefined ? undefined : parse(item);
  }

  /** Prepares an act on a case. A new one (version 0) also takes its agency's reference. */
  function prepare({ next, entry, asides = [] }: Outcome) {
    const at = clock.now();
    const prepared = prepareAct<Case>({
      table: 'cases',
      stream: `case/${next.id}`,
      at,
      next: withEnd(withGrantsAt(next, at), at),
      entry,
      attributes: (stored) => ({
        ...caseKey(stored.id),
        ...(isAwake(stored) ? { awake } : {}),
        ...endedAttributes('case', forgetAt(stored)),
      }),
      // An intent waits for its own entry, so it carries the hash of that entry.
      finish: (stored, { n }) =>
        stored.pending?.entry === n
          ? { ...stored, pending: { ...stored.pending, hash: stored.entries.hash } }
          : stored,
    });
    const beside = asides.map((aside) => asideWrite(next.id, aside));
    const act = { ...prepared, writes: [...prepared.writes, ...beside] };
    if (next.version > 0) return act;
    const reference = { ...referenceKey(next.agency, next.reference.tag), case: next.id };
    return {
      ...act,
      writes: [...act.writes, { table: 'cases', put: reference, when: absent('pk') } as const],
    };
  }

  /**
   * Commits an act on a case, with what is to happen alongside.
   *
   * @param also.guards what a new case counts towards: many at once pass no limit
   * @throws StoreConflict, RegistryError the refusal of a guard
   */
  async function commitOne(
    outcome: Outcome,
    also: { changes?: readonly Prepared[]; guards?: readonly Guard[] } = {},
  ): Promise<{ case: Case; entry: Entry }> {
    const act = prepare(outcome);
    await commit(store, { ...act, guards: also.guards }, ...(also.changes ?? []));
    return { case: act.stored, entry: act.entry };
  }

  return {
    get,

    /** What lies beside a case, by the number of its entry. */
    aside: (id: string, entry: number) => asideOf(store, id, entry),

    /** What people wrote about cases. */
    messages: messageState(ports),
    letters: letterState(ports),

    /** Orders as they were uploaded. */
    documents: documentState(ports),
    /** Enforcing authorities that were notified of cases. */
    notifications: notificationState(ports),

    /** The case that an agency's reference stands for. @param tag the reference's MAC */
    async ofReference(agency: string, tag: string): Promise<Case | undefined> {
      const item = await store.get('cases', referenceKey(agency, tag));
      return item === undefined ? undefined : get(z.string().parse(item.case));
    },

    /** Cases of one status, those due first. */
    byStatus: (status: Status) => parsed(store.query('cases', listedBy('byStatus', status))),

    /**
     * A page of the cases of one status, those due first. A case that changes meanwhile may be missing from the rest.
     *
     * @param from the place that an earlier page ended at
     */
    async page(
      status: Status,
      { limit, from }: { limit: number; from?: ListPlace | undefined },
    ): Promise<{ cases: Case[]; next?: ListPlace }> {
      const after = from && { ...caseKey(from.id), status, dueAt: from.at };
      const { items, next } = await store.page('cases', listedBy('byStatus', status), { limit, from: after });
      const cases = items.map(parse);
      const last = next === undefined ? undefined : cases.at(-1);
      return { cases, ...(last === undefined ? {} : { next: { at: last.dueAt, id: last.id } }) };
    },

    /** A page of an agency's own cases, the newest first. */
    async ofAgency(agency: string, query: AgencyPageQuery<Status>): Promise<AgencyPage<Case>> {
      const page = await agencyPage(store, 'case', agency, query);
      return { ...page, listed: page.listed.map(parse) };
    },

    /** Cases to which time may still do something. */
    awake: () => parsed(store.query('cases', listedBy('awake', awake))),

    /** Cases that are to be forgotten by an instant. */
    toForget: (at: string) => parsed(store.query('cases', endedBy('case', at))),

    /**
     * Deletes a case, what people wrote about it, its notification, what codes in letters open, and what takes its reference,
     * with the entry that says so; the parts of an order go after it (documents.ts). Its id is not given again, and its stream
     * in the log goes on from no other case.
     *
     * @throws StoreConflict if it was changed or forgotten meanwhile
     */
    async forget({ next, entry }: Outcome): Promise<void> {
      const at = clock.now();
      const { entries } = record(`case/${next.id}`, next.entries, at, entry);
      // Before the case, which alone says where they are. There may be more of them than fit into one transaction.
      await noticeFileState({ store }).remove(noticeTagsOf(next));
      const isOwn = any(absent('pk'), equals('case', next.id));
      await commit(store, {
        entries,
        writes: [
          { table: 'cases', delete: caseKey(next.id), when: asOfVersion(next.version) },
          { table: 'cases', delete: referenceKey(next.agency, next.reference.tag), when: isOwn },
          ...leftWrites(next, at),
          ...[
            ...tokenKeysOf(next.id),
            ...asideKeysOf(next),
            ...messageKeysOf(next),
            ...notificationKeysOf(next),
            ...letterKeysOf(next),
          ].map((key) => ({ table: 'cases', delete: key }) as const),
        ],
      });
    },

    /** Prepares an act on a case, to be committed with something else. @returns undefined if there is no such case */
    async prepareOn(id: string, act: (current: Case) => Outcome): Promise<Prepared | undefined> {
      const current = await get(id);
      return current === undefined ? undefined : prepare(act(current));
    },

    commit: commitOne,

    /**
     * Reads a case, decides and commits, until nobody else is first.
     *
     * @param act throws the refusal, or returns undefined to leave the case as it is
     * @param alongside what else is committed with it, as of that moment
     * @returns undefined if there is no such case
     */
    change(
      id: string,
      act: (current: Case) => Outcome | undefined | Promise<Outcome | undefined>,
      alongside?: (outcome: Outcome) => Promise<readonly Prepared[]>,
    ): Promise<{ case: Case; entry?: Entry } | undefined> {
      return decideUntilFirst(ports, async () => {
        const current = await get(id);
        if (current === undefined) return undefined;
        const outcome = await act(current);
        if (outcome === undefined) return { case: current };
        return commitOne(outcome, { changes: (await alongside?.(outcome)) ?? [] });
      });
    },
  };
}
export type CaseState = ReturnType<typeof caseState>;

function parse(item: Item): Case {
  return caseSchema.parse(withoutListing(item));
}

async function* parsed(items: AsyncIterable<Item>): AsyncGenerator<Case> {
  for await (const item of items) yield parse(item);
}
