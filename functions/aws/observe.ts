import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * Structured logs and metrics. Log codes, counts and our own ids, never an event, a body or an error's message: any
 * of them may quote a person (I1).
 */
export const logger = new Logger();

const metrics = new Metrics({ namespace: 'Writ' });

export function count(name: MetricName, value = 1): void {
  metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

/** Every metric there is; alarms in `lib/` name the same ones. */
export const metricNames = [
  'EventsSealed',
  'EventsRefused',
  'DrawersMade',
  'EntriesPublished',
  'ApprovalsNotProven',
  'GrantsMinted',
  'GrantsRetired',
  'GrantMismatch',
  'Collections',
  'LogBehind',
] as const;
export type MetricName = (typeof metricNames)[number];
