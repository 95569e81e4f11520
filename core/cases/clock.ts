import { lapse } from './acts.ts';
import { endUndecided, shareOver } from './answer-time.ts';
import { type Case, type DeadlinePart, openStatuses, type Status } from './case.ts';
import { isAllTold, noteLateNotice } from './notice.ts';
import { isHeld } from './notification.ts';
import { missObligations, owedNow } from './obligations.ts';
import type { Policy } from './policy.ts';
import { reveal } from './reveal.ts';
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
    endUndecided(current, at) ??
    reveal(current, at) ??
    noteLateNotice(current, at, policy)
  );
}

/** Whether time may still do anything to a case, now or later: the others need not be looked at. */
export function isAwake(current: Case): boolean {
  return isUnfinished(current) || current.embargo !== undefined;
}

/** Whether anything of it is still to be done: all but revealing what the log withholds of it. */
export function isUnfinished(current: Case): boolean {
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
  // What the desk approved and a notified authority may still object to waits for nobody here.
  if (current.status === 'AwaitingDisclosure' && isHeld(current, minutesBefore(at, mintedWithinMinutes)))
    return undefined;
  const passed = shareOver(current, at);
  const part = parts.find(([, share]) => passed >= share)?.[0];
  if (part === undefined || shareOf(part) <= shareOf(current.deadline)) return undefined;
  return step(
    current,
    'note-deadline',
    { ...current, deadline: part },
    { kind: 'deadline.passed', data: { part } },
  );
}

/** Within so many minutes of the end of a hold, `authorise` has minted. */
const mintedWithinMinutes = 15;

function minutesBefore(at: string, minutes: number): string {
  return new Date(Date.parse(at) - minutes * 60_000).toISOString();
}

function shareOf(part: DeadlinePart | undefined): number {
  return parts.find(([name]) => name === part)?.[1] ?? 0;
}
