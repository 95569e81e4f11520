import { lapse } from './acts.ts';
import { type Case, type DeadlinePart, openStatuses, type Status } from './case.ts';
import { isAllTold, noteLateNotice } from './notice.ts';
import { missObligations, owedNow } from './obligations.ts';
import type { Policy } from './policy.ts';
import { may, type Outcome, step } from './transitions.ts';

/**
 * What time does to a case next, as of an instant; undefined when it has done all. Each is an act with its entry, done
 * once, however often it is asked for. Sending a notice is no act of time alone: `expire` sends, then says so (notice.ts).
 */
export function nextOfTime(current: Case, at: string, policy: Policy): Outcome | undefined {
  return (
    missObligations(current, at) ??
    lapse(current, at) ??
    noteDeadline(current, at) ??
    noteLateNotice(current, at, policy)
  );
}

/** Whether time may still do anything to a case, now or later: the others need not be looked at. */
export function isAwake(current: Case): boolean {
  const hasGrants = (current.grants?.length ?? 0) > 0;
  const hasUnnotified = !isAllTold(current);
  const mayBeMissed = current.debts?.missed.length === 0 && owedNow(current).length > 0;
  return awake.includes(current.status) || hasGrants || hasUnnotified || mayBeMissed;
}

const awake: readonly Status[] = ['AwaitingApproval', ...openStatuses, 'Suspended'];

const parts: readonly (readonly [DeadlinePart, share: number])[] = [
  ['whole', 1],
  ['three-quarters', 0.75],
  ['half', 0.5],
];

/** A part of the time for the answer is over, and there is none yet: recorded once each, with an alarm. */
function noteDeadline(current: Case, at: string): Outcome | undefined {
  // Once it can be collected, it is answered.
  if (!may(current, 'note-deadline') || current.grants !== undefined) return undefined;
  const [from, to] = [Date.parse(current.receivedAt), Date.parse(current.dueAt)];
  const passed = (Date.parse(at) - from) / (to - from);
  const part = parts.find(([, share]) => passed >= share)?.[0];
  if (part === undefined || shareOf(part) <= shareOf(current.deadline)) return undefined;
  return step(
    current,
    'note-deadline',
    { ...current, deadline: part },
    { kind: 'deadline.passed', data: { part } },
  );
}

function shareOf(part: DeadlinePart | undefined): number {
  return parts.find(([name]) => name === part)?.[1] ?? 0;
}
