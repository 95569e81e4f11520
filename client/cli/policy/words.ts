import type { AuthoriserRole, Line, Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';
import { counted } from '../common.ts';

/** How a policy's values are said. */
export const authorities: Record<AuthoriserRole, string> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
  OtherCompetentAuthority: 'another competent authority',
};

export type Term = NonNullable<Policy['deadlines']>[Priority];

export const termText = (term: Term) =>
  'days' in term ? counted(term.days, 'day') : counted(term.hours, 'hour');

/** `a`, `a or b`, `a, b or c`. */
export function either(texts: readonly string[], word = 'or'): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${word} ${last}`;
}

export const sourceText = (source: string | undefined) => (source === undefined ? '' : ` [${source}]`);

const offenceTexts: Record<Line['offence'], string> = {
  any: 'any offence',
  threshold: 'an offence that meets the threshold',
  declared: 'an offence that the order declares, or the policy lists, to meet the threshold',
};

/** A line in a few words: orders, laws, authorisers, offences, urgency. */
export function lineText(line: Line): string {
  const { instruments, jurisdictions, authorisers, roles, priorities, offence, notified } = line;
  const by = roles === undefined ? authorisers.map((role) => authorities[role]) : roles;
  const only = priorities?.length === 1 ? priorities[0] : undefined;
  return [
    `${either(instruments)} by ${either(by)}`,
    ...(jurisdictions === undefined ? [] : [`under the law of ${either(jurisdictions)}`]),
    `for ${offenceTexts[offence]}`,
    ...(only === 'Emergency' ? ['in an emergency alone'] : []),
    ...(only === 'Routine' ? ['never as an emergency'] : []),
    ...(notified === true ? ['an enforcing authority is notified first'] : []),
  ].join(', ');
}

/** Who tells the person of an order of this kind, and where the policy says so. */
export function tellerOf(instrument: string, { notice }: Policy) {
  return (
    notice.by?.find(({ instruments }) => instruments.includes(instrument)) ?? { who: 'provider' as const }
  );
}

export const tellers: Record<ReturnType<typeof tellerOf>['who'], string> = {
  provider: 'The provider tells the person.',
  authority: 'The issuing authority tells the person; the provider does not.',
  nobody: 'Nobody tells the person.',
};
