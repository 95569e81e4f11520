import type { Case } from '#core/cases/case.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { noticesOf, noticesSent } from '#core/cases/notice.ts';
import type { Policy } from '#core/cases/policy.ts';
import { isRevealLate } from '#core/cases/reveal.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { EntryBody } from '#core/log/entry.ts';
import type { Bus, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Prepared } from '#core/state/commit.ts';
import type { EmergencyState } from '#core/state/emergencies.ts';
import type { RegistryState } from '#core/state/registry.ts';

/**
 * What time does to a case: deadlines, obligations and notices fall due, the right to collect ends, what the log
 * withheld is revealed, and notices go out.
 * Doing it twice changes nothing.
 */
export interface TimePorts {
  cases: Pick<CaseState, 'change'>;
  emergencies: Pick<EmergencyState, 'get' | 'suspend'>;
  registry: Pick<RegistryState, 'getAgency'>;
  bus: Bus;
  /** The log's name, for those who check a notice against it. */
  logOrigin: string;
  watch: Watch;
  policy: Policy;
}

/** @returns what brings one case up to an instant, and gives the case as it is then */
export function timekeeper(ports: TimePorts): (current: Case, at: string) => Promise<Case> {
  const { cases, emergencies, registry, watch, policy } = ports;

  async function bringUpTo(current: Case, at: string): Promise<Case> {
    const latest = await fallDue(current, at);
    return noticesSent(latest, at) === undefined ? latest : ((await notify(latest, at)) ?? latest);
  }

  /** What falls due, act by act. */
  async function fallDue(current: Case, at: string): Promise<Case> {
    let latest = current;
    while (nextOfTime(latest, at, policy) !== undefined) {
      const done = await cases.change(current.id, (read) => nextOfTime(read, at, policy), alongside);
      // Somebody else was first, and there is nothing left to do.
      if (done?.entry === undefined) return done?.case ?? latest;
      count(done.entry, latest, at);
      latest = done.case;
    }
    return latest;
  }

  /** An emergency that is overdue takes its agency's others with it, until they are reopened. */
  async function alongside({ next, entry }: Outcome): Promise<Prepared[]> {
    if (entry.kind !== 'emergency.overdue') return [];
    const current = await emergencies.get(next.agency);
    return current.suspendedBy === undefined ? [emergencies.suspend(current, next.id)] : [];
  }

  function count(entry: EntryBody, before: Case, at: string): void {
    if (entry.kind === 'deadline.passed') watch.count('DeadlinesPassed', 1, entry.data.part);
    else if (entry.kind === 'case.expired' && entry.data.because === 'undecided')
      watch.count('CasesUndecided');
    else if (entry.kind === 'emergency.overdue') watch.count('EmergenciesOverdue');
    else if (entry.kind === 'notice.overdue') watch.count('NoticesOverdue');
    else if (entry.kind === 'case.revealed' && isRevealLate(before, at)) watch.count('RevealsLate');
  }

  /** Sends a case's notices, then records it: a crash between the two sends them again, under the same ids. */
  async function notify(current: Case, at: string): Promise<Case | undefined> {
    const agency = await registry.getAgency(current.agency);
    const { logOrigin } = ports;
    const agencyName = agency?.name ?? current.agency;
    const notices = noticesOf(current, { agencyName, logOrigin });
    try {
      await ports.bus.send(notices);
      watch.count('NoticesSent', notices.length);
    } catch (error) {
      // The next sweep tries again. Other cases' notices go out meanwhile.
      const name = error instanceof Error ? error.name : '';
      watch.error('notices could not be sent', { case: current.id, error: name });
      watch.count('NoticesFailed');
      return undefined;
    }
    const { answers } = current.disclosed ?? {};
    const changed = await cases.change(current.id, (latest) =>
      // What was collected meanwhile is in none of these notices: the next ones report it.
      latest.disclosed?.answers === answers ? noticesSent(latest, at, agencyName) : undefined,
    );
    return changed?.case;
  }

  return bringUpTo;
}
