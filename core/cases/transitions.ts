import type { EntryBody } from '#core/log/entry.ts';
import { type Aside, type Case, openStatuses, type Status, statuses } from './case.ts';
import { CaseError } from './errors.ts';

/**
 * The state machine of a case, whole: each act, the statuses in which it may be done, and those it may lead to. The
 * acts themselves are functions from a case to the case as it becomes, each in the file of this folder that is named for
 * what it is about. They go through `step`, so none can do what is not written here. docs/cases.md shows this table.
 */
const waiting: readonly Status[] = ['AwaitingApproval'];
const pending: readonly Status[] = [...waiting, ...openStatuses];
const minting: readonly Status[] = ['AwaitingDisclosure'];
/** An emergency that ended in one of these may still owe what it was opened for. */
const owing: readonly Status[] = ['Suspended', 'Rejected', 'Cancelled', 'Expired'];

const ended: readonly Status[] = ['DisclosureNotAvailable', 'Rejected', 'Cancelled', 'Expired', 'Invalid'];

interface Transition {
  from: readonly Status[];
  /** `same`: it changes what the case holds, and no status. */
  to: readonly Status[] | 'same';
}

export const acts = [
  'approve',
  'reject',
  'void-decisions',
  'suspend',
  'withdraw',
  'cancel',
  'mint',
  'find-nothing',
  'find-too-much',
  'intend',
  'answer',
  'fail',
  'validate',
  'miss-obligations',
  'lapse',
  'end-undecided',
  'note-deadline',
  'consent',
  'object',
  'retire-grants',
  'renew-delay',
  'notify-person',
  'note-late-notice',
  'address-notice',
  'tell-person',
  'reveal',
  'view',
  'issue-file',
  'claim',
  'unclaim',
  'add-note',
  'ask-information',
  'give-information',
  'receive-order',
  'write-letter',
  'hold',
  'release',
  'forget',
] as const;
export type Act = (typeof acts)[number];

export const transitions: Record<Act, Transition> = {
  // Of an emergency that is open, the signature that it owes.
  approve: { from: pending, to: pending },
  reject: { from: pending, to: ['Rejected'] },
  'void-decisions': { from: waiting, to: 'same' },
  suspend: { from: openStatuses, to: ['Suspended'] },
  withdraw: { from: pending, to: ['Cancelled'] },
  cancel: { from: [...pending, 'Suspended'], to: ['Cancelled'] },
  mint: { from: minting, to: 'same' },
  'find-nothing': { from: minting, to: ['DisclosureNotAvailable'] },
  'find-too-much': { from: minting, to: ['Invalid'] },
  intend: { from: openStatuses, to: 'same' },
  answer: { from: openStatuses, to: ['Disclosed'] },
  fail: { from: openStatuses, to: 'same' },
  validate: { from: [...pending, ...owing], to: 'same' },
  'miss-obligations': { from: [...openStatuses, ...owing], to: owing },
  lapse: { from: [...openStatuses, 'Suspended'], to: ['Expired'] },
  'end-undecided': { from: waiting, to: ['Expired'] },
  'note-deadline': { from: [...waiting, ...minting], to: 'same' },
  // By the enforcing authority that was notified: before the case is decided, while it is held, and once it is open.
  consent: { from: pending, to: 'same' },
  object: { from: pending, to: [...pending, 'Rejected', 'Suspended'] },
  'retire-grants': { from: statuses, to: 'same' },
  'renew-delay': { from: statuses, to: 'same' },
  'notify-person': { from: statuses, to: 'same' },
  'note-late-notice': { from: statuses, to: 'same' },
  'address-notice': { from: statuses, to: 'same' },
  // By the authority, where it tells.
  'tell-person': { from: statuses, to: 'same' },
  // Whatever became of the case.
  reveal: { from: statuses, to: 'same' },
  view: { from: statuses, to: 'same' },
  'issue-file': { from: statuses, to: 'same' },
  claim: { from: pending, to: 'same' },
  unclaim: { from: pending, to: 'same' },
  'add-note': { from: statuses, to: 'same' },
  // Before the decision, and in an open emergency until all have signed.
  'ask-information': { from: pending, to: 'same' },
  'give-information': { from: pending, to: 'same' },
  'receive-order': { from: pending, to: 'same' },
  'write-letter': { from: statuses, to: 'same' },
  hold: { from: statuses, to: 'same' },
  release: { from: statuses, to: 'same' },
  // What is kept of it goes with this act.
  forget: { from: ended, to: 'same' },
};

/** Whether an act may be done in the status that the case has. */
export function may(current: Pick<Case, 'status'>, act: Act): boolean {
  return transitions[act].from.includes(current.status);
}

/** @throws CaseError case-not-approved before the decision, case-closed after it */
export function checkMay(current: Pick<Case, 'status'>, act: Act): void {
  if (may(current, act)) return;
  throw new CaseError(current.status === 'AwaitingApproval' ? 'case-not-approved' : 'case-closed');
}

/** A case as an act leaves it, with the entry that records it. The entry's place in the case's stream is given at commit. */
export interface Outcome {
  next: Case;
  entry: EntryBody;
  /** What reviewers signed that is kept beside the case from now on. */
  asides?: readonly Aside[];
}

/**
 * Does an act: the one way from a case to the next.
 *
 * @throws CaseError case-not-approved, case-closed
 */
export function step(
  current: Case,
  act: Act,
  next: Case,
  entry: EntryBody,
  asides: readonly Aside[] = [],
): Outcome {
  checkMay(current, act);
  const { to } = transitions[act];
  const leads = to === 'same' ? next.status === current.status : to.includes(next.status);
  if (!leads) throw new Error(`${act} does not lead from ${current.status} to ${next.status}`);
  return { next, entry, ...(asides.length === 0 ? {} : { asides }) };
}
