import { printable } from '#core/text.ts';
import type { Entry, EntryOf } from './entry.ts';
import type { EntryData, Kind } from './kinds.ts';

/**
 * What an entry says, in one sentence that needs no other page: for the feed and, in the reader's language, for the public
 * page. The table has every kind by type.
 */
export type Sentences = { readonly [K in Kind]: (data: EntryData<K>) => string };

/** @returns on one line, with nothing hidden in it */
export function sentenceOf(entry: Entry, language: Sentences = sentences): string {
  return printable(say(language, entry));
}

const say = <K extends Kind>(language: Sentences, { kind, data }: EntryOf<K>): string => language[kind](data);

/** A number with what it counts. */
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const day = (at: string) => at.slice(0, 10);
const minute = (at: string) => `${(at.length === 13 ? `${at}:00` : at).slice(0, 16).replace('T', ' ')} UTC`;
const from = (agency: string | undefined) => (agency === undefined ? '' : ` of ${agency}`);
const whose = ({ role, agency }: { role: string; agency?: string | undefined }) =>
  role === 'reviewer'
    ? 'a reviewer of the provider'
    : role === 'agency'
      ? `an officer${from(agency)}`
      : 'an operator';

const decided = { approve: 'approved', confirm: 'confirmed', reject: 'rejected' } as const;
const past = (decision: string): string =>
  decision === 'approve' || decision === 'confirm' || decision === 'reject' ? decided[decision] : 'decided';

const delay = (until: string | undefined) =>
  until === undefined ? '' : ` The person must not be told before ${day(until)}.`;

export const sentences: Sentences = {
  'key.enrolled': ({ role, agency }) => `A signing key of ${whose({ role, agency })} was enrolled.`,
  'registry.founded': ({ keys }) => `The provider named its first ${count(keys.length, 'reviewer')}.`,
  'desk.changed': ({ people }) =>
    `The list of the provider’s reviewers changed: ${count(people, 'person', 'people')} can decide now.`,
  'agency.changed': ({ agency, people }) =>
    `The record of the agency ${agency} changed: ${count(people, 'officer')} can ask for data now.`,
  'recipient.enrolled': ({ agency }) =>
    `An officer of ${agency} has a key of their own to receive data with.`,
  'change.proposed': ({ role, agency, policyHash }) =>
    `${sentenceCase(whose({ role, agency }))} proposed ${policyHash === undefined ? 'a change of who may sign' : 'that other rules apply'}.`,
  'change.decided': ({ decision, role }) =>
    `${sentenceCase(whose({ role }))} ${past(decision)} a proposed change.`,
  'key.revoked': ({ role, agency }) =>
    `A signing key of ${whose({ role, agency })} was revoked: it can sign nothing more.`,
  'key.suspended': ({ agency }) =>
    `Another provider revoked a key that an officer of ${agency} signs with: here it is suspended.`,
  'key.reinstated': ({ agency }) =>
    `A key of an officer of ${agency} that was suspended may sign again: two reviewers said so.`,
  'revocation.published': () =>
    'Other providers were told of an agency’s key that was revoked because somebody may misuse it.',
  'request.received': ({ agency, priority, subjects, delayUntil }) =>
    `${agency} asked for data about ${count(subjects, 'account, number or name', 'accounts, numbers and names')}${
      priority === 'Emergency' ? ', as an emergency' : ''
    }.${delay(delayUntil)}`,
  'request.refused': ({ role, agency, proven }) =>
    `A call in the name of ${whose({ role, agency })} was refused${proven ? '' : ', and its signature was not proven'}.`,
  'review.opened': ({ of }) =>
    of === 'order'
      ? 'A reviewer of the provider took out the order that the request rests on.'
      : 'A reviewer of the provider looked at the request.',
  'case-file.issued': () => 'A reviewer took out the case’s file, which opens what its entries commit to.',
  'decision.approved': ({ narrowed, subjects }) =>
    `A reviewer signed an approval of ${narrowed ? 'less than was asked' : 'all that was asked'}, about ${count(
      subjects,
      'account, number or name',
      'accounts, numbers and names',
    )}.`,
  'decision.rejected': () => 'A reviewer signed a rejection: nothing is handed over.',
  'grant.minted': ({ grants, expiresAt }) =>
    grants === 0
      ? 'The case is approved, and there is no data that it could open.'
      : `The case is approved: until ${minute(expiresAt)} the agency can collect the data.`,
  'grant.retired': () => 'The right to open the data of the case ended.',
  'data.absent': () => 'The case is approved, and the provider has no such data.',
  'collection.intended': ({ collection, page }) =>
    `The agency is about to receive data: collection ${collection}${page > 1 ? `, part ${page}` : ''}. This was recorded before anything was opened.`,
  'collection.completed': ({ records, more }) =>
    `${count(records, 'record')} ${records === 1 ? 'was' : 'were'} handed over to the agency, encrypted${more ? '; more parts follow' : ''}.`,
  'collection.failed': () => 'A handover failed: the agency received nothing by it.',
  'case.withdrawn': () => 'The agency withdrew its request.',
  'case.expired': ({ because }) =>
    because === 'undecided'
      ? 'The case ended: nobody decided it in its lifetime.'
      : 'The time for collecting the data is over, and the case ended.',
  'case.invalid': () => 'The case ended: what was approved is more than one case may open.',
  'case.cancelled': () => 'The case ended: the key that asked was revoked.',
  'case.suspended': ({ because, reviewer }) =>
    reviewer !== undefined
      ? 'A reviewer ended the access to the data of the case.'
      : because === 'emergency-overdue'
        ? 'Access to the data ended: what an emergency owes afterwards was not there in time.'
        : 'Access to the data ended: the key of somebody who had approved it was revoked.',
  'case.claimed': ({ over }) =>
    `A reviewer said that they work on the case${over ? ', in place of another' : ''}. It decides nothing.`,
  'case.unclaimed': () => 'A reviewer no longer works on the case.',
  'note.added': () => 'A reviewer wrote a note for the other reviewers. It decides nothing.',
  'information.asked': ({ stops }) =>
    `The provider asked the agency for information before it decides${stops === true ? '; until the answer the deadline stands still' : ''}.`,
  'information.given': () => 'The agency answered the provider’s question.',
  'order.received': ({ bytesUpTo }) =>
    `The agency handed in the order that its request rests on, of up to ${bytesUpTo} bytes.`,
  'authority.consented': ({ authority }) =>
    `The authority ${authority}, which was told of the request, does not object.`,
  'authority.objected': ({ authority, scope }) =>
    `The authority ${authority}, which was told of the request, objected${scope === undefined ? '' : ' to a part of it'}.`,
  'letter.written': ({ from }) =>
    from === 'desk' ? 'The provider wrote to the agency.' : 'The agency wrote to the provider.',
  'case.held': ({ until }) =>
    `Two reviewers keep the record of the case until ${day(until)}. It opens nothing.`,
  'case.released': () => 'The record of the case is no longer kept on purpose.',
  'case.revealed': () => 'What the log had withheld of this case for a time is public now.',
  'case.forgotten': ({ months }) =>
    `The provider destroyed its record of the case, ${count(months, 'month')} after its end. What the log commits to of it can be opened no more.`,
  'decision.voided': ({ decisions }) =>
    `${count(decisions, 'approval counts', 'approvals count')} no more: the key that signed was revoked.`,
  'preservation.received': ({ agency, subjects, case: of }) =>
    of === undefined
      ? `${agency} had existing data about ${count(subjects, 'account, number or name', 'accounts, numbers and names')} kept from being deleted. Nothing is handed over by that.`
      : `The data that a request of ${agency} names is kept from being deleted until the request is answered.`,
  'preservation.kept': ({ drawers }) =>
    `Existing data was kept from being deleted: ${count(drawers, 'month and kind', 'months and kinds')} of it.`,
  'preservation.extended': ({ endsAt }) => `The agency had the data kept longer, until ${day(endsAt)}.`,
  'preservation.requested': () => 'The agency now asks for the data that was kept.',
  'preservation.ended': () => 'The data is no longer kept from being deleted.',
  'preservation.forgotten': () => 'The provider destroyed its record of this preservation.',
  'vault.key-made': ({ epoch }) => `A key was made that the data of ${epoch} is locked with.`,
  'vault.key-forgotten': ({ epoch }) =>
    `The key of the data of ${epoch} was destroyed: nobody can open that data any more.`,
  'vault.policy-differs': ({ epoch }) =>
    `The key of the data of ${epoch} was found under other rules than those that Writ gave it.`,
  'account.erased': () => 'The data of an account was erased.',
  'authorisation.validated': () => 'The agency handed in that a court or prosecutor confirmed its emergency.',
  'emergency.overdue': ({ debt }) =>
    debt === 'authorisation'
      ? 'An emergency was opened on one signature, and its order was not confirmed in time. Access to its data ended.'
      : 'An emergency was opened on one signature, and the second did not come in time. Access to its data ended.',
  'emergencies.suspended': ({ agency }) =>
    `Emergencies of ${agency} are taken no more, until the provider reopens them.`,
  'emergencies.reopened': ({ agency }) => `Emergencies of ${agency} are taken again.`,
  'deadline.passed': ({ part }) =>
    part === 'whole'
      ? 'The deadline for the answer passed, and there is none.'
      : `${part === 'half' ? 'Half' : 'Three quarters'} of the time for the answer is over, and there is none yet.`,
  'notice.delayed': ({ delayUntil }) => `The agency put off telling the person, until ${day(delayUntil)}.`,
  'notice.sent': ({ notices }) =>
    `${count(notices, 'notice')} ${notices === 1 ? 'was' : 'were'} sent to the people who were asked about.`,
  'notice.overdue': () => 'The people who were asked about should have been told by now, and were not.',
  'notice.addressed': ({ letter }) =>
    `The letters to the people who were asked about were made${letter !== undefined && letter > 1 ? ' anew' : ''}.`,
  'notice.told': () => 'The authority says that it told the person.',
  'decoy.asked': ({ agency }) =>
    `Somebody at ${agency} asked for an account that nobody has a reason to ask for. Their key was revoked.`,
  'sweep.done': ({ missing, surplus }) =>
    missing + surplus === 0
      ? 'The rights to open data were compared with the cases: they agree.'
      : `The rights to open data were compared with the cases: ${missing} were missing, ${surplus} were too many.`,
  'reconciliation.done': ({ hour, surplus, missing }) =>
    surplus + missing === 0
      ? `What the key service decrypted in the hour of ${minute(hour)} agrees with the log.`
      : `What the key service decrypted in the hour of ${minute(hour)} does not agree with the log: ${surplus} that no collection announced, ${missing} missing.`,
  'record.unproven': ({ table }) =>
    `The table ${table} held a record that Writ did not write, or lacked one. Nothing was told that rests on it.`,
  'deployment.made': ({ witnesses }) =>
    `The provider deployed Writ: these are the digests of its code, its pages and its rules.${witnesses === undefined ? '' : ` ${count(witnessesIn(witnesses), 'witness is', 'witnesses are')} asked to cosign this log.`}`,
  'policy.changed': () => 'Other rules for disclosures apply now, as two reviewers had adopted them.',
  'strangers.refused': ({ hour, counts }) =>
    `In the hour of ${minute(hour)}, ${count(total(counts), 'other call was', 'other calls were')} refused.`,
};

const sentenceCase = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
/** How many witnesses a list of them names (C2SP tlog-policy). */
const witnessesIn = (list: string): number =>
  list.split('\n').filter((line) => line.startsWith('witness ')).length;
const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);
