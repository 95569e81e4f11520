import { printable } from '#client/printable.ts';
import type { Policy } from '#core/cases/policy.ts';
import { preserveOnReceipt } from '#core/cases/receipt.ts';
import type { Request } from '#core/cases/request.ts';
import { counted } from '../common.ts';
import { howCountedText, termText } from '../due-text.ts';
import { when } from '../format.ts';
import type { Section } from './explain.ts';
import type { Judged, Trial } from './trial.ts';
import { authorities, either, lineText, sourceText, tellerOf, tellers } from './words.ts';

/** What a trial showed, in sentences. Each part is one section: what a later rule adds is a section more. */
export function trialSections(trial: Trial, request: Request, policy: Policy): Section[] {
  const { refusal, judged, received } = trial;
  const lines = { title: 'By which line', texts: judged.map((each) => judgedText(each)) };
  if (refusal !== undefined || received === undefined) {
    const why = refusal?.text === undefined ? '' : `: ${refusal.text}`;
    return [{ title: 'Refused', texts: [`${refusal?.code ?? ''}${why}.`] }, lines];
  }
  return [
    { title: 'Taken', texts: [`It becomes a case, and waits for ${counted(policy.approvals, 'reviewer')}.`] },
    lines,
    { title: 'Due', texts: due(trial, request, policy) },
    { title: 'Signatures', texts: signatures(trial, policy) },
    { title: 'Preserved', texts: preserved(trial, policy) },
    { title: 'Notified first', texts: held(trial, request, policy) },
    { title: 'Who tells the person', texts: told(trial, request, policy) },
    { title: 'What the public log withholds', texts: withheld(trial, policy) },
    { title: 'What the emergency owes', texts: owed(trial, policy) },
  ].filter(({ texts }) => texts.length > 0);
}

function judgedText({ category, line, refusal }: Judged): string {
  return line === undefined
    ? `${category}: no line has it: ${refusal ?? ''}.`
    : `${category}: line ${line.number}, ${lineText(line.its)}.${sourceText(line.its.source)}`;
}

function due({ received, judged }: Trial, { priority }: Request, policy: Policy): string[] {
  if (received === undefined) return [];
  const { deadlines } = policy;
  const own = judged.flatMap(({ category, line }) => {
    const deadline = line?.its.deadline;
    if (deadline === undefined) return [];
    return deadline === 'as-stated'
      ? [`${category}: as the order states, where it states a time.`]
      : [`${category}: its line gives ${termText(deadline)}.`];
  });
  const { receivedAt, dueAt, time } = received;
  const counting = howCountedText({ receivedAt, dueAt, term: time?.term ?? 'as-stated' }, policy);
  return [
    `${when(dueAt)}: ${counting}.`,
    `The policy gives ${termText(deadlines[priority])}.${sourceText(deadlines.source)}`,
    ...own,
  ];
}

function signatures({ opened, signatures: n }: Trial, { approvals }: Policy): string[] {
  if (opened?.expiresAt === undefined) return [`${counted(n, 'reviewer')} sign it.`];
  const others = approvals > n ? `, and ${counted(approvals - n, 'more is', 'more are')} owed after` : '';
  return [
    `${counted(n, 'reviewer opens', 'reviewers open')} it${others}.`,
    `Approved at once, it can be collected until ${when(opened.expiresAt)}.`,
  ];
}

function preserved({ received }: Trial, policy: Policy): string[] {
  if (received === undefined) return [];
  const { preservation } = policy;
  const own = preserveOnReceipt(received, { id: received.id, salt: received.salt, key: '', policy });
  if (own === undefined) return ['Nothing, unless it names a preservation.'];
  return [
    `What it names, from its receipt until it is answered, refused or ends: ${when(own.next.dueAt)} at the latest.${sourceText(preservation.source)}`,
  ];
}

function held({ received }: Trial, { notification: asked }: Request, { notification }: Policy): string[] {
  if (asked !== undefined && 'exempt' in asked) return ['Nobody: the agency says that none is due.'];
  const notified = received?.notified;
  if (notified === undefined) return [];
  const { authority, until, waits } = notified;
  return [
    `The enforcing authority ${printable(authority)}: it may object until ${when(until)}, and disclosure ${waits ? 'waits for it' : 'does not wait'}.${sourceText(notification?.source)}`,
  ];
}

function told({ received }: Trial, { instrument, notice }: Request, policy: Policy): string[] {
  const mode = received?.notice.by ?? 'provider';
  const delay =
    notice === undefined || mode === 'authority'
      ? []
      : [`Not before ${when(notice.delayUntil)}: ${notice.reason}.`];
  return [`${tellers[mode]}${sourceText(tellerOf(instrument.kind, policy)?.source)}`, ...delay];
}

const withheld = ({ received }: Trial, { embargo }: Policy) =>
  received?.embargo === undefined
    ? []
    : [
        `${either(received.embargo.withheld, 'and')}, until ${when(received.embargo.revealBy)}.${sourceText(embargo?.source)}`,
      ];

function owed({ opened }: Trial, { emergency: { validators, source } }: Policy): string[] {
  const { debts } = opened ?? {};
  if (debts === undefined) return [];
  const texts = {
    'second-signature': 'the other reviewers’ signatures',
    authorisation: `a validation by ${either(validators.map((role) => authorities[role]))}`,
  } as const;
  return debts.owed.length === 0
    ? [`Nothing.${sourceText(source)}`]
    : [
        `Until ${when(debts.dueAt)}: ${either(
          debts.owed.map((name) => texts[name]),
          'and',
        )}.${sourceText(source)}`,
      ];
}
