import { printable } from '#client/printable.ts';
import type { Policy } from '#core/cases/policy.ts';
import { categories, titleOf } from '#core/categories/categories.ts';
import { counted } from '../common.ts';
import { termText } from '../due-text.ts';
import { strong } from '../format.ts';
import { wrapped } from '../request/sentences.ts';
import { authorities, either, lineText, sourceText, tellers } from './words.ts';

/** A policy in sentences, for the lawyer who has it adopted: each rule with its source, and what is not set. */
export interface Section {
  title: string;
  /** Each a paragraph of its own. */
  texts: string[];
}

export function explain(policy: Policy): Section[] {
  return [
    {
      title: printable(policy.name),
      texts:
        policy.inactive === undefined
          ? []
          : [`INACTIVE, it cannot be adopted or deployed: ${printable(policy.inactive)}`],
    },
    ...categories.map((category) => ({
      title: `${category}: ${titleOf(category)}`,
      texts:
        policy.categories[category].length === 0
          ? ['It is not disclosed.']
          : policy.categories[category].map((line) => `${lineText(line)}.${sourceText(line.source)}`),
    })),
    { title: 'Who the offices are', texts: offices(policy) },
    { title: 'Which offences meet the threshold', texts: offences(policy) },
    { title: 'By when it is answered', texts: deadlines(policy) },
    { title: 'Who decides', texts: deciding(policy) },
    { title: 'Who sees the log first', texts: witnessed(policy) },
    { title: 'Emergencies', texts: emergencies(policy) },
    { title: 'What is preserved', texts: preserved(policy) },
    { title: 'Who is notified first', texts: notified(policy) },
    { title: 'Who tells the person', texts: telling(policy) },
    { title: 'What the public log says later', texts: withheld(policy) },
    { title: 'The order itself', texts: order(policy) },
    { title: 'Limits', texts: limits(policy) },
    { title: 'What is not set', texts: unset(policy) },
    { title: 'Sources', texts: sources(policy) },
  ].filter(({ texts }, i) => i === 0 || texts.length > 0);
}

/** Lines of at most 78 columns. */
export function sectionText({ title, texts }: Section): string {
  return [
    ...wrapped(title).map((line) => strong(line)),
    ...texts.flatMap((text) => wrapped(printable(text), '  - ')),
    '',
  ].join('\n');
}

const offices = ({ roles = {} }: Policy) =>
  Object.entries(roles).map(([name, { title, is }]) => `${name}: ${title}. Counts as ${authorities[is]}.`);

function offences({ categories: of, offences: listed, unlistedOffence }: Policy): string[] {
  const kinds = new Set(categories.flatMap((category) => of[category].map(({ offence }) => offence)));
  if (!kinds.has('threshold') && !kinds.has('declared')) return [];
  const laws = Object.entries(listed).map(
    ([law, { meet, miss }]) =>
      `Under the law of ${law}: ${counted(meet.length, 'offence')} that meet it, ${miss.length} that do not.`,
  );
  return [
    ...(laws.length === 0 ? ['The policy lists none.'] : laws),
    ...(kinds.has('threshold')
      ? [
          unlistedOffence === 'review'
            ? 'What is on neither list, the reviewers judge.'
            : 'What is on neither list is refused.',
        ]
      : []),
    ...(kinds.has('declared') ? ['Where a line says so, what the order declares counts.'] : []),
  ];
}

function deadlines({ deadlines: said, categories: of, calendar, lifetimeDays, dialogue }: Policy): string[] {
  const { Routine, Emergency, stops } = said;
  const own = categories.flatMap((category) =>
    of[category].flatMap(({ deadline, instruments }) =>
      deadline === undefined
        ? []
        : [
            deadline === 'as-stated'
              ? `${either(instruments, 'and')}: as the order states, and as above where it does not.`
              : `${either(instruments, 'and')}, ${category}: within ${termText(deadline)}.`,
          ],
    ),
  );
  return [
    `Within ${termText(Routine)}, in an emergency within ${termText(Emergency)}.${sourceText(said.source)}`,
    ...new Set(own),
    ...(calendar === undefined
      ? []
      : [
          `Days are those of ${calendar.zone}; public holidays are those of ${calendar.holidays.place}, known through ${calendar.holidays.through}.${sourceText(calendar.source)}`,
        ]),
    ...(stops === true ? ['The time stands still while the agency is asked for information.'] : []),
    ...(dialogue === undefined
      ? []
      : [
          `The agency has ${termText(dialogue.answerWithin)} to answer what it is asked.${sourceText(dialogue.source)}`,
        ]),
    ...(lifetimeDays === undefined
      ? []
      : [`A case that nobody decides ends ${counted(lifetimeDays, 'day')} after its receipt.`]),
  ];
}

function deciding({
  approvals,
  collectHours,
  limits: { collections },
  caseRetentionMonths,
  desk,
}: Policy): string[] {
  const sees = {
    amount: 'They see whether data exists, and how many records; never the data.',
    existence: 'They see whether data exists, and not how much.',
    nothing: 'They do not see whether data exists.',
  } as const;
  return [
    `${counted(approvals, 'reviewer')} sign the same scope. ${sees[desk.sees]}`,
    `The agency may collect for ${counted(collectHours, 'hour')} (${Math.floor(collectHours / 24)} days) after that, ${counted(collections, 'time')}.`,
    `A case is forgotten ${counted(caseRetentionMonths, 'month')} after its end.`,
  ];
}

function witnessed({ witnessed: its }: Policy): string[] {
  if (its === undefined || its.collect === 'off') return [];
  const waits = `A collection waits for up to ${counted(its.patienceSeconds, 'second')} until witnesses, whom the deployment names, have cosigned the log with what announces it.`;
  return its.collect === 'prefer'
    ? [`${waits} Without them it goes on after that.`]
    : [`${waits} Without them nothing is opened, and the agency asks again.`];
}

function emergencies({ emergency, limits: { emergenciesPerWeek } }: Policy): string[] {
  const { approvals, debtHours, threat, validators, source } = emergency;
  if (emergenciesPerWeek === 0) return [`None is taken.${sourceText(source)}`];
  return [
    `${counted(approvals, 'reviewer opens', 'reviewers open')} it; the others sign within ${counted(debtHours, 'hour')}.`,
    validators.length === 0
      ? `No validation is owed afterwards.${sourceText(source)}`
      : `An order that was not issued or validated by ${either(validators.map((role) => authorities[role]))} is validated by one of them within ${counted(debtHours, 'hour')}.${sourceText(source)}`,
    threat === 'required'
      ? 'The request says what is threatened.'
      : 'The request may leave open what is threatened.',
  ];
}

function preserved({ preservation }: Policy): string[] {
  const {
    days,
    extensionDays,
    mostDays,
    instruments,
    authorisers,
    onReceipt,
    terms = [],
    source,
  } = preservation;
  const own = new Set(terms.flatMap((term) => term.instruments));
  const others = instruments.filter((kind) => !own.has(kind));
  const keeps = (n: number, more: number) =>
    more === 0 ? `${counted(n, 'day')}, without extension` : `${counted(n, 'day')}, and ${more} more once`;
  return [
    ...(onReceipt === true
      ? [
          `A request preserves what it names, from its receipt until it is answered or ends.${sourceText(source)}`,
        ]
      : []),
    `By order of ${either(authorisers.map((role) => authorities[role]))}:`,
    ...(others.length === 0
      ? []
      : [`${either(others)}: ${keeps(days, extensionDays)}.${sourceText(source)}`]),
    ...terms.map(
      (term) =>
        `${either(term.instruments)}: ${keeps(term.days, term.extensionDays)}.${sourceText(term.source)}`,
    ),
    `Nothing is kept longer than ${counted(mostDays, 'day')}, whatever it became part of.`,
  ];
}

function notified({ notification, categories: of }: Policy): string[] {
  if (notification === undefined) return [];
  const { Routine, Emergency, exempt, source } = notification;
  const where = categories.flatMap((category) =>
    of[category].flatMap(({ instruments, notified }) =>
      notified === true ? [`${either(instruments)} for ${category}`] : [],
    ),
  );
  const waiting = ({ within, waits }: typeof Routine) =>
    `${termText(within)}, for which disclosure ${waits ? 'waits' : 'does not wait'}`;
  return [
    `An enforcing authority, of ${either(where, 'and')}. It has ${waiting(Routine)}; in an emergency ${waiting(Emergency)}.${sourceText(source)}`,
    exempt === 'resident'
      ? 'The issuing authority may say that none is due, since offence and person are of its own State.'
      : 'The issuing authority cannot say that none is due.',
  ];
}

function telling({ notice }: Policy): string[] {
  const { by = [], longestDelayDays, renewals, graceHours, source } = notice;
  return [
    ...by.map(
      ({ instruments, who, source: its }) => `${either(instruments)}: ${tellers[who]}${sourceText(its)}`,
    ),
    `${by.length === 0 ? '' : 'Of all others: '}${tellers.provider}`,
    `A delay ends, at most ${counted(longestDelayDays, 'day')} off when it is asked for, and can be renewed ${counted(renewals, 'time')}. A notice is overdue after ${counted(graceHours, 'hour')}.${sourceText(source)}`,
  ];
}

function withheld({ embargo }: Policy): string[] {
  if (embargo === undefined) return [];
  return [
    `Withheld at first: ${either(embargo.withheld, 'and')}. The log commits to it now, and says it after ${counted(embargo.longestDays, 'day')} at the latest.${sourceText(embargo.source)}`,
  ];
}

function order({ order: its, authorities: known = [] }: Policy): string[] {
  const register =
    known.length === 0 ? [] : [`The register has ${counted(known.length, 'authority', 'authorities')}.`];
  if (its === undefined) return register;
  const texts = {
    required: 'A request comes with the order.',
    optional: 'A request may come with the order.',
    none: 'The order is not taken.',
  } as const;
  return [`${texts[its.document]}${sourceText(its.source)}`, ...register];
}

function limits({ limits: its }: Policy): string[] {
  return [
    `One request: ${counted(its.subjects, 'subject')}, ${counted(its.periodDays, 'day')}, ${its.grants} months of records.`,
    `One agency: ${its.requestsPerDay.agency} requests a day, ${its.emergenciesPerWeek} emergencies a week; one officer: ${its.requestsPerDay.officer} a day.`,
  ];
}

/** What a policy leaves out, and what holds then. */
function unset(policy: Policy): string[] {
  const texts: [isUnset: boolean, text: string][] = [
    [policy.calendar === undefined, 'calendar: days are those of UTC, without public holidays.'],
    [policy.lifetimeDays === undefined, 'lifetimeDays: a case that nobody decides waits on.'],
    [
      policy.preservation.onReceipt !== true,
      'preservation.onReceipt: a request preserves nothing by itself.',
    ],
    [policy.notification === undefined, 'notification: nobody is notified before disclosure.'],
    [policy.witnessed === undefined, 'witnessed: collecting waits for no witness of the log.'],
    [policy.notice.by === undefined, 'notice.by: the provider tells the person, of every order.'],
    [policy.embargo === undefined, 'embargo: the log says everything at once.'],
    [policy.order === undefined, 'order: only the order’s digest comes with a request.'],
    [policy.authorities === undefined, 'authorities: no register of competent authorities is compared.'],
    [policy.roles === undefined, 'roles: no office is asked for.'],
    [policy.sources === undefined, 'sources: the policy does not say what it rests on.'],
  ];
  return texts.flatMap(([isUnset, text]) => (isUnset ? [text] : []));
}

const sources = ({ sources: its = [] }: Policy) =>
  its.map(
    ({ title, read, note }) =>
      `${read === 'cf' ? 'cf. (not read) ' : ''}${title}${note === undefined ? '' : ` (${note})`}`,
  );
