import type { EmergencyAnswer } from '#client/report/selection.ts';
import type { Figure } from '#core/log/report/bands.ts';
import type { Report } from '#core/log/report/figures.ts';
import { figureText } from '../../report/text.ts';
import type { SiteReportWords } from './words.ts';

/** "How many emergencies, and how many late?", answered in sentences; and what became of those that were opened. */
export function emergencySentences(
  { asked, late, opened, settled, overdue, rejected }: EmergencyAnswer,
  { deadlineHours }: Pick<Report, 'deadlineHours'>,
  { answer: words }: SiteReportWords,
): { answer: string[]; more: string[] } {
  const hours = figureText(deadlineHours.Emergency);
  const of = (figure: Figure) => [figureText(figure), figure === 1] as const;
  const answer =
    asked === null
      ? [words.hidden]
      : asked === 0
        ? [words.none]
        : [
            words.asked(...of(asked)),
            late === null
              ? words.lateHidden
              : late === 0
                ? words.inTime(hours)
                : words.late(...of(late), hours),
          ];
  const left = opened - settled - overdue;
  const more = [
    ...(opened === 0
      ? []
      : [words.opened(...of(opened)), words.owed(figureText(settled), figureText(overdue))]),
    // What was opened in one year may be settled in the next.
    ...(left <= 0 ? [] : [words.left(figureText(left))]),
    ...(rejected === 0 ? [] : [words.rejected(...of(rejected))]),
  ];
  return { answer, more };
}
