import { CommandError } from '#client/cli/errors.ts';
import { describeFile, type FileOptions } from '#client/cli/ingest/reading.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Category } from '#core/categories/categories.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { wireInstant } from '#core/instant.ts';
import { readEventFile } from './feed.ts';
import { type Law, laws } from './law.ts';
import { sampleEvents, samples } from './sample-events.ts';

/** What a story is about: events, an order, and what the reviewers approve of it. */
export interface Plot {
  events: IdentityEvent[];
  request: Request;
  scope: Scope;
  /** Under which law it is asked. */
  law: Law;
}

/** The newcomer's own data and wishes do not make a story. */
export class PlotError extends Error {}

/** The newcomer's own data: an order for one account of their file. */
export async function ownPlot(
  file: string,
  options: {
    account: string;
    from?: string;
    to?: string;
    identify: boolean;
    reading: FileOptions;
    law: Law;
  },
): Promise<{ plot: Plot; about: string[] }> {
  const read = await readEventFile(file, options.reading).catch((error: unknown) => {
    if (error instanceof CommandError) throw new PlotError(`${error.message}.\nNext: ${error.next ?? ''}`);
    throw error instanceof Error && 'code' in error
      ? new PlotError(`${file} cannot be read (${error.code}).`)
      : error;
  });
  const about = describeFile(read);
  const { events } = read;
  const { account } = options;
  if (!events.some((e) => e.account === account)) {
    throw new PlotError(`No event in ${file} is of that account.\n${about.join('\n')}`);
  }
  const times = events.map((e) => e.at).sort();
  const from = options.from ?? times[0] ?? '';
  const to = options.to ?? new Date(Date.parse(times.at(-1) ?? '') + 1000).toISOString();
  if (!events.some((e) => e.account === account && e.at >= from && e.at < to)) {
    throw new PlotError(`No event of that account lies in that period.\n${about.join('\n')}`);
  }
  if (from >= to) throw new PlotError('--from must lie before --to.');
  const category: Category = options.identify ? 'UserIdentifyingData' : 'TrafficData';
  const { law } = options;
  const request = order([{ kind: 'account', value: account }], [category], { from, to }, law);
  return {
    plot: {
      events,
      request,
      scope: { subjects: [0], categories: [category], period: request.period },
      law,
    },
    about,
  };
}

/** Three made-up people; the agency asks for 50 days of one, the reviewers narrow it to 30. */
export function samplePlot(now: string, law = laws['eu-e-evidence']()): Plot {
  const ago = (days: number) => new Date(Date.parse(now) - days * 86_400_000).toISOString();
  const subjects: Request['subjects'] = [{ kind: 'phone', value: samples.alicesNumber }];
  const request = order(subjects, ['SubscriberData', 'TrafficData'], { from: ago(50), to: ago(0) }, law);
  const period = { from: wireInstant(ago(30)), to: request.period.to };
  return {
    events: sampleEvents(now),
    request,
    scope: { subjects: [0], categories: request.categories, period },
    law,
  };
}

export function order(
  subjects: Request['subjects'],
  categories: Category[],
  { from, to }: { from: string; to: string },
  law: Law,
): Request {
  return {
    reference: `DEMO-${Date.now()}`,
    instrument: {
      ...law.order,
      issuedAt: new Date().toISOString(),
      digest: `sha-256=:${Buffer.alloc(32, 7).toString('base64')}:`,
    },
    investigation: 'criminal',
    priority: 'Routine',
    subjects,
    categories,
    period: { from: wireInstant(from), to: wireInstant(to) },
    ...law.stated,
  };
}
