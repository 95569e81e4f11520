import { parseInstant } from '#core/instant.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { addCase } from './cases.ts';
import { add, type Counting, found, type Month, newMonth } from './counting.ts';
import type { ProviderMeasure } from './figures.ts';

/** The transparency report's counting: a fold over a log's entries. */

/**
 * Counts the log's next entry. What is of a kind or version that is not known here is passed over, and that is counted.
 *
 * @throws LogError entry-malformed, for an entry without an instant too: it belongs to no period
 */
export function addEntry(report: Counting, bytes: Uint8Array): void {
  const { envelope, entry } = readEntry(bytes);
  const at = parseInstant(envelope.at);
  if (at === undefined) throw new LogError('entry-malformed');
  if (report.from === undefined || at < report.from) report.from = at;
  if (report.until === undefined || at > report.until) report.until = at;
  if (entry === undefined) {
    report.unknownEntries++;
    return;
  }
  const month = found(report.months, at.slice(0, 'YYYY-MM'.length), newMonth);
  addCase(report, month, entry, at);
  addProvider(report, month, entry);
}

/** Kinds of entry of which each is one more. */
const counters: Partial<Record<Entry['kind'], ProviderMeasure>> = {
  'preservation.received': 'preservations',
  'preservation.extended': 'preservationsExtended',
  'preservation.requested': 'preservationsRequested',
  'key.enrolled': 'keysEnrolled',
  'key.revoked': 'keysRevoked',
  'account.erased': 'accountsErased',
  'vault.policy-differs': 'vaultPoliciesDiffering',
  'sweep.done': 'sweeps',
  'reconciliation.done': 'reconciliations',
  'deployment.made': 'deployments',
  'policy.changed': 'policyChanges',
  'decoy.asked': 'decoysAsked',
};

function addProvider(report: Counting, { provider, refused, strangers }: Month, entry: Entry): void {
  const counter = counters[entry.kind];
  if (counter !== undefined && !isSecondLook(entry)) add(provider, counter);
  switch (entry.kind) {
    case 'sweep.done':
      if (differs(entry.data)) add(provider, 'sweepsDiffering');
      break;
    case 'reconciliation.done':
      if (differs(entry.data)) add(provider, 'reconciliationsDiffering');
      break;
    case 'vault.key-forgotten': {
      // Several keys may share a month.
      const month = `${entry.data.purpose} ${entry.data.epoch}`;
      if (!report.forgotten.has(month)) add(provider, 'monthsForgotten');
      report.forgotten.add(month);
      break;
    }
    case 'request.refused':
      add(refused, entry.data.code);
      break;
    case 'strangers.refused':
      for (const [code, n] of Object.entries(entry.data.counts)) add(strangers, code, n);
  }
}

/** An hour that was compared again is no further hour; what that found is found. */
const isSecondLook = ({ kind, stream }: Entry) =>
  kind === 'reconciliation.done' && stream.split('/').length > 2;

const differs = ({ missing, surplus }: { missing: number; surplus: number }) => missing + surplus > 0;
