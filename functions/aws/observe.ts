import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE, METRICS_SERVICE, type MetricName } from '#core/metrics.ts';
import type { Watch } from '#core/ports.ts';

/**
 * Structured logs and metrics. Log codes, counts and our own ids, never an event, a body or an error's message: any
 * of them may quote a person (I1).
 */
export const logger = new Logger({ serviceName: METRICS_SERVICE });

const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: METRICS_SERVICE });

/** @param reason a code, where there are several: a dimension, and so a metric of its own */
export function count(name: MetricName, value = 1, reason?: string): void {
  if (reason === undefined) {
    metrics.addMetric(name, MetricUnit.Count, value);
    metrics.publishStoredMetrics();
    return;
  }
  const one = metrics.singleMetric();
  one.addDimension('reason', reason);
  one.addMetric(name, MetricUnit.Count, value);
}

/** What the orchestrators of core report to. */
export const watch: Watch = {
  count,
  warn: (what, facts = {}) => logger.warn(what, facts),
  error: (what, facts = {}) => logger.error(what, facts),
};
