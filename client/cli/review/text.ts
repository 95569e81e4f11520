import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import type { Review, ReviewLine } from '#client/reviewer.ts';
import { daysIn, isSameScope } from '#client/scope.ts';
import { openStatuses } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Scope } from '#core/cases/scope.ts';
import { moment, notifiedText, scopeText } from '../case-text.ts';
import { bad, counted } from '../common.ts';
import { dueText } from '../due-text.ts';
import { fields, strong, table, when } from '../format.ts';
import { approvals } from './list.ts';
import { narrowing } from './scope.ts';
import { withheldText } from './withholding.ts';

/**
 * A review in words: who asks, on what basis, for what; what exists; who decided what.
 *
 * @param policy by whose calendar the time is counted
 * @param siblings the other cases of the same order
 */
export function reviewText(review: Review, policy?: Policy, siblings: readonly ReviewLine[] = []): string {
  return [
    emergency(review),
    fields({
      case: review.id,
      status: `${review.status}${review.reason === undefined ? '' : ` (${printable(review.reason)})`}, ${approvals(review)} approvals`,
      agency: printable(review.agency),
      reference: printable(review.reference),
      received: when(review.receivedAt),
      'answer due': openStatuses.includes(review.status) ? when(review.dueAt) : moment(review.dueAt),
      counted: openStatuses.includes(review.status) ? undefined : dueText(review, policy),
      'can be collected until': review.expiresAt === undefined ? undefined : moment(review.expiresAt),
      'claimed by':
        review.claimedBy === undefined
          ? undefined
          : `${printable(review.claimedBy)}, until ${moment(review.claimedUntil ?? '')}`,
      collected: review.collections === 0 ? undefined : counted(review.collections, 'time'),
      'authority notified': review.notification === undefined ? undefined : notifiedText(review),
      'what it left': review.disclosable === undefined ? undefined : scopeText(review.disclosable),
      'held until': review.heldUntil === undefined ? undefined : moment(review.heldUntil),
      'is asked in place of': review.request.amends,
      'is part of the order': review.order === undefined ? undefined : printable(review.order),
      'and so are':
        siblings.length === 0
          ? undefined
          : siblings
              .map(({ id, reference, status }) => `${id} (${printable(reference)}, ${status})`)
              .join('; '),
      'left out, as is stated': review.withheld === undefined ? undefined : withheldText(review.withheld),
      'request digest': printable(review.requestDigest),
    }),
    section('On what basis', basis(review)),
    section('What is asked', asked(review)),
    section('What exists', exists(review)),
    section('Who decided', decisions(review)),
    notes(review),
    questions(review),
    correspondence(review),
    owed(review),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const section = (head: string, text: string) => `${strong(head)}\n${text}`;

function emergency({ priority, request }: Review): string {
  if (priority !== 'Emergency') return '';
  return `${bad('EMERGENCY')}: a threat to ${request.threat ?? 'what the agency does not say'}, as it states\n`;
}

const thresholds: Record<Review['threshold'], string> = {
  met: 'met, as the policy lists this offence',
  missed: 'NOT met, as the policy lists this offence',
  declared: 'the order says that it is met; the policy does not list this offence',
  unlisted: 'the policy does not list this offence: you judge',
};

const registers: Record<NonNullable<Review['authority']>, string> = {
  registered: 'registered, as the policy lists it',
  'named-otherwise': 'the policy lists this name for another law, authoriser or kind of instrument',
  'not-registered': 'NOT registered: the policy does not list this name',
};

/** Who issued the order, as the request names them, and whether the policy's register has them. */
export function authorityText({ request, authority }: Review): string | undefined {
  const { authority: name } = request.instrument;
  if (name === undefined) return undefined;
  return `${printable(name)}${authority === undefined ? '' : `; ${registers[authority]}`}`;
}

function documentText({ id, document }: Review): string | undefined {
  if (document === undefined) return undefined;
  const { required, received } = document;
  if (received === undefined) return required ? 'MISSING: a routine approval needs it' : 'not handed in';
  return `here since ${when(received.at)}, ${received.type}, ${counted(received.bytes, 'byte')}: \`writ review order ${id}\``;
}

function basis(review: Review): string {
  const {
    request: { instrument, investigation },
    threshold,
  } = review;
  return fields({
    instrument: `${instrument.kind}, under the law of ${instrument.jurisdiction}`,
    issued: when(instrument.issuedAt),
    'authorised by':
      instrument.role === undefined
        ? instrument.authoriserRole
        : `${instrument.authoriserRole} (${instrument.role})`,
    'issued by': authorityText(review),
    'asks for the answer by': instrument.answerBy === undefined ? undefined : moment(instrument.answerBy),
    offence: `${printable(instrument.offence)} (${investigation})`,
    threshold: thresholds[threshold],
    'order’s SHA-256': readOrderDigest(instrument.digest)?.hex,
    'as it was signed': printable(instrument.digest),
    'order itself': documentText(review),
  });
}

const tellers = {
  authority: 'the authority, and not by us',
  nobody: 'nobody until then; after that by us',
} as const;

function asked({ request, cutAt, noticeBy }: Review): string {
  const { subjects, categories, period, notice, preservations } = request;
  return (
    table(
      ['subject', 'kind', 'value'],
      subjects.map(({ kind, value }, i) => [String(i), kind, printable(value)]),
    ) +
    fields({
      categories: categories.join(', '),
      period: `${when(period.from)} to ${when(period.to)}, ${counted(daysIn(period), 'day')}`,
      'cut at':
        cutAt === undefined
          ? undefined
          : `${when(cutAt)}, when the request arrived: nothing from then on leaves, whatever the period says`,
      secrecy:
        notice === undefined
          ? noticeBy === 'authority'
            ? 'not asked for'
            : 'not asked for: the person is notified once something was disclosed'
          : `asked for until ${moment(notice.delayUntil)}: ${notice.reason}${notice.digest === undefined ? '' : `, by the order ${printable(notice.digest)}`}`,
      'told by': noticeBy === undefined || noticeBy === 'provider' ? undefined : tellers[noticeBy],
      preserved: preservations?.join(', '),
    })
  );
}

function exists({ exists: found }: Review): string {
  if (found.length === 0) return 'The policy shows the desk nothing of it.\n';
  return table(
    ['subject', 'category', 'records', 'months'],
    found.map(({ subject, category, epochs, records }) => [
      String(subject),
      category,
      records === undefined ? 'not shown' : String(records),
      epochs.length === 0 ? 'nothing' : epochs.map(printable).join(' '),
    ]),
  );
}

/** Every decision, the oldest first: those that count, those that count no more, and a suspension. */
function decisions(review: Review): string {
  const { decisions: made, superseded = [], supersededMore = 0, suspension } = review;
  const all: Made[] = [
    ...made.map((each) => ({ ...each, did: each.decision === 'approve' ? 'approved' : 'rejected' })),
    ...superseded.map((each) => ({ ...each, did: 'approved', gone: goneText(each) })),
    ...(suspension === undefined ? [] : [{ ...suspension, did: 'suspended' }]),
  ];
  if (all.length === 0) return 'Nobody yet.\n';
  const shown = all
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((each) => decisionText(each, review.asked));
  const more =
    supersededMore === 0 ? '' : `and ${counted(supersededMore, 'approval')} more that count no longer\n`;
  return shown.join('') + more;
}

interface Made {
  reviewer: string;
  did: string;
  at: string;
  scope?: Scope | undefined;
  ground?: string | undefined;
  reason?: string | undefined;
  /** Why it counts no more. */
  gone?: string;
}

function decisionText({ reviewer, did, at, scope, ground, reason, gone }: Made, whole: Scope): string {
  const isWhole = scope !== undefined && isSameScope(scope, whole);
  const lines = fields({
    ...(gone === undefined ? {} : { 'counts no more': gone }),
    ground,
    scope: scope === undefined ? undefined : `${isWhole ? 'as asked: ' : ''}${scopeText(scope)}`,
    reason: reason === undefined ? undefined : printable(reason),
  });
  return `${printable(reviewer)} ${did}, ${when(at)}\n${lines.replace(/^/gm, '  ').trimEnd()}\n`;
}

function goneText({ reviewer, because, supersededBy }: NonNullable<Review['superseded']>[number]): string {
  switch (because) {
    case 'scope-differs': {
      const who = supersededBy === undefined || supersededBy === reviewer ? 'they' : printable(supersededBy);
      return `${who} approved another scope after it`;
    }
    case 'policy-changed':
      return 'the policy changed after it';
    case 'key-revoked':
      return 'the key that signed it was revoked';
    case 'authority-objected':
      return 'the authority that was notified objected to a part of it';
  }
}

function notes({ notes = [] }: Review): string {
  if (notes.length === 0) return '';
  const said = notes.map(
    ({ reviewer, at, text }) => `${printable(reviewer)}, ${when(at)}:\n  ${printable(text)}\n`,
  );
  return section('Notes, for reviewers alone', said.join(''));
}

function questions({ questions = [] }: Review): string {
  if (questions.length === 0) return '';
  const said = questions.map(
    ({ reviewer, at, of, text, answer }) =>
      `${printable(reviewer)}, ${when(at)}, about ${of.join(', ')}:\n  ${printable(text)}\n` +
      (answer === undefined
        ? 'The agency has not answered.\n'
        : `The agency, ${when(answer.at)}:\n  ${printable(answer.text)}\n` +
          (answer.digest === undefined ? '' : `  the order’s digest now: ${printable(answer.digest)}\n`)),
  );
  return section('What the agency was asked', said.join(''));
}

function correspondence({ correspondence: letters = [] }: Review): string {
  if (letters.length === 0) return '';
  const said = letters.map(({ from, reviewer, at, text }) => {
    const who = from === 'agency' ? 'The agency' : printable(reviewer ?? 'The desk');
    return `${who}, ${when(at)}:\n  ${printable(text)}\n`;
  });
  return section('Letters, which the agency reads too', said.join(''));
}

function owed({ debts }: Review): string {
  if (debts === undefined || debts.owed.length === 0) return '';
  return section('What is owed', fields({ owed: debts.owed.join(', '), until: moment(debts.dueAt) }));
}

/** What a reviewer is about to approve, and what that leaves out. */
export function approvalText({ asked, id }: Pick<Review, 'asked' | 'id'>, scope: Scope, as?: string): string {
  const left = narrowing(scope, asked);
  return fields({
    'to be approved': id,
    scope: scopeText(scope),
    'compared with what was asked': left.length === 0 ? 'the whole of it' : `narrower: ${left.join('; ')}`,
    'the same as': as === undefined ? undefined : `${printable(as)} approved`,
  });
}
