import type { NoticeChecks } from '#client/notice/open.ts';
import { printable } from '#client/printable.ts';
import type { NoticeFile } from '#core/cases/notice-file.ts';
import { titleOf } from '#core/categories/categories.ts';
import type { Entry, EntryOf } from '#core/log/entry.ts';
import type { EntryData, Kind } from '#core/log/kinds.ts';
import { counted } from './common.ts';
import { fields, when } from './format.ts';

/** What a person reads of their case: what left, who decided it, and whether the log says the same. */
const authorisers: Readonly<Record<NoticeFile['basis']['authoriserRole'], string>> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge or court',
  OtherCompetentAuthority: 'another competent authority',
};

export function fileText(file: NoticeFile): string {
  const { agency, basis, disclosed, delay } = file;
  const { instrument, jurisdiction, authoriserRole } = basis;
  return fields({
    'Asked by': `${printable(agency.name)} (${printable(agency.id)})`,
    'Handed over by': printable(file.provider),
    'On the basis of': `${instrument}, law of ${jurisdiction}, issued or validated by ${authorisers[authoriserRole]}`,
    Received: `${when(file.receivedAt)}${file.priority === 'Emergency' ? ', as an emergency' : ''}`,
    'What left': `${counted(disclosed.records, 'record')}: ${disclosed.categories.map((each) => titleOf(each)).join('; ')}`,
    'Of the period': `${when(disclosed.period.from)} to ${when(disclosed.period.to)}`,
    When:
      disclosed.from === disclosed.to
        ? when(disclosed.from)
        : `${when(disclosed.from)} to ${when(disclosed.to)}`,
    'Not told before':
      delay &&
      `${when(delay.until)}, ${delay.ordered ? 'by an order' : 'as the authority asked'}: ${delay.reason}`,
    Contact: file.contact && printable(file.contact),
    Case: file.case,
  });
}

/** People who decided are called by what the log calls them, which names nobody: the same name is the same person. */
const someone = (commitment: string) => `person ${commitment.slice(0, 8)}`;

type Sentence<K extends Kind> = (data: EntryData<K>) => string;

/** Of the acts on a case, those that a person wants to know of. */
const sentences: { readonly [K in Kind]?: Sentence<K> } = {
  'request.received': ({ agency, instrument }) => `${agency} asked, by an order of the kind ${instrument}`,
  'review.opened': ({ reviewer }) => `${someone(reviewer)} of the provider read what was asked`,
  'decision.approved': ({ reviewer, narrowed }) =>
    `${someone(reviewer)} approved ${narrowed ? 'less than was asked' : 'what was asked'}`,
  'decision.rejected': ({ reviewer, because }) => `${someone(reviewer)} rejected it: ${because}`,
  'information.asked': ({ reviewer }) => `${someone(reviewer)} asked the agency for more information`,
  'information.given': () => 'the agency gave it',
  'grant.minted': () => 'the right to collect began',
  'collection.completed': ({ records }) =>
    `${counted(records, 'record')} left, of all people of the case together`,
  'authorisation.validated': () => 'the agency handed in the validated order of its emergency',
  'emergency.overdue': () => 'what the emergency owed was not there in time: access ended',
  'case.withdrawn': () => 'the agency withdrew its request',
  'case.suspended': ({ because }) => `access ended: ${because}`,
  'case.cancelled': ({ because }) => `the request was cancelled: ${because}`,
  'case.expired': () => 'the right to collect ended',
  'notice.delayed': ({ delayUntil }) => `the agency put the notice to you off until ${when(delayUntil)}`,
  'notice.overdue': () => 'the notice to you was late',
  'notice.sent': () => 'the notice to you went out',
  'notice.told': ({ toldAt }) => `the agency said that it told you at ${when(toldAt)}`,
  'case-file.issued': ({ reviewer }) => `${someone(reviewer)} took out the file of the case`,
};

export function historyText(entries: readonly { index: bigint; entry: Entry }[]): string {
  return entries
    .flatMap(({ index, entry }) => {
      const said = sentenceOf(entry);
      return said === undefined ? [] : [`  ${when(entry.at)}  ${printable(said)} (entry ${index})\n`];
    })
    .join('');
}

function sentenceOf<K extends Kind>({ kind, data }: EntryOf<K>): string | undefined {
  const sentence: Sentence<K> | undefined = sentences[kind];
  return sentence?.(data);
}

/** What the log says of the file. */
export function checkText({ committedBy, differs }: NoticeChecks): string {
  const differing = differs.length === 0 ? '' : `The log says otherwise of: ${differs.join(', ')}. `;
  if (committedBy === undefined)
    return `${differing}The log does not say that you were given this. Ask the provider why.`;
  return `${differing}The log says that exactly this was given to you: entry ${committedBy} of the case.`;
}
