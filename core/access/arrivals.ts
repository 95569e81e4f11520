import type { Case } from '#core/cases/case.ts';
import type { Priority } from '#core/cases/request.ts';
import { inParts } from '#core/parts.ts';
import type { Bus, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';

/**
 * Telling the desk of each case as it arrives. The message goes to mail, chat and pagers, so it names nobody: neither the
 * case, nor its reference, nor who asks. `writ review list` shows these to whoever may see them.
 */
export interface Arrival {
  priority: Priority;
  receivedAt: string;
  /** When an answer is due. */
  dueAt: string;
  waiting: Waiting;
}

/** Cases that wait for a decision, those due first: how many, as far as they were counted. */
interface Waiting {
  cases: number;
  emergencies: number;
  /** Whether there are more, which were not counted. */
  more: boolean;
}

export interface ArrivalPorts {
  cases: Pick<CaseState, 'get' | 'page'>;
  arrivals: Bus;
  watch: Watch;
}

const mostCounted = 100;

/** @returns what tells of new cases. Told twice, they are told twice: at least once is what a stream gives. */
export function announcer({
  cases,
  arrivals,
  watch,
}: ArrivalPorts): (ids: readonly string[]) => Promise<void> {
  /** @param known that the index of the list may not have yet */
  async function waitingWith(known: readonly Case[]): Promise<Waiting> {
    const { cases: listed, next } = await cases.page('AwaitingApproval', { limit: mostCounted });
    return waitingAmong([...listed, ...known], next !== undefined);
  }

  /** @throws PartsFailed: those that failed are told when the stream brings them again */
  return async (ids) => {
    const parts = inParts(watch, 'arrivals');
    const read = await Promise.all(ids.map((id) => parts.attempt({ case: id }, () => cases.get(id))));
    const arrived = read
      .filter((current) => current !== undefined)
      .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
    if (arrived.length > 0) {
      // Whether or not the bus takes the message, the alarm hears of the case.
      for (const { priority } of arrived) watch.count('CasesArrived', 1, priority);
      const waiting = await parts.attempt({ part: 'counting' }, () => waitingWith(arrived));
      for (const { id, priority, receivedAt, dueAt } of arrived) {
        // A count that failed keeps no emergency back.
        const counted = waiting ?? waitingAmong(arrived, true);
        const arrival: Arrival = { priority, receivedAt, dueAt, waiting: counted };
        await parts.attempt({ case: id }, () => arrivals.send([arrival]));
      }
    }
    parts.finish();
  };
}

function waitingAmong(all: readonly Case[], more: boolean): Waiting {
  const waiting = [...new Map(all.map((current) => [current.id, current])).values()].filter(
    ({ status }) => status === 'AwaitingApproval',
  );
  const emergencies = waiting.filter(({ priority }) => priority === 'Emergency').length;
  return { cases: waiting.length, emergencies, more };
}
