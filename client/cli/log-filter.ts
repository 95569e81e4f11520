import { type Command, Option } from 'commander';
import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import { printable } from '#client/printable.ts';
import { kinds } from '#core/log/kinds.ts';
import { UsageError } from './common.ts';
import { instantHelp, instantOf } from './dates.ts';

/** Which entries are meant: by kind, stream and time. */
export interface FilterOptions {
  kind?: string[];
  stream?: string;
  since?: string;
  until?: string;
}

export interface EntryFilter {
  matches(placed: Pick<PlacedEntry, 'envelope'>): boolean;
  /** Whether it is older than all that is meant: the log has its entries by when they came, almost. */
  isBefore(placed: Pick<PlacedEntry, 'envelope'>): boolean;
}

export function forFilter(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--kind <kind...>',
        'only of these kinds: request.received, or request for all that begin so',
      ),
    )
    .option('--stream <stream>', 'only of streams that begin so: case/0f8b6b1e, desk, agency/de-lka')
    .option('--since <when>', 'only from then on')
    .option('--until <when>', 'only before then');
}

/** @throws UsageError */
export function filterOf({ kind, stream, since, until }: FilterOptions): EntryFilter {
  for (const wanted of kind ?? []) {
    if (!kinds.some((known) => isOfKind(known, wanted)))
      throw new UsageError(`there is no kind ${printable(wanted)}`, 'docs/log.md lists the kinds');
  }
  const from = instant(since, '--since');
  const to = instant(until, '--until');
  return {
    matches: ({ envelope }) =>
      (kind === undefined || kind.some((wanted) => isOfKind(envelope.kind, wanted))) &&
      (stream === undefined || isOfStream(envelope.stream, stream)) &&
      (from === undefined || Date.parse(envelope.at) >= from) &&
      (to === undefined || Date.parse(envelope.at) < to),
    isBefore: ({ envelope }) => from !== undefined && Date.parse(envelope.at) < from,
  };
}

/** `request` stands for `request.received` and `request.refused`, and not for `requests.…`. */
const isOfKind = (kind: string, wanted: string) => kind === wanted || kind.startsWith(`${wanted}.`);

/** A stream may be named without what it is of: `desk` for `registry/desk`, a case by its id. */
const isOfStream = (stream: string, wanted: string) =>
  stream.startsWith(wanted) || stream.slice(stream.indexOf('/') + 1).startsWith(wanted);

function instant(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const at = instantOf(text);
  if (at === undefined) throw new UsageError(`${option} is ${instantHelp}`);
  return Date.parse(at);
}
