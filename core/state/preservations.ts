import { z } from 'zod';
import {
  isOrdered,
  keptStatuses,
  type OrderedPreservation,
  type Preservation,
  type PreservationOutcome,
  storedPreservation,
} from '#core/cases/preservation.ts';
import { forgetPreservationAt } from '#core/cases/retention.ts';
import { absent, any, equals, type Item, type Write } from '#core/store/store.ts';
import { type AgencyPage, type AgencyPageQuery, agencyPage } from './agency-lists.ts';
import { endedAttributes, endedBy, withoutListing } from './cases.ts';
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
import { keepingState } from './keepings.ts';

/** Preservations lie beside the cases, as cases do: an item each, and one that takes the agency's reference. */
const preservationKey = (id: string) => ({ pk: `preservation#${id}` });
/** @param tag the reference's MAC */
export const referenceKey = (agency: string, tag: string) => ({
  pk: `preservation-reference#${agency}#${tag}`,
});

export function preservationState(ports: StatePorts) {
  const { store, clock } = ports;
  const keepings = keepingState(ports);

  async function get(id: string): Promise<Preservation | undefined> {
    const item = await store.get('cases', preservationKey(id));
    return item === undefined ? undefined : parse(item);
  }

  /**
   * Prepares an act on a preservation. A new one (version 0) that an agency ordered also takes its reference.
   */
  function prepare<P extends Preservation>({ next, entry }: PreservationOutcome<P>) {
    const act = prepareAct<P>({
      table: 'cases',
      stream: `preservation/${next.id}`,
      at: clock.now(),
      next,
      entry,
      attributes: (stored) => ({
        ...preservationKey(stored.id),
        ...endedAttributes('preservation', forgetPreservationAt(stored)),
      }),
    });
    if (next.version > 0 || !isOrdered(next)) return act;
    const reference = { ...referenceKey(next.agency, next.reference.tag), preservation: next.id };
    return {
      ...act,
      writes: [...act.writes, { table: 'cases', put: reference, when: absent('pk') } as const],
    };
  }

  /** Commits an act on a preservation. @throws StoreConflict, RegistryError the refusal of a guard */
  async function commitOne<P extends Preservation>(
    outcome: PreservationOutcome<P>,
    guards: readonly Guard[] = [],
  ): Promise<P> {
    const act = prepare(outcome);
    const keeping = await keepingWrites(outcome);
    await commit(store, { ...act, writes: [...act.writes, ...keeping], guards });
    return act.stored;
  }

  /** A new one is noted with the people whose data it keeps, in the transaction that takes it on. */
  async function keepingWrites({ next }: PreservationOutcome): Promise<Write[]> {
    if (next.version > 0) return [];
    const people = next.subjects.flat().map(({ subject }) => subject);
    return keepings.addsForAll(people, { id: next.id, until: next.dueAt });
  }

  return {
    get,
    prepare,
    commit: commitOne,

    /** Prepares what a request preserves by itself, to be committed with its case. */
    async prepareNew(outcome: PreservationOutcome): Promise<Prepared> {
      const act = prepare(outcome);
      return { ...act, writes: [...act.writes, ...(await keepingWrites(outcome))] };
    },

    /** The preservation that an agency's reference stands for. @param tag the reference's MAC */
    async ofReference(agency: string, tag: string): Promise<OrderedPreservation | undefined> {
      const item = await store.get('cases', referenceKey(agency, tag));
      const found = item === undefined ? undefined : await get(z.string().parse(item.preservation));
      return found !== undefined && isOrdered(found) ? found : undefined;
    },

    /** A page of an agency's own preservations, the newest first. */
    async ofAgency(
      agency: string,
      query: AgencyPageQuery<Preservation['status']>,
    ): Promise<AgencyPage<OrderedPreservation>> {
      const page = await agencyPage(store, 'preservation', agency, query);
      return { ...page, listed: page.listed.map(parse).filter(isOrdered) };
    },

    /** Preservations that are to be forgotten by an instant. */
    async *toForget(at: string): AsyncGenerator<Preservation> {
      for await (const item of store.query('cases', endedBy('preservation', at))) yield parse(item);
    },

    /** Deletes a preservation and what takes its reference, with the entry that says so. @throws StoreConflict */
    async forget({ next, entry }: PreservationOutcome): Promise<void> {
      const { entries } = record(`preservation/${next.id}`, next.entries, clock.now(), entry);
      const isOwn = any(absent('pk'), equals('preservation', next.id));
      const reference: Write[] = isOrdered(next)
        ? [{ table: 'cases', delete: referenceKey(next.agency, next.reference.tag), when: isOwn }]
        : [];
      await commit(store, {
        entries,
        writes: [
          { table: 'cases', delete: preservationKey(next.id), when: asOfVersion(next.version) },
          ...reference,
        ],
      });
    },

    /** Preservations that keep something and end by an instant. */
    async *until(at: string): AsyncGenerator<Preservation> {
      for (const status of keptStatuses) {
        // One that is not proven to be Writ's own holds up no other.
        const query = { index: 'byStatus', of: status, to: at, unproven: 'pass-over' } as const;
        for await (const item of store.query('cases', query)) yield parse(item);
      }
    },

    /**
     * Reads a preservation, decides and commits, until nobody else is first.
     *
     * @param act throws the refusal, or returns undefined to leave the preservation as it is
     * @returns undefined if there is no such preservation; `changed` says whether this call changed it
     */
    change(
      id: string,
      act: (current: Preservation) => PreservationOutcome | undefined,
    ): Promise<{ preservation: Preservation; changed: boolean } | undefined> {
      return decideUntilFirst(ports, async () => {
        const current = await get(id);
        if (current === undefined) return undefined;
        const outcome = act(current);
        if (outcome === undefined) return { preservation: current, changed: false };
        return { preservation: await commitOne(outcome), changed: true };
      });
    },
  };
}
export type PreservationState = ReturnType<typeof preservationState>;

function parse(item: Item): Preservation {
  return storedPreservation.parse(withoutListing(item));
}
