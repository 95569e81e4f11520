import { printable } from '#client/printable.ts';
import { fieldNames } from '#core/events/fields.ts';
import { EventFileError, type FileErrorCode, formatNames } from '#core/events/file.ts';
import type { EventErrorCode } from '#core/events/identity.ts';
import { MapError, type MapErrorCode, parseConditions, parseMap } from '#core/events/map.ts';
import type { FormatName } from '#core/events/readers.ts';
import { zoneNamed } from '#core/events/zone.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FileOptions } from './reading.ts';

/** What every command that reads a file of events takes, and what it says of one that it cannot read. */
export interface ReadingFlags {
  format?: string | undefined;
  zone?: string | undefined;
  year?: string | undefined;
  failedToo?: boolean;
  skipMalformed?: boolean;
  map?: string | undefined;
  only?: string | undefined;
}

/** Each option, as help shows it. */
export const readingFlags = {
  format: [
    '--format <name>',
    `what the file is: ${formatNames.join(', ')} (default: as its first line says)`,
  ],
  zone: ['--zone <zone>', 'where the clock of stamps without a zone stands: Europe/Berlin, UTC'],
  year: [
    '--year <year>',
    'the year of the first stamp, where stamps name none (default: as the last one allows)',
  ],
  failedToo: ['--failed-too', 'take tries that failed as well, marked as failed'],
  map: [
    '--map <fields>',
    'where the fields are in a form of your own: account=.user.id,at=.ts,ip=.client.address,port=.client.port',
  ],
  only: ['--only <conditions>', 'with --map, which lines are log-ins that succeeded: .result=ok'],
  skipMalformed: ['--skip-malformed', 'leave malformed lines out, counted, and take the rest'],
} as const satisfies Record<keyof ReadingFlags, readonly [string, string]>;

/** @param now an instant. @throws UsageError */
export function fileOptionsOf(flags: ReadingFlags, now: string): FileOptions {
  const { year, failedToo = false, skipMalformed = false } = flags;
  if (year !== undefined && !/^\d{4}$/.test(year)) throw new UsageError('--year takes four digits');
  const zone = flags.zone === undefined ? undefined : zoneNamed(flags.zone);
  if (flags.zone !== undefined && zone === undefined)
    throw new UsageError(
      '--zone takes the IANA name of a time zone',
      'for example --zone Europe/Berlin, or --zone UTC',
    );
  const mapping = mappingOf(flags);
  const format = mapping.map === undefined ? formatGiven(flags.format) : 'mapped';
  return {
    now,
    failedToo,
    skipMalformed,
    ...(zone === undefined ? {} : { zone }),
    ...(year === undefined ? {} : { year: Number(year) }),
    ...(format === undefined ? {} : { format }),
    ...mapping,
  };
}

/** @throws UsageError */
function mappingOf({ format, map, only }: ReadingFlags): Pick<FileOptions, 'map' | 'only'> {
  if (map === undefined) {
    if (only !== undefined || format === 'mapped')
      throw new UsageError('--map says where the fields are', mapHelp);
    return {};
  }
  if (format !== undefined && format !== 'mapped') throw new UsageError('--map takes no --format beside it');
  return {
    map: parsed('--map', () => parseMap(map)),
    ...(only === undefined ? {} : { only: parsed('--only', () => parseConditions(only)) }),
  };
}

const mapHelp = 'for example --map account=.user.id,at=.ts,ip=.client.address,port=.client.port';

const mapFaults: Readonly<Record<MapErrorCode, string>> = {
  'map-malformed': 'is not written as fields and paths are',
  'map-field-unknown': `names a field that events do not have; they have ${fieldNames.join(', ')}`,
  'map-field-twice': 'names something twice',
  'map-incomplete': 'lacks account, at, or one of ip with port, phone and username',
};

function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof MapError ? mapRefusal(option, error) : error;
  }
}

function mapRefusal(option: string, { code, position }: MapError): UsageError {
  const where = code === 'map-incomplete' ? '' : `, from character ${position + 1} on,`;
  return new UsageError(`${option}${where} ${mapFaults[code]}`, mapHelp);
}

function formatGiven(name: string | undefined): FormatName | undefined {
  if (name === undefined) return undefined;
  const format = formatNames.find((known) => known === name);
  if (format === undefined) throw new UsageError(`--format takes one of ${formatNames.join(', ')}`);
  return format;
}

type OwnCode = Exclude<FileErrorCode, EventErrorCode>;

/** What each code says, and what to do next. */
const refusals: Readonly<Record<OwnCode, { why: string; next: string }>> = {
  'zone-needed': {
    why: 'its time names no time zone',
    next: 'say where the clock of that server stands: --zone Europe/Berlin, or --zone UTC',
  },
  'year-needed': {
    why: 'its time names no year, and the last one of the file would be just ahead of the clock here',
    next: 'check --zone, or say the year of the first line with --year',
  },
  'time-disorder': {
    why: 'its time is more than a day before the lines before it, or half a year from them',
    next: 'put the lines in order, or split the file there and give each part its --year',
  },
  'day-not-in-year': {
    why: 'it is of 29 February, and its year has none',
    next: 'say the year of the first line with --year',
  },
  'time-in-gap': {
    why: 'no clock in that zone showed its time, which was skipped when clocks were put forward',
    next: 'check --zone',
  },
  'column-unknown': {
    why: 'its columns are not those of events',
    next: `name them ${fieldNames.join(', ')}, or say which is which: --map account=.user_id,at=.time,ip=.ip,port=.port`,
  },
  'column-twice': { why: 'two columns have one name', next: 'give each its own' },
  'column-missing': {
    why: 'its columns lack account, at, or one of ip with port, phone and username',
    next: 'docs/inputs.md shows which go together',
  },
  'quotes-invalid': {
    why: 'a quote stands where none can be, so that nobody can say where the lines end',
    next: 'write the file anew, with each quote in a value doubled',
  },
  'gzip-damaged': { why: 'it is gzip, and damaged or not whole', next: 'gzip -t says where; copy it again' },
  packed: { why: 'it is packed in a way that is not read', next: 'unpack it first; gzip is read as it is' },
  'utf-16-unmarked': {
    why: 'it is UTF-16 without a byte order mark',
    next: 'iconv -f UTF-16LE -t UTF-8 makes it readable',
  },
  binary: { why: 'it is no text', next: 'give JSON lines, or a log as docs/inputs.md shows them' },
  'json-array': {
    why: 'it is a JSON array; one event a line is read',
    next: "jq -c '.[]' writes it as lines",
  },
  'format-unknown': {
    why: 'its first line is of no format that is read',
    next: `docs/inputs.md shows each; --format says which it is: ${formatNames.join(', ')}`,
  },
  'file-empty': { why: 'it has no line', next: 'give the file that the events are in' },
  'nothing-understood': {
    why: 'no line of it tells of a log-in',
    next: 'docs/inputs.md shows what each format looks like; --format says which it is',
  },
};

const leavesOut = '--skip-malformed leaves such lines out and sends the rest';
const elsewhere = 'JSON of another shape is read by --map, which says where its fields are';

/** What helps where leaving lines out would leave out most of them. */
const hints: Readonly<Partial<Record<EventErrorCode, string>>> = {
  'field-unknown': `${elsewhere}; ${leavesOut}`,
  'field-missing': `${elsewhere}; ${leavesOut}`,
  'account-missing': `where the account is named elsewhere, say where: --map account=.user.name; ${leavesOut}`,
  'port-missing': `where the port is elsewhere, say where with --map; ${leavesOut}`,
};

function isOwn(code: FileErrorCode): code is OwnCode {
  return Object.hasOwn(refusals, code);
}

/** The one line that says why a file was refused, and what to do. Any other error as it is. */
export function asRefusal(error: unknown, file: string): unknown {
  if (error instanceof MapError) return mapRefusal('--map', error);
  if (!(error instanceof EventFileError)) return error;
  const { code, line, column } = error;
  const place = column === undefined ? '' : `, column ${column}`;
  const where = line === 0 ? printable(file) : `${printable(file)}:${line}${place}`;
  const nothing = 'nothing of this file was sent';
  if (isOwn(code))
    return new CommandError(
      'file-malformed',
      `${where}: ${code}: ${refusals[code].why}; ${nothing}`,
      refusals[code].next,
    );
  return new CommandError('file-malformed', `${where}: ${code}; ${nothing}`, hints[code] ?? leavesOut);
}
