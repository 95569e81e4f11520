import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { PreservationView } from '#core/cases/preservation.ts';
import type { Scope } from '#core/cases/scope.ts';
import { fields, until, when } from './format.ts';
import { informationFields, isWaitedFor } from './information-text.ts';

/** How commands show a case and a preservation to the agency. */
const statusTexts: Partial<Record<CaseView['status'], string>> = {
  AwaitingApproval: 'the provider’s reviewers have not decided',
  AwaitingDisclosure: 'approved: it can be collected',
  Disclosed: 'collected',
  DisclosureNotAvailable: 'approved, and there was nothing to disclose',
  Rejected: 'a reviewer rejected it',
  Cancelled: 'withdrawn',
  Suspended: 'access to its data has ended',
  Expired: 'the time for collecting it is over',
  Invalid: 'what was approved cannot be opened',
};

const obligationTexts = {
  'second-signature': 'the second reviewer’s signature',
  authorisation: 'the validated order, from you',
};

/**
 * @param explanation what the reviewer wrote, decrypted
 * @param question what the desk asks, decrypted
 */
export function caseText(view: CaseView, explanation?: string, question?: string): string {
  const { status, debts } = view;
  const means = isWaitedFor(view)
    ? 'the provider’s reviewers need information from you'
    : statusTexts[status];
  return (
    fields({
      case: view.id,
      reference: printable(view.reference),
      status: means === undefined ? status : `${status}: ${means}`,
      because: view.reason === undefined ? undefined : printable(view.reason),
      'the reviewer says': explanation === undefined ? undefined : printable(explanation),
      ...informationFields(view, question),
      priority: view.priority,
      received: when(view.receivedAt),
      'answer due': status === 'AwaitingApproval' ? moment(view.dueAt) : undefined,
      'to be collected until': view.expiresAt === undefined ? undefined : moment(view.expiresAt),
      'still owed':
        debts === undefined || debts.owed.length === 0
          ? undefined
          : `${debts.owed.map((obligation) => obligationTexts[obligation]).join(' and ')}, until ${moment(debts.dueAt)}`,
      'the person is notified after': view.delayUntil === undefined ? undefined : moment(view.delayUntil),
      approved: view.scope === undefined ? undefined : scopeText(view.scope),
      collected: view.collections === 0 ? undefined : `${view.collections} times`.replace(/^1 times/, 'once'),
      'request digest': printable(view.requestDigest),
    }) + nextText(view)
  );
}

/** The commands that come next. */
function nextText({ id, links, status }: CaseView): string {
  const has = (link: string) => Object.hasOwn(links, link);
  const can = [
    ...(has('information') ? [`writ request answer ${id} --text TEXT`] : []),
    ...(has('collection') ? [`writ collect ${id}`] : []),
    ...(status === 'AwaitingApproval' ? [`writ collect ${id} --wait`] : []),
    ...(has('validation') ? [`writ request validate ${id} --order FILE`] : []),
    ...(has('notice') && !isOver(status) ? [`writ request delay ${id} --until DAY`] : []),
    ...(has('withdrawal') && !isOver(status) ? [`writ request withdraw ${id}`] : []),
  ];
  return can.length === 0 ? '' : `next:\n${can.map((text) => `  ${text}\n`).join('')}`;
}

const isOver = (status: CaseView['status']) =>
  !['AwaitingApproval', 'AwaitingDisclosure', 'Disclosed'].includes(status);

export const moment = (iso: string) => `${when(iso)}, ${until(iso)}`;

export function scopeText({ subjects, categories, period }: Scope): string {
  const whose = `${subjects.length === 1 ? 'subject' : 'subjects'} ${subjects.join(', ')}`;
  return `${categories.join(', ')} of ${whose}, ${when(period.from)} to ${when(period.to)}`;
}

export function preservationText(preservation: PreservationView): string {
  const { id, links } = preservation;
  const request = links.request?.split('/').at(-1);
  return (
    fields({
      preservation: id,
      reference: printable(preservation.reference),
      status: preservation.status,
      received: when(preservation.receivedAt),
      'kept until': moment(preservation.endsAt),
      'part of request': request === undefined ? undefined : printable(request),
      'request digest': printable(preservation.requestDigest),
    }) +
    (Object.hasOwn(links, 'extension')
      ? `next:\n  writ request new --preservation ${id}\n  writ preservation extend ${id}\n`
      : '')
  );
}
