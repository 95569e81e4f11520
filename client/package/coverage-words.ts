import type { Withheld } from '#core/cases/withheld.ts';
import type { RecordCount } from './counts.ts';
import { groundTexts } from './ground-words.ts';
import type { Coverage } from './manifest.ts';

/** What an answer covers, in sentences: for the certificate, for `writ collect` and for `writ log prove`. */
interface Covered {
  completeness: Coverage;
  until?: string | undefined;
  subjects?: readonly { subject: number; kind: string; value: string }[] | undefined;
}

/** @param counts of the whole answer, whatever the number of its pages */
export function coverageLines(
  { completeness, until, subjects }: Covered,
  counts: readonly RecordCount[],
): string[] {
  const { searched, notHeld, withheld } = completeness;
  const name = (subject: number) => {
    const named = subjects?.find((each) => each.subject === subject);
    return named === undefined ? `subject ${subject}` : `subject ${subject} (${named.kind} ${named.value})`;
  };
  const isMissing = ({ subject, category }: RecordCount) =>
    notHeld.some((each) => each.subject === subject && each.category === category);
  const { from, to } = searched.period;
  return [
    `Searched: ${searched.categories.join(', ')} of ${searched.subjects.map(name).join(', ')}, from ${from} to ${to}.`,
    ...(until === undefined
      ? []
      : [`Cut: nothing of ${until}, when the request arrived, or later was searched.`]),
    ...counts.map((each) => {
      const of = `${each.category} of ${name(each.subject)}`;
      if (each.records > 0)
        return `Found: ${each.records === 1 ? '1 record' : `${each.records} records`}, ${of}.`;
      return isMissing(each)
        ? `Not held: ${of}. Nothing is stored of the months searched.`
        : `Found nothing: ${of}. There is data of the months searched, and none of the period.`;
    }),
    ...(withheld === undefined
      ? ['Withheld: nothing. All that was asked was searched.']
      : withheldLines(withheld)),
  ];
}

function withheldLines({
  subjects,
  categories,
  periods,
  because,
}: NonNullable<Coverage['withheld']>): string[] {
  const parts = [
    ...subjects.map((subject) => `subject ${subject}`),
    ...categories,
    ...periods.map(({ from, to }) => `from ${from} to ${to}`),
  ];
  const why = because === undefined ? ['No ground is stated for it.'] : because.map(withheldLine);
  return [`Withheld, asked for and not approved: ${parts.join('; ')}.`, ...why];
}

/** A ground with what it is of. */
export function withheldLine({ subjects, categories, ground }: Withheld[number]): string {
  const of = [
    ...(categories === undefined ? [] : [categories.join(', ')]),
    ...(subjects === undefined ? [] : [`of ${subjects.map((each) => `subject ${each}`).join(', ')}`]),
  ].join(' ');
  return `Ground for ${of === '' ? 'the part of the period' : of.replace(/^of /, '')}: ${ground}, ${groundTexts[ground]}.`;
}
