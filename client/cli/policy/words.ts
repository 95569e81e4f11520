import type { NoticeMode } from '#core/cases/notice-modes.ts';
import type { AuthoriserRole, Line, Policy } from '#core/cases/policy.ts';

/** How a policy's values are said. */
export const authorities: Record<AuthoriserRole, string> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
  OtherCompetentAuthority: 'another competent authority',
};

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

/** Which line says who tells the person of an order of this kind. */
export const tellerOf = (instrument: string, { notice }: Policy) =>
  notice.by?.find(({ instruments }) => instruments.includes(instrument));

export const tellers: Record<NoticeMode, string> = {
  provider: 'The provider tells the person.',
  authority: 'The issuing authority tells the person; the provider does not.',
  nobody: 'Nobody tells the person before the end of the order that forbids it; then the provider does.',
};
