import { Command } from 'commander';
import { type Calendar, type Day, dayAt, daysAfter } from '#core/cases/calendar.ts';
import { instantsOf, zoneNamed } from '#core/events/zone.ts';
import { attempt, forPeople, printJson, UsageError } from '../common.ts';

/**
 * `writ policy holidays`: the public holidays of a place, as a policy's `calendar.holidays` holds them. A policy holds the
 * very days, so that its hash covers them: nothing that counts a deadline asks a library which days those are.
 */
const examples = `
Examples:
  writ policy holidays DE --from 2026 --years 5
  writ policy holidays DE --region BY --from 2026 --years 5 > holidays.json
  writ policy holidays US --zone America/New_York --from 2026 --years 3

It needs the package date-holidays, which is not among those that Writ comes with: npm install --save-dev date-holidays.
Compare what it prints with the law of the place: a list of days is only as good as who made it.
`;

interface Options {
  region?: string;
  zone?: string;
  from: string;
  years: string;
}

export function holidaysCommand(): Command {
  return forPeople(new Command('holidays'))
    .argument('<country>', 'ISO 3166-1 alpha-2: DE')
    .description('print the public holidays of a place, for `calendar.holidays` of a policy')
    .requiredOption('--from <year>', 'the first year')
    .option('--years <n>', 'how many years', '5')
    .option('--region <code>', 'a state or region of the country: BY')
    .option('--zone <zone>', 'its time zone (IANA), where the country has several')
    .addHelpText('after', examples)
    .action(async (country: string, options: Options) => {
      process.exitCode = await attempt(async () => {
        printJson(await holidaysOf(country, options));
        return 0;
      });
    });
}

/** @throws UsageError */
export async function holidaysOf(
  country: string,
  { region, zone: named, from, years: howMany }: Options,
): Promise<Calendar['holidays']> {
  const [first, years] = [Number(from), Number(howMany)];
  if (!/^\d{4}$/.test(from)) throw new UsageError('--from is a year: 2026');
  if (!Number.isInteger(years) || years < 1 || years > 20) throw new UsageError('--years is 1 to 20');
  const { default: Holidays } = await import('date-holidays').catch(() => {
    throw new UsageError('this needs a package that is not installed: npm install --save-dev date-holidays');
  });
  const known = new Holidays(country.toUpperCase(), region?.toUpperCase() ?? '');
  const place = region === undefined ? country.toUpperCase() : `${country}-${region}`.toUpperCase();
  if (!Object.hasOwn(known.getCountries(), country.toUpperCase()))
    throw new UsageError(`date-holidays knows no country ${place}`);
  if (region !== undefined && !Object.hasOwn(known.getStates(country) ?? {}, region.toUpperCase()))
    throw new UsageError(`date-holidays knows no region ${place}`);
  const zones = known.getTimezones();
  const zone = zoneNamed(named ?? (zones.length === 1 ? (zones[0] ?? '') : ''));
  if (zone === undefined)
    throw new UsageError(`--zone names a time zone of the place: ${zones.slice(0, 6).join(', ')}`);
  const dates = new Set<Day>();
  for (let year = first; year < first + years; year++)
    for (const { type, start, end } of known.getHolidays(year))
      if (type === 'public') for (const day of daysOf(start, end, zone)) dates.add(day);
  const within = [...dates].filter((day) => day >= `${first}-01-01` && day < `${first + years}-01-01`);
  return { place, dates: within.toSorted(), through: `${first + years - 1}-12-31` };
}

/** The days whose noon lies in a holiday: one that begins at sunset is the day after. */
function daysOf(start: Date, end: Date, zone: string): Day[] {
  const calendar = { zone, holidays: { place: '', dates: [], through: '' } };
  const days: Day[] = [];
  for (let day = dayAt(start.getTime(), calendar); ; day = daysAfter(day, 1)) {
    const [noon = Number.NaN] = instantsOf(zone, Date.parse(`${day}T12:00:00Z`));
    if (!(noon < end.getTime())) return days;
    if (noon >= start.getTime()) days.push(day);
  }
}
