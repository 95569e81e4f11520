import { z } from 'zod';
import { parseCode } from '#core/cases/notice-code.ts';
import { noticeFileSchema } from '#core/cases/notice-file.ts';
import { subject as subjectSchema } from '#core/cases/request.ts';
import { instant } from '#core/instant.ts';
import { complaints, factsOf, whyNow } from './facts.ts';
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
  /** It is the code, which a person reads sign by sign. */
  isCode?: true;
}

export interface Letter {
  tag: string;
  colon: string;
  title: string;
  sections: readonly Section[];
}

export function letterOf(
  { asked, file, code: its }: LetterFacts,
  { language, url, zone }: LetterOptions,
): Letter {
  const words = lettersIn[language];
  const { headings } = words;
  const { provider, agency } = file;
  const about = words.about[asked.kind](asked.value);
  const command = `writ notice open ${its}${url === undefined ? '' : ` --url ${url}`}`;
  return {
    tag: words.tag,
    colon: words.colon,
    title: words.title,
    sections: [
      { paragraphs: [words.opening({ provider, agency: agency.name, about }), words.meaning] },
      { heading: headings.facts, facts: factsOf(file, words, zone) },
      { heading: headings.why, paragraphs: whyNow(file, words, zone) },
      { heading: headings.complain, paragraphs: complaints(file, words) },
      { heading: headings.code, typed: its, isCode: true, paragraphs: [...words.code, words.lost] },
      {
        heading: headings.check,
        paragraphs: [...words.check({ log: file.log }), ...(url === undefined ? [] : [words.page])],
        ...(url === undefined ? {} : { typed: letterAddress(url) }),
      },
      { paragraphs: [words.command], typed: command },
    ],
  };
}

/** The page in which a letter is checked: its code is typed there, and is in no address. @param url the API with its version */
export const letterAddress = (url: string): string => `${url.replace(/\/+$/, '')}/#/letter`;

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
