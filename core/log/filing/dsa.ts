import { medianOf } from '#core/median.ts';
import type { Filing, FilingFacts } from './filing.ts';
import { memberStates } from './member-states.ts';
import { type FiledOrder, type FilingPeriod, receivedIn } from './orders.ts';

/**
 * The sheet of orders from authorities of Member States (part 3, `member_states_orders`, 20 columns) in the template of
 * Implementing Regulation (EU) 2024/2835, Annex I, for the report of Regulation (EU) 2022/2065 Art. 15(1)(a). It has the
 * part that a disclosure gateway knows: orders to provide information (Art. 10). Orders to act against illegal content
 * (Art. 9) do not come here, so their columns are empty, for the provider to fill in.
 */
const figures = [
  'Number of orders to act against illegal content received',
  'Number of specific items of information included in the total number of orders to act against illegal content',
  'Median time to inform the authority of the receipt of the order to act against illegal content',
  'Median time to give effect to the order to act against illegal content',
  'Number of orders to provide information',
  'Median time to inform the authority of the receipt of the order to provide information',
  'Median time to give effect to the order to provide information',
] as const;

export const dsaColumns: readonly string[] = [
  'Applicability',
  'Service',
  'Reporting period',
  'Category of illegal content',
  'Description of the sub-category "Other"',
  'Scope',
  ...figures,
  // The template writes these two with a small letter, as it does in no other of them.
  ...figures.map(
    (name, index) =>
      `Contextual information on ${index < 2 ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : name}`,
  ),
];

/**
 * Two lines a scope, all Member States together first: the total, and the same under the category for orders that name
 * none. Which content an order was about is in the order, and Writ does not know it.
 */
const contentCategories = ['TOTAL', 'STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER'] as const;

const hour = 3_600_000;

export function dsaFiling(orders: readonly FiledOrder[], { period, service, counted }: FilingFacts): Filing {
  const production = receivedIn(orders, period).filter(({ purpose }) => purpose === 'production');
  const rows = ['TOTAL', ...memberStates].flatMap((scope) => {
    const own = production.filter(({ country }) =>
      scope === 'TOTAL' ? memberStates.some((code) => code === country) : country === scope,
    );
    return contentCategories.map((category) => {
      const isFirst = scope === 'TOTAL' && category === 'TOTAL';
      return [
        ...['All', service, periodText(period), category, '', scope],
        ...['', '', '', ''],
        ...[String(own.length), receiptHours(own), effectHours(own)],
        ...['', '', '', ''],
        ...(isFirst ? [`${countedText} ${counted}.`, receiptText, effectText] : ['', '', '']),
      ];
    });
  });
  return { columns: dsaColumns, rows };
}

const countedText =
  'All orders of authorities of Member States to disclose data, emergencies included, whatever instrument they name; orders to preserve are not among them. Writ does not know which content an order is about: each is under the category for orders that name none. Counted from the public log';
const receiptText =
  'The signed answer to the call that brings an order confirms its receipt: 0 hours. No figure where there was no order.';
const effectText =
  'In whole hours, to the nearest: from receipt to the answer, which is that the data can be collected, that none are stored, or that the order is not carried out and why. Orders that were withdrawn, or that have no answer yet, have no time.';

/** Both days included. */
function periodText({ from, to }: FilingPeriod): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 'YYYY-MM-DD'.length);
  return `${day(from)}/${day(to - 1)}`;
}

const receiptHours = (orders: readonly FiledOrder[]) => (orders.length === 0 ? '' : '0');

function effectHours(orders: readonly FiledOrder[]): string {
  const times = orders.flatMap(({ answeredAt, outcome, receivedAt }) =>
    answeredAt === undefined || outcome === 'withdrawn' ? [] : [answeredAt - receivedAt],
  );
  const median = medianOf(times);
  return median === undefined ? '' : String(Math.round(median / hour));
}
