/** What a monitor counts in CloudWatch. */
export const NAMESPACE = 'WritMonitor';
export const METRICS = { findings: 'Findings' } as const;
