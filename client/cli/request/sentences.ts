import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import type { Delay, Request, Telling, Validation } from '#core/cases/request.ts';
import { type Category, titleOf } from '#core/categories/categories.ts';
import { daySaid } from '../dates.ts';

/** What is about to be signed, in plain sentences: made of the very values that are signed, and nothing else. */
const authorities: Record<Request['instrument']['authoriserRole'], string> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
  OtherCompetentAuthority: 'another competent authority',
};

const WIDTH = 78;

/** Lines of at most 78 columns. What follows the first one stands under its text. */
export function wrapped(text: string, mark = ''): string[] {
  const lines: string[] = [];
  let line = mark;
  for (const word of text.split(' ')) {
    const longer = line.trim() === '' || line === mark ? `${line}${word}` : `${line} ${word}`;
    if (longer.length > WIDTH && line !== mark) {
      lines.push(line);
      line = ' '.repeat(mark.length) + word;
    } else line = longer;
  }
  return [...lines, line];
}

const whatOf = (categories: readonly Category[]) =>
  categories.flatMap((category) => wrapped(`${category}: ${titleOf(category)}`, '  - '));

/** Whole on their lines: a blank within a name is part of it. */
const whomOf = (subjects: Request['subjects']) =>
  subjects.map(({ kind, value }) => `  - ${kind} ${printable(value)}`);

const periodText = ({ from, to }: Request['period']) =>
  `from ${daySaid(from)} until ${daySaid(to)}, that moment not included`;

function authorityText({ authoriserRole, role, authority }: Request['instrument']): string {
  const known = [role, authority].filter((text) => text !== undefined).map(printable);
  return `${authorities[authoriserRole]}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

function orderText(order: Request['instrument']) {
  const { kind, jurisdiction, issuedAt, offence, threshold, digest } = order;
  const declared = threshold === undefined ? '' : ', which the order says meets the threshold';
  return [
    ...wrapped(
      `The order is of the kind ${kind}, under the law of ${jurisdiction}, issued on ${daySaid(issuedAt)} by ${authorityText(order)}, for ${printable(offence)}${declared}. Its SHA-256 is`,
    ),
    `  ${hexOf(digest)}`,
  ];
}

/** As `sha256sum` prints it. */
const hexOf = (digest: string) => readOrderDigest(digest)?.hex ?? printable(digest);

function notificationText(notification: NonNullable<Request['notification']>): string {
  return 'exempt' in notification
    ? 'You say that the offence was committed where the order was issued and the person resides there: no enforcing authority is notified.'
    : `The enforcing authority ${printable(notification.authority)} was notified, and may object.`;
}

export function requestText(request: Request): string {
  const { priority, threat, notice, notification, amends, order, preservations = [] } = request;
  return [
    `You ask, under the reference ${printable(request.reference)}, for`,
    ...whatOf(request.categories),
    'of',
    ...whomOf(request.subjects),
    ...wrapped(`${periodText(request.period)}.`),
    ...orderText(request.instrument),
    ...wrapped(
      priority === 'Emergency'
        ? `It is an emergency${threat === undefined ? '' : `, with a threat to ${threat}`}: you owe the validated order afterwards, unless whoever issued it may validate it or the provider’s policy asks for none.`
        : 'It is routine.',
    ),
    ...wrapped(
      notice === undefined
        ? 'The person is notified once something was disclosed.'
        : `The person is not notified before ${daySaid(notice.delayUntil)} (${notice.reason}${orderSaid(notice)}).`,
    ),
    ...(notification === undefined ? [] : wrapped(notificationText(notification))),
    ...(order === undefined ? [] : wrapped(`It belongs to the order ${printable(order)}.`)),
    ...(amends === undefined ? [] : [`It takes the place of the request ${amends}.`]),
    ...(preservations.length === 0
      ? []
      : wrapped(`It rests on what was preserved: ${preservations.join(', ')}.`)),
  ].join('\n');
}

export function preservationOrderText(order: PreservationRequest): string {
  return [
    `You have preserved, under the reference ${printable(order.reference)},`,
    ...whatOf(order.categories),
    'of',
    ...whomOf(order.subjects),
    ...wrapped(`${periodText(order.period)}. Nothing is disclosed.`),
    ...orderText(order.instrument),
  ].join('\n');
}

const validatorText = ({ authoriserRole, role }: Validation) =>
  `${authorities[authoriserRole]}${role === undefined ? '' : ` (${printable(role)})`}`;

export function validationText(validation: Validation): string {
  const { validatedAt, digest } = validation;
  return [
    ...wrapped(
      `You state that ${validatorText(validation)} validated the order on ${daySaid(validatedAt)}. The validated order’s SHA-256 is`,
    ),
    `  ${hexOf(digest)}`,
  ].join('\n');
}

export function delayText(delay: Delay): string {
  const { delayUntil, reason } = delay;
  const why = `${reason}${orderSaid(delay)}`;
  return wrapped(`You ask that the person is not notified before ${daySaid(delayUntil)} (${why}).`).join(
    '\n',
  );
}

const orderSaid = ({ digest }: Pick<Delay, 'digest'>) =>
  digest === undefined ? '' : `, by the order ${readOrderDigest(digest)?.hex ?? printable(digest)}`;

export function toldText({ toldAt }: Telling): string {
  return wrapped(`You say that your authority told the person: ${daySaid(toldAt)}.`).join('\n');
}
