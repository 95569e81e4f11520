import type { Case } from '#core/cases/case.ts';
import { isHeld } from '#core/cases/notification.ts';
import type { CaseState } from '#core/state/cases.ts';
import { caseMinter, type MintPorts } from './mint.ts';

/**
 * Approved cases that have no grants, by the clock: those that the log's head did not bring to be minted, and those that
 * could not be minted when it did. Each is proven from the log as ever (I3): the list says only where to look.
 */
export interface LeftPorts extends MintPorts {
  cases: MintPorts['cases'] & Pick<CaseState, 'byStatus'>;
}

/** Three runs of the clock: whoever waits longer for grants is waiting for somebody to look. */
export const mintedWithinMinutes = 15;

/** How far apart two runs begin. */
const runMs = 300_000;

/** @returns what mints each of them that can be, and raises the alarm for those that wait too long */
export function leftMinter(ports: LeftPorts): () => Promise<void> {
  const { cases, clock, watch } = ports;
  const mintAlone = caseMinter(ports);

  return async function mintLeft() {
    const left: Case[] = [];
    // What a notified authority may still object to is not minted, and nobody need look at it.
    for await (const listed of cases.byStatus('AwaitingDisclosure'))
      if (listed.grants === undefined && !isHeld(listed, clock.now())) left.push(listed);
    const nowMs = Date.parse(clock.now());
    // First, and of each run again: the alarm lasts as long as they wait, whatever becomes of this run.
    for (const { id, approvedAt, receivedAt, notified } of left) {
      const since = laterOf(approvedAt ?? receivedAt, waitedUntil(notified));
      if (nowMs - Date.parse(since) < mintedWithinMinutes * 60_000) continue;
      watch.error('approved and not minted', { case: id, since });
      watch.count('ApprovalsNotMinted');
    }
    if (left.length === 0) return;
    const log = await ports.readLog();
    if (log === undefined) return;
    // Another one first in each run: one case that takes all the time that a run has does not keep the others waiting.
    const first = Math.floor(nowMs / runMs) % left.length;
    for (const { id } of [...left.slice(first), ...left.slice(0, first)]) await mintAlone(id, log);
  };
}

/** When a case stopped waiting for a notified authority, if it did. */
function waitedUntil(notified: Case['notified']): string | undefined {
  return notified?.waits === true ? (notified.answer?.at ?? notified.until) : undefined;
}

function laterOf(a: string, b = a): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
