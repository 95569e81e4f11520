import { partTexts } from '#client/information-words.ts';
import { isWaitedFor } from '#client/offered.ts';
import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';
import { until, when } from './format.ts';

const moment = (iso: string) => `${when(iso)}, ${until(iso)}`;

/** What the desk asks an agency about, to either side. */
export const aboutText = (of: readonly InformationNeeded[]) => of.map((part) => partTexts[part]).join('; ');

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
