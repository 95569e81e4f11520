import type { Filing, FilingFacts } from './filing.ts';
import { type FiledOrder, receivedIn } from './orders.ts';

/**
 * The statistics that a service provider may send to the Commission by 31 March for the year before: Regulation (EU)
 * 2023/1543 Art. 28(4), cf. Of European Production Orders and European Preservation Orders: how many were received,
 * fulfilled and not fulfilled, and how long it took, by category of data, issuing State and situation.
 *
 * An order for several categories counts in each of their lines, so lines of categories are not to be added up; the line
 * `all` has each order once.
 */
const filed: Readonly<Record<string, FiledOrder['purpose']>> = {
  EPOC: 'production',
  // What a production order has preserved until it is answered (Art. 10(1)) is no preservation order.
  'EPOC-PR': 'preservation',
};

const known = [
  'Order',
  'Category of data',
  'Issuing State',
  'Situation',
  'Received',
  'Fulfilled',
  'Not fulfilled',
  'Withdrawn',
  'Pending',
  'Average days from receipt until the data could be collected',
  'Average days from receipt until the data were provided',
] as const;

const day = 86_400_000;

export function evidenceFiling(orders: readonly FiledOrder[], { period }: FilingFacts): Filing {
  const received = receivedIn(orders, period).filter(
    ({ instrument, purpose }) => filed[instrument] === purpose,
  );
  const grounds = distinct(received.flatMap(({ ground }) => (ground === undefined ? [] : [ground])));
  const rows = distinct(received.map(({ instrument }) => instrument)).flatMap((instrument) => {
    const ofKind = received.filter((order) => order.instrument === instrument);
    return distinct(ofKind.map(({ country }) => country)).flatMap((country) => {
      const ofState = ofKind.filter((order) => order.country === country);
      return situations.flatMap(({ name, isEmergency }) => {
        const own = ofState.filter((order) => order.isEmergency === isEmergency);
        if (own.length === 0) return [];
        const categories = distinct(own.flatMap((order) => order.categories));
        return ['all', ...categories].map((category) => [
          ...[instrument, category, country, name],
          ...figuresOf(
            own.filter((order) => category === 'all' || order.categories.includes(category)),
            grounds,
          ),
        ]);
      });
    });
  });
  return { columns: [...known, ...grounds.map((ground) => `Not fulfilled: ${ground}`)], rows };
}

const situations = [
  { name: 'emergency', isEmergency: true },
  { name: 'not an emergency', isEmergency: false },
] as const;

function figuresOf(orders: readonly FiledOrder[], grounds: readonly string[]): string[] {
  const count = (outcome: FiledOrder['outcome']) =>
    String(orders.filter((order) => order.outcome === outcome).length);
  const fulfilled = orders.filter(({ outcome }) => outcome === 'fulfilled');
  return [
    String(orders.length),
    count('fulfilled'),
    count('unfulfilled'),
    count('withdrawn'),
    count('pending'),
    averageDays(fulfilled, ({ answeredAt }) => answeredAt),
    averageDays(fulfilled, ({ providedAt }) => providedAt),
    ...grounds.map((ground) => String(orders.filter((order) => order.ground === ground).length)),
  ];
}

/** With one decimal; nothing where there is none to take it of. */
function averageDays(
  orders: readonly FiledOrder[],
  until: (order: FiledOrder) => number | undefined,
): string {
  const times = orders.flatMap((order) => {
    const at = until(order);
    return at === undefined ? [] : [at - order.receivedAt];
  });
  if (times.length === 0) return '';
  const sum = times.reduce((total, time) => total + time, 0);
  return (sum / times.length / day).toFixed(1);
}

const distinct = (texts: readonly string[]) => [...new Set(texts)].toSorted();
