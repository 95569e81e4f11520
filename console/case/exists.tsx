import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import { Section } from '../ui/kit.tsx';
import { countText } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import { caseWords } from './words.ts';

/** How much data there is, and of which months. What it is, no reviewer sees. */
export function Exists({ review: { exists } }: { review: Review }) {
  const words = inLanguage(caseWords).exists;
  return (
    <Section title={words.title}>
      {exists.length === 0 ? (
        <p class="soft">{words.hidden}</p>
      ) : (
        <div class="exists">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.subject}</th>
                <th scope="col">{words.category}</th>
                <th scope="col" class="number">
                  {words.records}
                </th>
                <th scope="col">{words.months}</th>
              </tr>
            </thead>
            <tbody>
              {exists.map(({ subject, category, records, epochs }) => (
                <tr key={`${subject} ${category}`}>
                  <td>{subject}</td>
                  <td>{category}</td>
                  <td class="number">{records === undefined ? words.notShown : countText(records)}</td>
                  <td>{epochs.length === 0 ? words.none : epochs.map(printable).join(' ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
