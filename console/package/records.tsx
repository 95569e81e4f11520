import { useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { NamedSubject } from '#core/disclosure/package.ts';
import { Button, Section } from '../ui/kit.tsx';
import { countText, instantText } from '../ui/moment-text.ts';
import { ownZone } from '../ui/zone.ts';
import { inLanguage } from '../words/lang.ts';
import { packageWords } from './words.ts';

/** So many rows are shown at first, and with each press. */
const step = 200;

/** The records of a package: what was verified before anything of it is shown. */
export function Records({
  records,
  subjects,
}: {
  records: readonly DisclosedRecord[];
  subjects: readonly NamedSubject[] | undefined;
}) {
  const words = inLanguage(packageWords).table;
  const [shown, setShown] = useState(step);
  const has = columnsOf(records);
  const left = records.length - shown;
  return (
    <Section title={words.title} aside={<span class="soft">{words.zone(ownZone())}</span>}>
      {records.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
        <section class="scroll" aria-label={words.zone(ownZone())} tabIndex={0}>
          <table class="records">
            <thead>
              <tr>
                {has.map((column) => (
                  <th key={column} scope="col">
                    {words.columns[column]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {records.slice(0, shown).map((record, i) => (
                <tr key={i}>
                  {has.map((column) => (
                    <td key={column} class={column}>
                      {cellOf(record, column, subjects)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {left <= 0 ? null : (
        <Button onClick={() => setShown(shown + step)}>{words.more(countText(Math.min(step, left)))}</Button>
      )}
    </Section>
  );
}

const columns = [
  'subject',
  'category',
  'utc',
  'own',
  'ip',
  'port',
  'phone',
  'from',
  'to',
  'outcome',
] as const;
type Column = (typeof columns)[number];

/** Only those that some record has something for. */
function columnsOf(records: readonly DisclosedRecord[]): Column[] {
  const isAny = {
    access: records.some((each) => 'at' in each),
    phone: records.some((each) => 'phone' in each),
  };
  const isFailed = records.some((each) => 'outcome' in each && each.outcome !== undefined);
  return columns.filter((column) => {
    if (column === 'utc' || column === 'own' || column === 'ip' || column === 'port') return isAny.access;
    if (column === 'phone' || column === 'from' || column === 'to') return isAny.phone;
    return column !== 'outcome' || isFailed;
  });
}

function cellOf(
  record: DisclosedRecord,
  column: Column,
  subjects: readonly NamedSubject[] | undefined,
): string {
  const words = inLanguage(packageWords).table;
  const at = 'at' in record ? record.at : undefined;
  const phone = 'phone' in record ? record : undefined;
  switch (column) {
    case 'subject':
      return subjectText(record.subject, subjects);
    case 'category':
      return record.category;
    case 'utc':
      return at === undefined ? '' : utcText(at);
    case 'own':
      return at === undefined ? '' : instantText(at);
    case 'ip':
      return 'ip' in record ? printable(record.ip) : '';
    case 'port':
      return 'port' in record ? String(record.port) : '';
    case 'phone':
      return phone === undefined ? '' : printable(phone.phone);
    case 'from':
      return phone === undefined ? '' : utcText(phone.validFrom);
    case 'to':
      return phone === undefined ? '' : phone.validTo === undefined ? words.stands : utcText(phone.validTo);
    case 'outcome':
      return 'outcome' in record && record.outcome !== undefined ? words.failed : '';
  }
}

/** A subject as the request named it, or by its number. */
export function subjectText(subject: number, subjects: readonly NamedSubject[] | undefined): string {
  const words = inLanguage(packageWords).table;
  const named = subjects?.find((each) => each.subject === subject);
  if (named === undefined) return words.subject(subject);
  const [, kind = named.kind] = Object.entries(words.kinds).find(([name]) => name === named.kind) ?? [];
  return `${kind} ${printable(named.value)}`;
}

/** As a court file writes it: to the second, and finer where it is. */
export const utcText = (at: string): string => at.replace('T', ' ').replace(/(?:\.0+)?Z$/, '');
