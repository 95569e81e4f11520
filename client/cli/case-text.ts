import { isHeld } from '#client/held.ts';
import { isWaitedFor, type Offer, offered } from '#client/offered.ts';
import { withheldLine } from '#client/package/coverage-words.ts';
import { printable } from '#client/printable.ts';
import type { AskedView, CaseView } from '#core/cases/case.ts';
import type { LetterView } from '#core/cases/letters.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
import { askedScope, type Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { dueText } from './due-text.ts';
import { fields, until, when } from './format.ts';
import { informationFields } from './information-text.ts';

/** How commands show a case and a preservation to the agency. */
const statusTexts: Record<CaseView['status'], string> = {
  AwaitingApproval: 'the provider’s reviewers have not decided',
  AwaitingDisclosure: 'approved by the provider’s reviewers: it can be collected',
  Disclosed: 'collected',
  DisclosureNotAvailable: 'approved by the provider’s reviewers, and there was nothing to disclose',
  Rejected: 'a reviewer of the provider rejected it',
  Cancelled: 'withdrawn by your agency',
  Suspended: 'a reviewer of the provider ended access to its data',
  Expired: 'the time for collecting it is over',
  Invalid: 'approved, and it names more than one case may open: ask in parts, with --amends',
};

/** Where nobody decided it: an act of Writ’s own, by what it rests on. */
const ownReasons: Partial<Record<CaseView['status'], Record<string, string>>> = {
  Cancelled: { 'key-revoked': 'ended: the key that asked was revoked' },
  Expired: { undecided: 'nobody at the provider decided it in its lifetime' },
  Suspended: {
    'key-revoked': 'ended: the key of a reviewer who approved it was revoked',
    'emergency-overdue': 'ended: what an emergency owes was not there in time',
  },
};

/** What a status means, and who decided it. */
function statusText(
  view: Pick<CaseView, 'status' | 'reason' | 'links' | 'notification'>,
  now: number,
): string {
  const { status, reason = '' } = view;
  if (isWaitedFor(view)) return `${status}: the provider’s reviewers need information from you`;
  const { answer } = view.notification ?? {};
  if (status === 'AwaitingDisclosure' && isHeld(view, now))
    return `${status}: approved by the provider’s reviewers; an enforcing authority may still object`;
  if ((status === 'Rejected' || status === 'Suspended') && answer === 'object')
    return `${status}: an enforcing authority objected`;
  const own = ownReasons[status] ?? {};
  return `${status}: ${Object.hasOwn(own, reason) ? own[reason] : statusTexts[status]}`;
}

/** What was asked: the officer’s own copy of the request; or what the provider says of it, which names nobody. */
export interface WhatWasAsked {
  request?: Request | undefined;
  asked?: AskedView | undefined;
}

const obligationTexts = {
  'second-signature': 'the second reviewer’s signature',
  authorisation: 'the validated order, from you',
};

/** What is shown beside the case. */
interface WithIt {
  /** What the reviewer wrote, decrypted. */
  explanation?: string | undefined;
  /** What the desk asks, decrypted. */
  question?: string | undefined;
  /** What both wrote, decrypted. */
  letters?: readonly LetterView[] | undefined;
  /** By whose calendar the time is counted. */
  policy?: Policy | undefined;
}

export function caseText(
  view: CaseView,
  { explanation, question, letters = [], policy }: WithIt = {},
  known: WhatWasAsked = {},
  now = Date.now(),
): string {
  const { status, debts } = view;
  return (
    fields({
      case: view.id,
      reference: printable(view.reference),
      order: view.order === undefined ? undefined : printable(view.order),
      status: statusText(view, now),
      because: view.reason === undefined ? undefined : printable(view.reason),
      'the reviewer says': explanation === undefined ? undefined : printable(explanation),
      ...informationFields(view, question),
      priority: view.priority,
      received: when(view.receivedAt),
      'an authority was notified': view.notification === undefined ? undefined : notifiedText(view, now),
      'what it left': view.disclosable === undefined ? undefined : scopeText(view.disclosable),
      'answer due': status === 'AwaitingApproval' ? moment(view.dueAt) : undefined,
      counted: status === 'AwaitingApproval' ? dueText(view, policy) : undefined,
      'to be collected until': view.expiresAt === undefined ? undefined : moment(view.expiresAt),
      'still owed':
        debts === undefined || debts.owed.length === 0
          ? undefined
          : `${debts.owed.map((obligation) => obligationTexts[obligation]).join(' and ')}, until ${moment(debts.dueAt)}`,
      'the person is notified after': view.delayUntil === undefined ? undefined : moment(view.delayUntil),
      'who tells the person': tellerText(view),
      ...askedFields(known),
      approved: view.scope === undefined ? undefined : scopeText(view.scope),
      'left out': view.withheld?.map(withheldLine).join(' '),
      collected: view.collections === 0 ? undefined : `${view.collections} times`.replace(/^1 times/, 'once'),
      'request digest': printable(view.requestDigest),
    }) +
    lettersText(letters) +
    nextText(view, now)
  );
}

/** Undefined where the provider tells, as it does where nothing is said. */
function tellerText({ noticeBy, toldAt }: Pick<CaseView, 'noticeBy' | 'toldAt'>): string | undefined {
  if (noticeBy === undefined || noticeBy === 'provider') return undefined;
  if (noticeBy === 'nobody') return 'nobody, until the order’s end; then the provider';
  return toldAt === undefined ? 'your authority' : `your authority, which said it did: ${when(toldAt)}`;
}

function lettersText(letters: readonly LetterView[]): string {
  const lines = letters.map(({ from, at, letter }) => {
    const who = from === 'desk' ? 'the provider' : 'your agency';
    return `  ${who}, ${when(at)}: ${letter === undefined ? 'not readable with this key' : printable(letter)}\n`;
  });
  return lines.length === 0 ? '' : `letters:\n${lines.join('')}`;
}

function askedFields({
  request,
  asked,
}: {
  request?: PreservationRequest | undefined;
  asked?: AskedView | undefined;
}): Record<string, string | undefined> {
  if (request !== undefined) {
    const { instrument } = request;
    const subjects = request.subjects.map(({ kind, value }, i) => `${i} is ${kind} ${printable(value)}`);
    return {
      asked: scopeText(askedScope(request)),
      'of whom': subjects.join('; '),
      by: `${orderText(instrument)}, issued ${when(instrument.issuedAt)}, for ${printable(instrument.offence)}`,
      'order’s digest': printable(instrument.digest),
    };
  }
  if (asked === undefined) return {};
  return { asked: scopeText(asked.asked), by: orderText({ ...asked, kind: asked.instrument }) };
}

const orderText = (order: Pick<Request['instrument'], 'kind' | 'jurisdiction' | 'authoriserRole'>) =>
  `${printable(order.kind)}, ${printable(order.jurisdiction)}, ${order.authoriserRole}`;

/** The enforcing authority that was notified, in a line: until when it may object, or what it said. */
export function notifiedText({ notification }: Pick<CaseView, 'notification'>, now = Date.now()): string {
  if (notification === undefined) return '';
  const { authority, until: end, waits, answer, ground, answeredAt = '' } = notification;
  const who = printable(authority);
  if (answer === 'consent') return `${who} consented, ${when(answeredAt)}`;
  if (answer === 'object') return `${who} objected (${ground}), ${when(answeredAt)}`;
  if (now >= Date.parse(end)) return `${who} did not object by ${when(end)}`;
  const held = waits
    ? 'nothing can be collected before, unless it consents'
    : 'its objection would end access';
  return `${who} may object until ${when(end)}, ${until(end, now)}: ${held}`;
}

/** The commands that come next. */
function nextText(view: CaseView, now: number): string {
  const { id, status } = view;
  const commands: Record<Offer, string> = {
    information: `writ request answer ${id} --text TEXT`,
    order: `writ request order ${id} FILE`,
    collection: `writ collect ${id}`,
    validation: `writ request validate ${id} --order FILE`,
    notice: `writ request delay ${id} --until DAY`,
    told: `writ request told ${id} --at WHEN`,
    withdrawal: `writ request withdraw ${id}`,
  };
  const can = [
    ...(status === 'AwaitingApproval' ? [`writ collect ${id} --wait`] : []),
    ...offered(view, now).map((offer) => commands[offer]),
  ];
  return can.length === 0 ? '' : `next:\n${can.map((text) => `  ${text}\n`).join('')}`;
}

export const moment = (iso: string) => `${when(iso)}, ${until(iso)}`;

export function scopeText({ subjects, categories, period }: Scope): string {
  const whose = `${subjects.length === 1 ? 'subject' : 'subjects'} ${subjects.join(', ')}`;
  return `${categories.join(', ')} of ${whose}, ${when(period.from)} to ${when(period.to)}`;
}

/** @param order what was asked to be preserved, where it was sent from here */
export function preservationText(preservation: PreservationView, order?: PreservationRequest): string {
  const { id, links } = preservation;
  const request = links.request?.split('/').at(-1);
  return (
    fields({
      preservation: id,
      reference: printable(preservation.reference),
      status: preservation.status,
      received: when(preservation.receivedAt),
      'kept until': moment(preservation.endsAt),
      ...askedFields({ request: order }),
      'part of request': request === undefined ? undefined : printable(request),
      'request digest': printable(preservation.requestDigest),
    }) +
    (preservation.status === 'Preserved'
      ? `next:\n  writ request new --preservation ${id}\n${Object.hasOwn(links, 'extension') ? `  writ preservation extend ${id}\n` : ''}`
      : '')
  );
}
