import { type Category, categories } from '#core/categories/categories.ts';
import { isAsLong, type Term } from './deadline.ts';
import type { AuthoriserRole, Line, Policy } from './policy.ts';

/**
 * What makes a policy one that nobody can keep, though each of its fields is what it should be: two rules that cannot both
 * hold, an obligation that nobody can meet, a line that no order fits. It is refused before it is adopted, not found out
 * by the first case.
 */
export interface Unkeepable {
  path: readonly (string | number)[];
  message: string;
}

const priorities = ['Routine', 'Emergency'] as const;

export function unkeepable(policy: Policy): Unkeepable[] {
  return [
    ...approvalsOf(policy),
    ...linesOf(policy).flatMap((placed) => lineFaults(placed, policy)),
    ...validatorsOf(policy),
    ...lifetimeOf(policy),
    ...embargoOf(policy),
    ...preservationOf(policy),
    ...holdOf(policy),
  ];
}

function approvalsOf({ approvals, emergency }: Policy): Unkeepable[] {
  if (emergency.approvals <= approvals) return [];
  const message = `an emergency would need more signatures (${emergency.approvals}) than a request that is none (${approvals})`;
  return [{ path: ['emergency', 'approvals'], message }];
}

interface Placed {
  category: Category;
  index: number;
  line: Line;
}

const linesOf = (policy: Policy): Placed[] =>
  categories.flatMap((category) =>
    policy.categories[category].map((line, index) => ({ category, index, line })),
  );

function lineFaults({ category, index, line }: Placed, policy: Policy): Unkeepable[] {
  const path = ['categories', category, index];
  const faults: Unkeepable[] = [];
  const add = (name: keyof Line, message: string) => faults.push({ path: [...path, name], message });
  for (const role of line.roles ?? []) {
    const is = Object.hasOwn(policy.roles ?? {}, role) ? policy.roles?.[role]?.is : undefined;
    if (is === undefined) add('roles', `names ${role}, which is none of the policy’s roles`);
    else if (!line.authorisers.includes(is))
      add('roles', `names ${role}, which counts as ${is}, whom the line does not take`);
  }
  for (const is of line.authorisers)
    if (line.roles !== undefined && !line.roles.some((role) => policy.roles?.[role]?.is === is))
      add('authorisers', `takes ${is} and names no office that counts as one, so no order of theirs fits`);
  if (line.notified === true && policy.notification === undefined)
    add(
      'notified',
      'has an authority notified, and the policy has no `notification` that says how long it has',
    );
  if (line.offence === 'threshold' && !canBeMet(line, policy))
    add(
      'offence',
      'asks for the threshold, and no offence meets it: none is listed, and what is not listed is refused',
    );
  return faults;
}

function canBeMet({ jurisdictions }: Line, { offences, unlistedOffence }: Policy): boolean {
  if (unlistedOffence === 'review') return true;
  return Object.entries(offences).some(
    ([law, { meet }]) => meet.length > 0 && (jurisdictions?.includes(law) ?? true),
  );
}

/**
 * Whoever may open an emergency on a line owes its validation. So one of the validators must be an authoriser of the same
 * category, on the same instrument, under the same law, in an emergency.
 */
function validatorsOf(policy: Policy): Unkeepable[] {
  const { validators } = policy.emergency;
  const urgent = linesOf(policy).filter(({ line }) => line.priorities?.includes('Emergency') ?? true);
  const faults: Unkeepable[] = [];
  const orders = (validator: AuthoriserRole) =>
    urgent.some(({ line }) => line.authorisers.includes(validator));
  for (const validator of validators)
    if (!orders(validator))
      faults.push({
        path: ['emergency', 'validators'],
        message: `names ${validator}, whom no line takes in an emergency, so no validation of theirs is ever accepted`,
      });
  if (validators.length === 0) return faults;
  for (const { category, line } of urgent)
    for (const instrument of line.instruments) {
      const isMet = urgent.some(
        (other) =>
          other.category === category &&
          other.line.instruments.includes(instrument) &&
          overlap(line.jurisdictions, other.line.jurisdictions) &&
          other.line.authorisers.some((role) => validators.includes(role)),
      );
      if (!isMet)
        faults.push({
          path: ['emergency', 'validators'],
          message: `an emergency by ${instrument} for ${category} owes a validation, and none of the validators may order that`,
        });
    }
  return faults;
}

const overlap = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
  one === undefined || other === undefined || one.some((law) => other.includes(law));

/** The least time that a term can take: hours run through; a day of a calendar is over when it is over. */
export function hoursOf(term: Term): number {
  return 'days' in term ? term.days * 24 : term.hours;
}

interface Promised {
  /** Whether emergencies alone have it. */
  isUrgent: boolean;
  term: Term;
  path: readonly (string | number)[];
}

/** Every term within which the policy promises an answer, and where it says so. */
function promisedTerms(policy: Policy): Promised[] {
  const general = priorities.map((priority) => ({
    isUrgent: priority === 'Emergency',
    term: policy.deadlines[priority],
    path: ['deadlines', priority],
  }));
  const own = linesOf(policy).flatMap(({ category, index, line: { deadline, priorities: urgencies } }) =>
    deadline === undefined || deadline === 'as-stated'
      ? []
      : [
          {
            isUrgent: urgencies?.includes('Routine') === false,
            term: deadline,
            path: ['categories', category, index, 'deadline'],
          },
        ],
  );
  return [...general, ...own];
}

/** A case that nobody decides ends; it may not end while there is time for the answer, or for the authority's. */
function lifetimeOf(policy: Policy): Unkeepable[] {
  const { lifetimeDays, notification } = policy;
  if (lifetimeDays === undefined) return [];
  const waited =
    notification === undefined ? [] : priorities.map((priority) => notification[priority].within);
  const terms = [...promisedTerms(policy).map(({ term }) => term), ...waited];
  if (terms.every((term) => isAsLong(lifetimeDays, term))) return [];
  const longest = Math.max(...terms.map(hoursOf));
  const message = `a case would end after ${lifetimeDays} days, and there may be ${longest} hours for its answer`;
  return [{ path: ['lifetimeDays'], message }];
}

/** How many days so many months have, at the least. */
export const daysOfMonths = (months: number) => Math.floor(months / 12) * 365 + (months % 12) * 28;

/** What is withheld is revealed while there still is a case that knows it. */
function embargoOf({ embargo, caseRetentionMonths }: Policy): Unkeepable[] {
  if (embargo === undefined || embargo.longestDays <= daysOfMonths(caseRetentionMonths)) return [];
  const message = `what is withheld for ${embargo.longestDays} days would be forgotten before it is revealed: a case is kept ${caseRetentionMonths} months after its end`;
  return [{ path: ['embargo', 'longestDays'], message }];
}

function preservationOf({ preservation }: Policy): Unkeepable[] {
  return (preservation.terms ?? []).flatMap(({ days, extensionDays, instruments }, i) => {
    const path = ['preservation', 'terms', i];
    const strangers = instruments.filter((kind) => !preservation.instruments.includes(kind));
    return [
      ...(days + extensionDays <= preservation.mostDays
        ? []
        : [
            {
              path: [...path, 'days'],
              message: `keeps for ${days} and ${extensionDays} days, and nothing is kept longer than ${preservation.mostDays}`,
            },
          ]),
      ...strangers.map((kind) => ({
        path: [...path, 'instruments'],
        message: `names ${kind}, by which nothing can be preserved: it is not in preservation.instruments`,
      })),
    ];
  });
}

/** What waits for an authority can be collected afterwards. */
function holdOf({ notification, collectHours }: Policy): Unkeepable[] {
  return priorities.flatMap((priority) => {
    const rule = notification?.[priority];
    if (rule === undefined || !rule.waits || hoursOf(rule.within) < collectHours) return [];
    const message = 'the time to object is over only when the right to collect is';
    return [{ path: ['notification', priority, 'within'], message }];
  });
}

/** Whether collecting waits for witnesses under this policy. */
export const waitsForWitnesses = ({ witnessed }: Pick<Policy, 'witnessed'>): boolean =>
  witnessed !== undefined && witnessed.collect !== 'off';

/**
 * A policy that has collecting wait for witnesses, where there are none whose cosignatures would count.
 *
 * @param hasQuorum whether witnesses are configured, and a quorum of them that takes at least one
 */
export function unwitnessable(policy: Pick<Policy, 'witnessed'>, hasQuorum: boolean): Unkeepable[] {
  if (hasQuorum || !waitsForWitnesses(policy)) return [];
  const message = `asks for checkpoints that witnesses cosigned (${policy.witnessed?.collect}), and no quorum of witnesses is configured (the setting "witnesses")`;
  return [{ path: ['witnessed', 'collect'], message }];
}

/**
 * What a policy promises and a deployment cannot keep. A key that is enrolled may act once it has cooled off; where the time
 * for an answer is over before, who joins the desk to answer a request is too late for it. An emergency is left to those
 * whose keys have cooled off already.
 *
 * @param coolOffHours hours from a key's enrolment until it may be used
 */
export function unkeepableWithin(policy: Policy, coolOffHours: number): Unkeepable[] {
  const terms = promisedTerms(policy).filter(({ isUrgent }) => !isUrgent);
  const { lifetimeDays } = policy;
  const ends = lifetimeDays === undefined ? [] : [{ term: { days: lifetimeDays }, path: ['lifetimeDays'] }];
  return [...terms, ...ends]
    .filter(({ term }) => hoursOf(term) <= coolOffHours)
    .map(({ term, path }) => ({
      path,
      message: `is over after ${hoursOf(term)} hours, and a new key may act after ${coolOffHours} (the setting "coolOffHours")`,
    }));
}
