import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';
import { when } from './format.ts';

/** How commands say what the desk asks an agency, to either side. */
export const partTexts: Record<InformationNeeded, string> = {
  order: 'the order itself, or a part of it that is missing',
  authority: 'who issued or validated the order, and that they may',
  offence: 'the offence',
  subject: 'who or which account is meant',
  scope: 'which data, and of which time',
  contradiction: 'what contradicts itself, in the order or between it and the request',
  other: 'what the question says',
};

export const aboutText = (of: readonly InformationNeeded[]) => of.map((part) => partTexts[part]).join('; ');

/** Whether the provider waits for the agency to answer. */
export const isWaitedFor = ({ links }: Pick<CaseView, 'links'>) => Object.hasOwn(links, 'information');

/** What the provider asked last, as fields of a case. @param question what it says, decrypted */
export function informationFields(
  view: Pick<CaseView, 'information' | 'links'>,
  question?: string,
): Record<string, string | undefined> {
  const { information } = view;
  if (information === undefined) return {};
  const { of, askedAt, answeredAt } = information;
  return {
    [isWaitedFor(view) ? 'the provider needs' : 'the provider asked for']: aboutText(of),
    'its question': question === undefined ? undefined : printable(question),
    asked: when(askedAt),
    answered: answeredAt === undefined ? undefined : when(answeredAt),
  };
}
