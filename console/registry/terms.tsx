import { printable } from '#client/printable.ts';
import type { Terms } from '#core/registry/terms.ts';
import { Facts } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { registryWords } from './words.ts';

/** What an agency may ask for, beside what it may until now where that is another. */
export function TermsFacts({ terms, before }: { terms: Terms; before?: Terms | undefined }) {
  const words = inLanguage(registryWords).terms;
  const rows = rowsOf(terms);
  const old = before === undefined ? [] : rowsOf(before);
  const none = '–';
  return (
    <Facts
      of={rows.map(([name, value], i) => {
        const was = old[i]?.[1];
        return [
          words[name],
          was === undefined || was === value ? (
            value
          ) : (
            <>
              <del>{was === '' ? none : was}</del> <ins>{value === '' ? none : value}</ins>
            </>
          ),
        ] as const;
      })}
    />
  );
}

function rowsOf({ jurisdictions, instruments, categories, rates, enforces }: Terms) {
  const all = inLanguage(registryWords);
  const list = (texts: readonly string[]) => texts.map(printable).join(', ');
  return [
    ['jurisdictions', list(jurisdictions)],
    ['instruments', enforces === true ? '' : list(instruments)],
    ['categories', list(categories)],
    [
      'rates',
      enforces === true
        ? all.terms.enforces
        : all.terms.ratesSay(rates.requestsPerDay, rates.emergenciesPerWeek),
    ],
  ] as const;
}
