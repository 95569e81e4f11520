import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import type { Delay, Request, Telling, Validation } from '#core/cases/request.ts';
import type { AskingWords } from './words.ts';

/**
 * What an officer is about to sign, in plain sentences: made of the very values that are signed, and nothing else. A
 * command wraps them to a terminal; a page shows them as they are.
 */
export type Part =
  /** A sentence, or its beginning or end around a list. */
  | { says: string }
  /** Whole on their lines: a blank within a name is part of it. */
  | { list: readonly string[]; of: 'categories' | 'subjects' }
  /** A digest, as `sha256sum` prints it. */
  | { digest: string };

/** The words of a language, and how instants are said in it. */
export interface Saying {
  words: AskingWords;
  when: (instant: string) => string;
}

const hexOf = (digest: string) => readOrderDigest(digest)?.hex ?? printable(digest);

const orderOf = ({ digest }: Pick<Delay, 'digest'>) => (digest === undefined ? undefined : hexOf(digest));

function askedParts(
  { categories, subjects, period }: Pick<Request, 'categories' | 'subjects' | 'period'>,
  { words, when }: Saying,
  after = '',
): Part[] {
  return [
    { list: categories.map((category) => `${category}: ${words.categories[category]}`), of: 'categories' },
    { says: words.of },
    { list: subjects.map(({ kind, value }) => `${words.kinds[kind]} ${printable(value)}`), of: 'subjects' },
    { says: `${words.period(when(period.from), when(period.to))}${after}` },
  ];
}

function orderParts(order: Request['instrument'], { words, when }: Saying): Part[] {
  const { kind, jurisdiction, issuedAt, offence, threshold, digest, answerBy } = order;
  const known = [order.role, order.authority].filter((text) => text !== undefined).map(printable);
  const by = words.authorities[order.authoriserRole];
  const says = words.order({
    kind: printable(kind),
    law: jurisdiction,
    issued: when(issuedAt),
    by: known.length === 0 ? by : words.known(by, known.join(', ')),
    offence: printable(offence),
    meets: threshold !== undefined,
  });
  return [
    { says: `${says} ${words.digest}` },
    { digest: hexOf(digest) },
    ...(answerBy === undefined ? [] : [{ says: words.answerBy(when(answerBy)) }]),
  ];
}

export function requestParts(request: Request, saying: Saying): Part[] {
  const { words, when } = saying;
  const { priority, threat, notice, notification, amends, order, preservations = [] } = request;
  return [
    { says: words.ask(printable(request.reference)) },
    ...askedParts(request, saying),
    ...orderParts(request.instrument, saying),
    {
      says:
        priority === 'Emergency'
          ? words.emergency(threat === undefined ? undefined : words.threats[threat])
          : words.routine,
    },
    {
      says:
        notice === undefined
          ? words.told
          : words.notTold(when(notice.delayUntil), words.reasons[notice.reason], orderOf(notice)),
    },
    ...(notice?.by === undefined ? [] : [{ says: words.tells[notice.by] }]),
    ...(notification === undefined
      ? []
      : [
          {
            says:
              'exempt' in notification ? words.resident : words.enforcing(printable(notification.authority)),
          },
        ]),
    ...(order === undefined ? [] : [{ says: words.ofOrder(printable(order)) }]),
    ...(amends === undefined ? [] : [{ says: words.amends(amends) }]),
    ...(preservations.length === 0 ? [] : [{ says: words.preserved(preservations.join(', ')) }]),
  ];
}

export function preservationParts(order: PreservationRequest, saying: Saying): Part[] {
  const { words } = saying;
  return [
    { says: words.preserve(printable(order.reference)) },
    ...askedParts(order, saying, ` ${words.nothingDisclosed}`),
    ...orderParts(order.instrument, saying),
  ];
}

export function validationParts(validation: Validation, { words, when }: Saying): Part[] {
  const { authoriserRole, role, validatedAt, digest } = validation;
  const by = words.authorities[authoriserRole];
  return [
    {
      says: words.validated(role === undefined ? by : words.known(by, printable(role)), when(validatedAt)),
    },
    { digest: hexOf(digest) },
  ];
}

export function delayParts(delay: Delay, { words, when }: Saying): Part[] {
  return [{ says: words.delay(when(delay.delayUntil), words.reasons[delay.reason], orderOf(delay)) }];
}

export function tellingParts({ toldAt }: Telling, { words, when }: Saying): Part[] {
  return [{ says: words.hasTold(when(toldAt)) }];
}
