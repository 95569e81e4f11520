import { z } from 'zod';
import { parseCode } from '#core/cases/notice-code.ts';
import { type NoticeFile, noticeFileSchema } from '#core/cases/notice-file.ts';
import { subject as subjectSchema } from '#core/cases/request.ts';
import { instant } from '#core/instant.ts';
import { type LetterLanguage, lettersIn } from './words.ts';

/**
 * The letter that tells a person what was disclosed of them: the same sections as text and as a page. It is made of what
 * the function `Notice` answers, so a provider needs no engine of templates to print or mail it.
 */
const code = z.string().transform((text, context) => {
  const read = parseCode(text);
  if (read !== undefined) return read;
  context.addIssue('no code');
  return z.NEVER;
});

/** What `Notice` answers (core/gateway/addressing.ts). */
export const addressedSchema = z.object({
  case: z.uuid(),
  subjects: z.array(
    z.object({
      subject: z.int(),
      asked: subjectSchema,
      period: z.object({ from: instant, to: instant }),
      code,
      file: noticeFileSchema,
    }),
  ),
});
export type LetterFacts = z.infer<typeof addressedSchema>['subjects'][number];

export interface LetterOptions {
  language: LetterLanguage;
  /** The provider's API with its version, for the command that checks the letter. */
  url: string | undefined;
  /** An IANA time zone, for the instants in it. */
  zone: string;
}

/** One part of a letter: paragraphs, or facts by name, or a line that is typed off. */
export interface Section {
  heading?: string;
  paragraphs?: readonly string[];
  facts?: readonly (readonly [name: string, value: string])[];
  /** To be copied as it stands. */
  typed?: string;
}

export interface Letter {
  tag: string;
  colon: string;
  title: string;
  sections: readonly Section[];
}

export function letterOf({ asked, file, code: its }: LetterFacts, options: LetterOptions): Letter {
  const words = lettersIn[options.language];
  const { headings, complain } = words;
  const { provider, agency, contact, basis, delay } = file;
  const country = countryIn(words.tag, basis.jurisdiction);
  const day = dayIn(words.tag, options.zone);
  const about = words.about[asked.kind](asked.value);
  return {
    tag: words.tag,
    colon: words.colon,
    title: words.title,
    sections: [
      { paragraphs: [words.opening({ provider, agency: agency.name, about }), words.meaning] },
      { heading: headings.facts, facts: factsIn(file, options) },
      {
        heading: headings.why,
        paragraphs: [
          delay === undefined
            ? words.notDelayed
            : words.delayed({ until: day(delay.until), ordered: delay.ordered }),
        ],
      },
      {
        heading: headings.complain,
        paragraphs: [
          complain.provider(provider),
          ...(contact === undefined ? [] : [complain.contact(contact)]),
          // Regulation (EU) 2023/1543 Art. 18, of which Art. 13(3) has the person told.
          ...(basis.instrument === 'EPOC' ? [complain.epoc] : []),
          complain.remedies(country),
        ],
      },
      { heading: headings.code, typed: its, paragraphs: [...words.code, words.lost] },
      {
        heading: headings.check,
        paragraphs: words.check({ log: file.log }),
        typed: `writ notice open ${its}${options.url === undefined ? '' : ` --url ${options.url}`}`,
      },
    ],
  };
}

function factsIn(
  { agency, basis, disclosed, receivedAt, priority, case: id }: NoticeFile,
  options: LetterOptions,
) {
  const words = lettersIn[options.language];
  const { names } = words;
  const day = dayIn(words.tag, options.zone);
  const instrument = words.instruments[basis.instrument] ?? basis.instrument;
  const country = countryIn(words.tag, basis.jurisdiction);
  const authoriser = words.authorisers[basis.authoriserRole];
  const what = disclosed.categories.map((category) => words.categories[category]).join('; ');
  const { period, records, from, to } = disclosed;
  return [
    [names.who, `${agency.name} (${agency.id})`],
    [names.basis, words.basis({ instrument, country, authoriser })],
    [names.received, `${day(receivedAt)}${priority === 'Emergency' ? `. ${words.emergency}` : ''}`],
    [names.what, what],
    [names.period, words.span(day(period.from), day(period.to))],
    [names.left, `${words.records(records)}, ${words.span(day(from), day(to))}`],
    [names.case, id],
  ] as const;
}

function countryIn(tag: string, code: string): string {
  return new Intl.DisplayNames([tag], { type: 'region' }).of(code) ?? code;
}

/** An instant as people of a language write it, to the minute, with its zone. */
function dayIn(tag: string, zone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat(tag, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  });
  return (at) => format.format(new Date(at));
}

/** As plain text, in lines of at most 72 characters; what is typed off is not broken. */
export function letterText({ title, colon, sections }: Letter): string {
  const parts = sections.map(({ heading, paragraphs = [], facts = [], typed }) =>
    [
      ...(heading === undefined ? [] : [heading, '-'.repeat([...heading].length)]),
      ...paragraphs.flatMap((text, i) => [...(i === 0 ? [] : ['']), ...lines(text, '')]),
      ...facts.flatMap(([name, value]) => lines(`${name}${colon}${value}`, '  ')),
      ...(typed === undefined ? [] : ['', `    ${typed}`]),
    ].join('\n'),
  );
  return `${[title.toUpperCase(), ...parts].join('\n\n')}\n`;
}

const mostColumns = 72;

/** @param indent of the lines after the first */
function lines(text: string, indent: string): string[] {
  const all: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > mostColumns && line.trim() !== '') {
      all.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...all, line];
}
