import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostGrants } from '#core/cases/grants.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { IdentityEvent } from '#core/events/identity.ts';

/**
 * A shipped policy, with room for a period as long as the newcomer's own data: an old log is to be demonstrable.
 * @returns the file to deploy with
 */
export function demoPolicy(stateDir: string, policy: Policy, request: Request): string {
  const days = (Date.parse(request.period.to) - Date.parse(request.period.from)) / 86_400_000;
  const months = Math.ceil(days / 28) + 1;
  const limits = {
    ...policy.limits,
    periodDays: Math.max(policy.limits.periodDays, Math.ceil(days)),
    grants: Math.max(policy.limits.grants, Math.min(mostGrants, 2 * months)),
  };
  const file = join(stateDir, 'policy.json');
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...policy, limits }));
  return file;
}

/** Months of retention that keep even the oldest of some events, and never fewer than the default. */
export function monthsSince(events: readonly IdentityEvent[], now = Date.now()): number {
  const oldest = events.reduce((least, e) => Math.min(least, Date.parse(e.at)), now);
  return Math.max(12, Math.ceil((now - oldest) / (28 * 86_400_000)) + 1);
}
