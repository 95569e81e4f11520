import { hoursLater } from '#core/cases/acts.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { counted } from '../common.ts';
import { when } from '../format.ts';
import type { Section } from './explain.ts';
import type { Judged, Trial } from './trial.ts';
import { authorities, either, lineText, sourceText, tellerOf, tellers, termText } from './words.ts';

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
    { title: 'Who tells the person', texts: told(request, policy) },
    { title: 'What the public log withholds', texts: withheld(policy) },
    { title: 'What the emergency owes', texts: owed(trial, policy) },
  ].filter(({ texts }) => texts.length > 0);
}

function judgedText({ category, line, refusal }: Judged): string {
  return line === undefined
    ? `${category}: no line has it: ${refusal ?? ''}.`
    : `${category}: line ${line.number}, ${lineText(line.its)}.${sourceText(line.its.source)}`;
}

function due({ received, judged }: Trial, { priority }: Request, { deadlines }: Policy): string[] {
  if (received === undefined) return [];
  const own = judged.flatMap(({ category, line }) => {
    const deadline = line?.its.deadline;
    if (deadline === undefined) return [];
    return deadline === 'as-stated'
      ? [`${category}: as the order states, where it states a time.`]
      : [`${category}: its line gives ${termText(deadline)}.`];
  });
  const rule =
    deadlines === undefined
      ? ''
      : ` The policy gives ${termText(deadlines[priority])}.${sourceText(deadlines.source)}`;
  return [`${when(received.dueAt)}.${rule}`, ...own];
}

function signatures({ opened, signatures: n }: Trial, { approvals }: Policy): string[] {
  if (opened?.expiresAt === undefined) return [`${counted(n, 'reviewer')} sign it.`];
  const others = approvals > n ? `, and ${counted(approvals - n, 'more is', 'more are')} owed after` : '';
  return [
    `${counted(n, 'reviewer opens', 'reviewers open')} it${others}.`,
    `Approved at once, it can be collected until ${when(opened.expiresAt)}.`,
  ];
}

function preserved({ received }: Trial, { preservation, collectHours }: Policy): string[] {
  if (received === undefined) return [];
  if (preservation.onReceipt !== true) return ['Nothing, unless it names a preservation.'];
  return [
    `What it names, from its receipt until it is answered, refused or ends: ${when(hoursLater(received.dueAt, collectHours))}, where it is approved on the last day.${sourceText(preservation.source)}`,
  ];
}

function held({ judged }: Trial, { priority }: Request, { notification }: Policy): string[] {
  const which = judged.filter(({ line }) => line?.its.notified === true).map(({ category }) => category);
  if (which.length === 0 || notification === undefined) return [];
  const { within, waits } = notification[priority];
  return [
    `An enforcing authority, of ${either(which, 'and')}: it has ${termText(within)}, and disclosure ${waits ? 'waits for it' : 'does not wait'}.${sourceText(notification.source)}`,
  ];
}

function told({ instrument, notice }: Request, policy: Policy): string[] {
  const teller = tellerOf(instrument.kind, policy);
  const source = 'source' in teller ? teller.source : undefined;
  const delay =
    notice === undefined || teller.who !== 'provider'
      ? []
      : [`Not before ${when(notice.delayUntil)}: ${notice.reason}.`];
  return [`${tellers[teller.who]}${sourceText(source)}`, ...delay];
}

const withheld = ({ embargo }: Policy) =>
  embargo === undefined
    ? []
    : [
        `${either(embargo.withheld, 'and')}, for ${counted(embargo.longestDays, 'day')} at most.${sourceText(embargo.source)}`,
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
