import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64, toHex, utf8 } from '#core/bytes.ts';
import type { CaseView, Status } from '#core/cases/case.ts';
import { type Ground, grounds } from '#core/cases/grounds.ts';
import { common, object } from './asked.ts';
import { askedOf, type CaseFacts, objectId, seconds, taskIds } from './facts.ts';
import { element, entryElement, type Markup, typed } from './markup.ts';
import { etsi, ours, taskStatus } from './vocabulary.ts';

/**
 * What a provider does not produce, and why: a Notification with the status of each task, and a document with what the form of
 * Regulation (EU) 2023/1543 Annex III (cf.) asks for. It is Writ's own document: the Commission's schema is not public.
 */

/** Statuses in which nothing, or nothing more, is disclosed. */
const notProduced: readonly Status[] = [
  'DisclosureNotAvailable',
  'Rejected',
  'Suspended',
  'Expired',
  'Invalid',
];

/** Whether there is anything to say: a refusal, a part that is left out, a question of the desk's. */
export function isRefusal({ status, withheld, information }: CaseView): boolean {
  const isAsked = information !== undefined && information.answeredAt === undefined;
  return notProduced.includes(status) || withheld !== undefined || isAsked;
}

/** Of one task: why what of it is not produced. */
interface Reason {
  /** The task, by its ObjectIdentifier, and the identifier's number from 1 on. */
  task: string;
  identifier: number;
  ground: string;
  /** Where the ground is of some categories alone. */
  categories?: readonly string[];
}

/** The document's content. Without `conflictingObligations` none is known. */
export interface RefusalDocument {
  form: 'writ-annex-iii';
  version: 1;
  /** The case here, and the agency's reference. */
  case: string;
  reference: string;
  status: Status;
  reasons: Reason[];
  /** A ground is an obligation of a third country's law that conflicts. */
  conflictingObligations: boolean;
  /** What the desk needs to know to go on, and its question. */
  informationNeeded?: { of: readonly string[]; question?: string; answerBy?: string };
  /** Whether what was asked for is preserved meanwhile; absent where that is not known. */
  preservedMeanwhile?: boolean;
  /** What the reviewer wrote. */
  explanation?: string;
}

const conflict = 'third-country-conflict';

export function refusalDocument(facts: CaseFacts): RefusalDocument {
  const { view, explanation, question, policy } = facts;
  const { information } = view;
  const reasons = reasonsOf(facts);
  const isAsked = information !== undefined && information.answeredAt === undefined;
  return {
    form: 'writ-annex-iii',
    version: 1,
    case: view.id,
    reference: view.reference,
    status: view.status,
    reasons,
    conflictingObligations:
      reasons.some(({ ground }) => ground === conflict) || (isAsked && information.of.includes(conflict)),
    ...(isAsked
      ? {
          informationNeeded: {
            of: information.of,
            ...(question === undefined ? {} : { question }),
            ...(information.answerBy === undefined ? {} : { answerBy: information.answerBy }),
          },
        }
      : {}),
    // While it waits for an answer, the request preserves what it names, where the policy says so.
    ...(policy === undefined || !isAsked
      ? {}
      : { preservedMeanwhile: policy.preservation.onReceipt === true }),
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function reasonsOf(facts: CaseFacts): Reason[] {
  const { view } = facts;
  const tasks = taskIds(facts);
  const of = (i: number, rest: Pick<Reason, 'ground' | 'categories'>): Reason[] => {
    const task = tasks[i];
    return task === undefined ? [] : [{ task, identifier: i + 1, ...rest }];
  };
  const all = tasks.map((_, i) => i);
  const { reason } = view;
  const whole =
    reason === undefined || !notProduced.includes(view.status)
      ? []
      : all.flatMap((i) => of(i, { ground: reason }));
  const parts = (view.withheld ?? []).flatMap(({ subjects = all, categories, ground }) =>
    subjects.flatMap((i) => of(i, { ground, ...(categories === undefined ? {} : { categories }) })),
  );
  return [...whole, ...parts];
}

/** @returns nothing where nothing is refused, left out or asked */
export function refusalObjects(facts: CaseFacts): Markup[] {
  const { view, provider, now } = facts;
  if (!isRefusal(view)) return [];
  const content = refusalDocument(facts);
  const bytes = utf8(`${JSON.stringify(content, null, 2)}\n`);
  const checksum = toHex(sha256(bytes));
  const tasks = taskIds(facts);
  const documentId = objectId('annex-iii', view.id, checksum);
  const notification = object('notify', 'NotificationObject', [
    ...common(objectId('notification', view.id, checksum), {
      country: provider.country,
      owner: provider.id,
      associated: [...tasks, documentId],
    }),
    element('notify', 'NotificationDetails', detailsOf(content)),
    entryElement('notify', 'NotificationType', etsi('NotificationType', 'General')),
    element('notify', 'NewNotification', true),
    element('notify', 'NotificationTimestamp', seconds(now)),
    typed(
      element('notify', 'NationalNotificationParameters', [
        element('notify', 'CountryCode', askedOf(facts).jurisdiction),
        ...tasks.map((task) => statusOf(task, view.status, content.reasons)),
      ]),
      'writ',
      'NotificationParameters',
    ),
  ]);
  const document = object('doc', 'DocumentObject', [
    ...common(documentId, { country: provider.country, owner: provider.id, associated: tasks }),
    element('doc', 'DocumentReference', view.reference),
    element('doc', 'DocumentName', 'annex-iii.json'),
    entryElement('doc', 'DocumentType', ours('DocumentType', 'AnnexIII')),
    element('doc', 'DocumentBody', [
      element('doc', 'Contents', toBase64(bytes)),
      element('doc', 'ContentType', 'application/json'),
      element('doc', 'Checksum', checksum),
      element('doc', 'ChecksumType', 'SHA-256'),
    ]),
  ]);
  return [notification, document];
}

function statusOf(task: string, status: Status, reasons: readonly Reason[]): Markup {
  const because = reasons.filter((reason) => reason.task === task).map(({ ground }) => ground);
  return element('writ', 'AssociatedObjectStatus', [
    element('writ', 'AssociatedObject', task),
    entryElement('writ', 'Status', taskStatus(status)),
    ...[...new Set(because)].map((ground) => element('writ', 'Ground', ground)),
  ]);
}

function detailsOf({ status, reasons, informationNeeded }: RefusalDocument): string {
  const because = [...new Set(reasons.map(({ ground }) => ground))];
  const named = because.filter((ground): ground is Ground => grounds.some((each) => each === ground));
  return [
    `The task stands at ${status}.`,
    ...(because.length === 0
      ? []
      : [
          `What is not produced is not produced on ${named.length === because.length ? 'the ground' : 'the reason'} of ${because.join(', ')}.`,
        ]),
    ...(informationNeeded === undefined
      ? []
      : [`Information is needed: ${informationNeeded.of.join(', ')}.`]),
  ].join(' ');
}
