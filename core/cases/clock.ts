import { lapse } from './acts.ts';
import { type Case, type DeadlinePart, openStatuses, type Status } from './case.ts';
import { missDebts, owedNow } from './debts.ts';
import { noteLateNotice } from './notice.ts';
import type { Policy } from './policy.ts';
import { may, type Outcome, step } from './transitions.ts';

/**
 * What time does to a case next, as of an instant; undefined when it has done all. Each is an act with its entry, done
 * once, whoever asks how often. Sending a notice is no act of time alone: `expire` sends, then says so (notice.ts).
 */
export function nextOfTime(it: Case, at: string, policy: Policy): Outcome | undefined {
  return missDebts(it, at) ?? lapse(it, at) ?? noteDeadline(it, at) ?? noteLateNotice(it, at, policy);
}

/** Whether time may still do anything to a case, now or later: the others need not be looked at. */
export function isAwake(it: Case): boolean {
  const hasGrants = (it.grants?.length ?? 0) > 0;
  const isUntold = (it.disclosed?.answers ?? 0) > it.notice.told;
  const mayBeMissed = it.debts?.missed.length === 0 && owedNow(it).length > 0;
  return awake.includes(it.status) || hasGrants || isUntold || mayBeMissed;
}

const awake: readonly Status[] = ['AwaitingApproval', ...openStatuses, 'Suspended'];

const parts: readonly (readonly [DeadlinePart, share: number])[] = [
  ['whole', 1],
  ['three-quarters', 0.75],
  ['half', 0.5],
];

/** A part of the time for the answer is over, and there is none yet: told once each, so that somebody is woken. */
function noteDeadline(it: Case, at: string): Outcome | undefined {
  // Once it can be collected, it is answered.
  if (!may(it, 'note-deadline') || it.grants !== undefined) return undefined;
  const [from, to] = [Date.parse(it.receivedAt), Date.parse(it.dueAt)];
  const passed = (Date.parse(at) - from) / (to - from);
  const part = parts.find(([, share]) => passed >= share)?.[0];
  if (part === undefined || shareOf(part) <= shareOf(it.deadline)) return undefined;
  return step(it, 'note-deadline', { ...it, deadline: part }, { kind: 'deadline.passed', data: { part } });
}

function shareOf(part: DeadlinePart | undefined): number {
  return parts.find(([name]) => name === part)?.[1] ?? 0;
}
