import type { Round } from './monitor.ts';
import type { MonitorStore } from './store.ts';

/** A round as Prometheus reads it (text format 0.0.4), for the textfile collector of its node exporter. */
export function prometheusOf(round: Round, counts: ReturnType<MonitorStore['counts']>): string {
  const { origin, at, size, entries, last, standing, witnessed, unread } = round;
  const log = `origin="${label(origin)}"`;
  const seconds = (instant: string) => Date.parse(instant) / 1000;
  const metrics: [
    name: string,
    help: string,
    values: [labels: string, value: number | bigint | undefined][],
  ][] = [
    ['writ_log_size_entries', 'Entries that the newest checkpoint covers.', [[log, size]]],
    ['writ_log_read_entries', 'Entries that the monitor has read and checked.', [[log, entries]]],
    [
      'writ_log_last_entry_timestamp_seconds',
      'When the last entry was committed.',
      [[log, last === undefined ? undefined : seconds(last)]],
    ],
    [
      'writ_log_last_entry_age_seconds',
      'How old the last entry was in the last round.',
      [[log, last === undefined ? undefined : seconds(at) - seconds(last)]],
    ],
    [
      'writ_log_cosigned_lag_entries',
      'Entries that no checkpoint covers which enough witnesses cosigned.',
      [[log, witnessed?.lag]],
    ],
    [
      'writ_log_findings',
      'Findings that are not over, by code.',
      counts.map(({ code, count }) => [`${log},code="${code}"`, count]),
    ],
    ['writ_log_standing_findings', 'Findings that last, and are not over.', [[log, standing.length]]],
    [
      'writ_monitor_read',
      'Whether the log could be read in the last round.',
      [[log, unread === undefined ? 1 : 0]],
    ],
    ['writ_monitor_last_round_timestamp_seconds', 'When the last round was.', [[log, seconds(at)]]],
  ];
  return metrics
    .map(([name, help, values]) => {
      const lines = values.flatMap(([labels, value]) =>
        value === undefined ? [] : `${name}{${labels}} ${value}\n`,
      );
      return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
    })
    .join('');
}

/** A label's value: backslash, quote and newline are written with a backslash. */
const label = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
