import { isHeld } from '#client/held.ts';
import { offered } from '#client/offered.ts';
import { byReceipt } from '#client/queue.ts';
import { type CaseLine, openStatuses, type Status } from '#core/cases/case.ts';

/** What of an agency's requests waits for the agency, and which of them a list shows in which order. */

/**
 * `answer`: the desk asked something. `validate`: an emergency owes its validated order. `collect`: it was approved and not
 * collected yet. `tell`: something was disclosed, and the authority tells the person. `delay`: the delay of the notice ends
 * soon.
 */
export const waits = ['answer', 'validate', 'collect', 'tell', 'delay'] as const;
export type Waits = (typeof waits)[number];

export interface Waiting {
  what: Waits;
  /** Until when, where it is said. */
  until?: string | undefined;
}

/** The end of a delay is said so long before: a renewal needs a decision. */
const delaySoonMs = 14 * 86_400_000;

/** Everything that a request waits for from its agency, what is due first first. */
export function waitingFor(line: CaseLine, now: number): Waiting[] {
  const can = offered(line, now);
  const isOwed = line.debts?.owed.includes('authorisation') === true && can.includes('validation');
  const isFresh = line.status === 'AwaitingDisclosure' && can.includes('collection') && !isHeld(line, now);
  const isEnding =
    line.delayUntil !== undefined &&
    can.includes('notice') &&
    Date.parse(line.delayUntil) - now < delaySoonMs;
  const all: Waiting[] = [
    ...(can.includes('information') ? [{ what: 'answer', until: line.information?.answerBy } as const] : []),
    ...(isOwed ? [{ what: 'validate', until: line.debts?.dueAt } as const] : []),
    ...(isFresh ? [{ what: 'collect', until: line.expiresAt } as const] : []),
    ...(can.includes('told') && line.collections > 0 ? [{ what: 'tell' } as const] : []),
    ...(isEnding ? [{ what: 'delay', until: line.delayUntil } as const] : []),
  ];
  return all.toSorted((a, b) => timeOf(a.until) - timeOf(b.until));
}

const timeOf = (at: string | undefined) => (at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at));

/** What is next to happen in time: what the agency owes, or the provider's answer, or the end of collecting. */
export function dueOf(line: CaseLine, now: number): { at: string; by: 'agency' | 'provider' } | undefined {
  const own = waitingFor(line, now).find(({ until }) => until !== undefined)?.until;
  if (own !== undefined) return { at: own, by: 'agency' };
  if (line.status === 'AwaitingApproval') return { at: line.dueAt, by: 'provider' };
  const isOpen = openStatuses.includes(line.status) && line.expiresAt !== undefined;
  return isOpen && line.expiresAt !== undefined ? { at: line.expiresAt, by: 'agency' } : undefined;
}

export const tabs = ['ours', 'open', 'closed', 'all'] as const;
export type Tab = (typeof tabs)[number];

const isOpen = ({ status }: Pick<CaseLine, 'status'>) =>
  status === 'AwaitingApproval' || openStatuses.includes(status);

export function inTab(line: CaseLine, tab: Tab, now: number): boolean {
  switch (tab) {
    case 'ours':
      return waitingFor(line, now).length > 0;
    case 'open':
      return isOpen(line);
    case 'closed':
      return !isOpen(line);
    case 'all':
      return true;
  }
}

export const sorts = ['due', 'received'] as const;
export type Sort = (typeof sorts)[number];

/** What is due first; what is due no more after it, the newest first. */
export function sorted<T extends CaseLine>(lines: readonly T[], sort: Sort, now: number): T[] {
  if (sort === 'received') return byReceipt(lines);
  const dated = lines.map((line) => ({ line, due: dueOf(line, now) }));
  const due = dated
    .filter(({ due }) => due !== undefined)
    .toSorted((a, b) => timeOf(a.due?.at) - timeOf(b.due?.at))
    .map(({ line }) => line);
  const rest = dated.filter(({ due }) => due === undefined).map(({ line }) => line);
  return [...due.filter(isEmergency), ...due.filter((line) => !isEmergency(line)), ...byReceipt(rest)];
}

const isEmergency = ({ priority }: CaseLine) => priority === 'Emergency';

/** Where a request stands, in a word: its status, or that the desk waits, or that an authority may still object. */
export type Stands = Status | 'asked-back' | 'held';

export function standsOf(line: Pick<CaseLine, 'status' | 'links' | 'notification'>, now: number): Stands {
  if (Object.hasOwn(line.links, 'information')) return 'asked-back';
  return line.status === 'AwaitingDisclosure' && isHeld(line, now) ? 'held' : line.status;
}
