import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';
import { until, when } from './format.ts';

/** How commands say what the desk asks an agency, to either side. */
export const partTexts: Record<InformationNeeded, string> = {
  order: 'the order itself, or a part of it that is missing',
  authority: 'who issued or validated the order, and that they may',
  offence: 'the offence',
  subject: 'who or which account is meant',
  scope: 'which data, and of which time',
  contradiction: 'what contradicts itself, in the order or between it and the request',
  impossible: 'what stands in the way, through no fault of the provider',
  'immunity-or-privilege': 'immunities or privileges that might be touched',
  'press-freedom': 'freedom of the press or of expression that might be touched',
  'third-country-conflict': 'another country’s law, which forbids it',
  other: 'what the question says',
};

const moment = (iso: string) => `${when(iso)}, ${until(iso)}`;

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
  const { of, askedAt, answerBy, answeredAt } = information;
  return {
    [isWaitedFor(view) ? 'the provider needs' : 'the provider asked for']: aboutText(of),
    'its question': question === undefined ? undefined : printable(question),
    asked: when(askedAt),
    'to be answered': isWaitedFor(view) && answerBy !== undefined ? moment(answerBy) : undefined,
    answered: answeredAt === undefined ? undefined : when(answeredAt),
  };
}
