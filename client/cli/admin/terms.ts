import type { Command } from 'commander';
import { categories as every } from '#core/categories/categories.ts';
import { countryFault } from '../country.ts';
import { needed } from '../person.ts';

/** An agency's terms, from options or answers: jurisdictions, kinds of order, categories, rates. */
export interface TermsOptions {
  jurisdiction?: string[];
  instrument?: string[];
  category?: string[];
  requestsPerDay?: string;
  emergenciesPerWeek?: string;
  enforces?: boolean;
}

export function forTerms(command: Command): Command {
  return command
    .option('--jurisdiction <code...>', 'under whose law it may ask: DE FR')
    .option('--instrument <kind...>', 'on which orders: EPOC EPOC-PR EIO MLA NationalOrder')
    .option('--category <category...>', `for what: ${every.join(' ')}`)
    .option('--requests-per-day <n>', 'by all its officers together')
    .option('--emergencies-per-week <n>', 'of them, those that are emergencies; 0: none')
    .option('--enforces', 'it is an enforcing authority there: it is notified, and asks for nothing');
}

/** @returns unchecked: the proposal that it becomes part of is checked as a whole. @throws CommandError usage */
export async function termsOf(options: TermsOptions): Promise<unknown> {
  const jurisdictions = await listOf(
    options.jurisdiction,
    '--jurisdiction',
    'Under whose law? Codes, by spaces (DE FR)',
    countryFault,
  );
  if (options.enforces === true) {
    const rates = { requestsPerDay: 0, emergenciesPerWeek: 0 };
    return { jurisdictions, instruments: [], categories: [], rates, enforces: true };
  }
  const instruments = await listOf(
    options.instrument,
    '--instrument',
    'On which orders? By spaces (EPOC EPOC-PR)',
  );
  const categories = await listOf(options.category, '--category', `For what? By spaces (${every.join(' ')})`);
  const requestsPerDay = await countOf(
    options.requestsPerDay,
    '--requests-per-day',
    'How many requests a day?',
  );
  const emergenciesPerWeek = await countOf(
    options.emergenciesPerWeek,
    '--emergencies-per-week',
    'Of them, how many emergencies a week? (0: none)',
  );
  return { jurisdictions, instruments, categories, rates: { requestsPerDay, emergenciesPerWeek } };
}

async function listOf(
  given: string[] | undefined,
  option: string,
  question: string,
  faultOf: (each: string) => string | undefined = () => undefined,
): Promise<string[]> {
  const words = (text: string) => text.trim().split(/[\s,]+/);
  return words(
    await needed(given?.join(' '), option, question, (text) =>
      words(text)
        .map(faultOf)
        .find((fault) => fault !== undefined),
    ),
  );
}

async function countOf(given: string | undefined, option: string, question: string): Promise<number> {
  const text = await needed(given, option, question, (answer) =>
    /^\d{1,6}$/.test(answer) ? undefined : 'a number',
  );
  return Number(text);
}
