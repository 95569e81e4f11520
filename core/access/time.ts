import type { Case } from '#core/cases/case.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { told as noticesSent } from '#core/cases/notice.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { EntryBody } from '#core/log/entry.ts';
import type { Watch } from '#core/ports.ts';
import type { AgencyRecord } from '#core/registry/records.ts';
import type { Changed } from './ports.ts';

/**
 * What time does to a case: deadlines, obligations and notices fall due, the right to collect ends, and notices go out.
 * Doing it twice changes nothing.
 *
 * @typeParam Act an act as it is committed with others
 */
export interface TimePorts<Act> {
  /** As `Cases.change`, with acts that are committed in the same transaction. */
  change(
    id: string,
    act: (current: Case) => Outcome | undefined,
    alongside?: (outcome: Outcome) => Promise<Act[]>,
  ): Promise<Changed | undefined>;
  /** The act that suspends an agency's emergencies because of a case; none where they are suspended already. */
  suspension(agency: string, caseId: string): Promise<Act[]>;
  getAgency(id: string): Promise<AgencyRecord | undefined>;
  /** Puts a case's notices on the bus. The same notice has the same id, however often it is sent. @returns how many */
  sendNotices(current: Case, agencyName: string): Promise<number>;
  watch: Watch;
  policy: Policy;
}

/** @returns what brings one case up to an instant, and gives the case as it is then */
export function timekeeper<Act>(ports: TimePorts<Act>): (current: Case, at: string) => Promise<Case> {
  const { watch, policy } = ports;

  async function bringUpTo(current: Case, at: string): Promise<Case> {
    const latest = await fallDue(current, at);
    return noticesSent(latest, at) === undefined ? latest : ((await notify(latest, at)) ?? latest);
  }

  /** What falls due, act by act. */
  async function fallDue(current: Case, at: string): Promise<Case> {
    let latest = current;
    while (nextOfTime(latest, at, policy) !== undefined) {
      const done = await ports.change(current.id, (read) => nextOfTime(read, at, policy), alongside);
      // Somebody else was first, and there is nothing left to do.
      if (done?.entry === undefined) return done?.case ?? latest;
      latest = done.case;
      count(done.entry, latest);
    }
    return latest;
  }

  /** An emergency that is overdue takes its agency's others with it, until they are reopened. */
  async function alongside({ next, entry }: Outcome): Promise<Act[]> {
    return entry.kind === 'emergency.overdue' ? ports.suspension(next.agency, next.id) : [];
  }

  function count({ kind }: Pick<EntryBody, 'kind'>, { deadline }: Case): void {
    if (kind === 'deadline.passed') watch.count('DeadlinesPassed', 1, deadline);
    else if (kind === 'emergency.overdue') watch.count('EmergenciesOverdue');
    else if (kind === 'notice.overdue') watch.count('NoticesOverdue');
  }

  /** Sends a case's notices, then records it: a crash between the two sends them again, under the same ids. */
  async function notify(current: Case, at: string): Promise<Case | undefined> {
    const agency = await ports.getAgency(current.agency);
    try {
      watch.count('NoticesSent', await ports.sendNotices(current, agency?.name ?? current.agency));
    } catch (error) {
      // The next sweep tries again. Other cases' notices go out meanwhile.
      const name = error instanceof Error ? error.name : '';
      watch.error('notices could not be sent', { case: current.id, error: name });
      watch.count('NoticesFailed');
      return undefined;
    }
    const { answers } = current.disclosed ?? {};
    const changed = await ports.change(current.id, (latest) =>
      // What was collected meanwhile is in none of these notices: the next ones report it.
      latest.disclosed?.answers === answers ? noticesSent(latest, at) : undefined,
    );
    return changed?.case;
  }

  return bringUpTo;
}
