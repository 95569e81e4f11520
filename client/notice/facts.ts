import type { NoticeFile } from '#core/cases/notice-file.ts';
import type { LetterWords } from './words.ts';

/** What a person's file says in their language: in the letter, and in the page that opens with the letter's code. */

/** @param zone an IANA time zone; without one, the reader's own */
export function factsOf(
  file: NoticeFile,
  words: LetterWords,
  zone?: string,
): readonly (readonly [string, string])[] {
  const { agency, basis, disclosed, receivedAt, priority, case: id } = file;
  const { names } = words;
  const day = dayIn(words.tag, zone);
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
  ];
}

/** Why the person learns of it now. */
export function whyNow({ delay }: NoticeFile, words: LetterWords, zone?: string): string[] {
  if (delay === undefined) return [words.notDelayed];
  const until = dayIn(words.tag, zone)(delay.until);
  return [`${words.delayed({ until, ordered: delay.ordered })} ${words.reason(words.reasons[delay.reason])}`];
}

/** Where a person can turn who does not agree. */
export function complaints(
  { provider, contact, basis }: NoticeFile,
  { tag, complain }: LetterWords,
): string[] {
  return [
    complain.provider(provider),
    ...(contact === undefined ? [] : [complain.contact(contact)]),
    // Regulation (EU) 2023/1543 Art. 18, of which Art. 13(3) has the person told.
    ...(basis.instrument === 'EPOC' ? [complain.epoc] : []),
    complain.remedies(countryIn(tag, basis.jurisdiction)),
  ];
}

function countryIn(tag: string, code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames([tag], { type: 'region' }).of(code) ?? code) : code;
}

/** An instant as people of a language write it, to the minute, with its zone. */
export function dayIn(tag: string, zone?: string): (at: string) => string {
  const format = new Intl.DateTimeFormat(tag, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(zone === undefined ? {} : { timeZone: zone }),
    timeZoneName: 'short',
  });
  return (at) => format.format(new Date(at));
}
