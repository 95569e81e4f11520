import { parseInstant } from '#core/instant.ts';
import { type EntryOf, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import type { EntryData, Kind } from '#core/log/kinds.ts';
import * as cases from './cases.ts';
import { add, type Counting, getOrAdd, newMonth } from './counting.ts';
import type { Measure, ProviderMeasure } from './figures.ts';

/** The transparency report's counting: a fold over a log's entries. */

type Count<K extends Kind> = (of: cases.Counted, data: EntryData<K>) => void;

/** What is counted of each kind of entry. A kind that is not here does not compile. */
const counts: { readonly [K in Kind]: Count<K> } = {
  'request.received': cases.countReceived,
  'review.opened': nothing,
  'case-file.issued': nothing,
  'decision.approved': cases.countApproved,
  'decision.rejected': cases.countRejected,
  'decision.voided': nothing,
  'grant.minted': cases.countGranted,
  'grant.retired': nothing,
  'data.absent': cases.countAbsent,
  'collection.intended': nothing,
  'collection.completed': cases.countCollected,
  'collection.failed': nothing,
  'authorisation.validated': cases.countOwed,
  'emergency.overdue': cases.countOverdue,
  'deadline.passed': (of, { part }) => {
    if (part === 'whole') cases.countCase(of, 'deadlinesPassed');
  },
  'case.withdrawn': cases.countEnd('withdrawn'),
  'case.expired': cases.countExpired,
  'case.invalid': cases.countEnd('invalid'),
  'case.cancelled': cases.countEnd('cancelled'),
  'case.suspended': cases.countSuspended,
  'case.claimed': nothing,
  'case.unclaimed': nothing,
  'note.added': nothing,
  'information.asked': cases.noteAsked,
  'information.given': cases.noteAnswered,
  'letter.written': nothing,
  'order.received': nothing,
  'authority.consented': ofCase('authoritiesConsented'),
  'authority.objected': cases.countObjected,
  'case.held': nothing,
  'case.released': nothing,
  'case.revealed': cases.countRevealed,
  'case.forgotten': nothing,
  'notice.delayed': cases.countDelayed,
  'notice.sent': ofCase('noticesSent'),
  'notice.overdue': ofCase('noticesOverdue'),
  'notice.addressed': nothing,
  'notice.told': ofCase('noticesTold'),

  // A request's own is counted as the request.
  'preservation.received': ({ month }, data) => {
    if (data.case === undefined) add(month.provider, 'preservations');
  },
  'preservation.kept': nothing,
  'preservation.extended': ofProvider('preservationsExtended'),
  'preservation.requested': ofProvider('preservationsRequested'),
  'preservation.ended': nothing,
  'preservation.forgotten': nothing,

  'registry.founded': nothing,
  'desk.changed': nothing,
  'agency.changed': nothing,
  'recipient.enrolled': nothing,
  'change.proposed': nothing,
  'change.decided': nothing,
  'key.enrolled': ofProvider('keysEnrolled'),
  'key.revoked': ofProvider('keysRevoked'),
  'revocation.published': nothing,
  'key.suspended': nothing,
  'key.reinstated': nothing,
  'emergencies.suspended': nothing,
  'emergencies.reopened': nothing,
  'decoy.asked': ofProvider('decoysAsked'),

  'request.refused': ({ month }, { code }) => add(month.refused, code),
  'strangers.refused': ({ month }, { counts }) => {
    for (const [code, n] of Object.entries(counts)) add(month.strangers, code, n);
  },

  'vault.key-made': nothing,
  'vault.key-forgotten': ({ report, month }, { purpose, epoch }) => {
    // Several keys may share a month.
    const which = `${purpose} ${epoch}`;
    if (!report.forgotten.has(which)) add(month.provider, 'monthsForgotten');
    report.forgotten.add(which);
  },
  'vault.policy-differs': ofProvider('vaultPoliciesDiffering'),
  'account.erased': ofProvider('accountsErased'),
  'sweep.done': ({ month }, data) => {
    add(month.provider, 'sweeps');
    if (differs(data)) add(month.provider, 'sweepsDiffering');
  },
  'reconciliation.done': ({ month, stream }, data) => {
    // An hour that was compared again is no further hour. A difference that the second look finds counts.
    const isSecondLook = stream.split('/').length > 2;
    if (!isSecondLook) add(month.provider, 'reconciliations');
    if (differs(data)) add(month.provider, 'reconciliationsDiffering');
  },
  'record.unproven': ofProvider('recordsUnproven'),
  'deployment.made': ofProvider('deployments'),
  'policy.changed': ofProvider('policyChanges'),
};

function nothing(): void {}

/** Each entry is one more of what the provider did. */
function ofProvider(measure: ProviderMeasure): (of: cases.Counted) => void {
  return ({ month }) => add(month.provider, measure);
}

/** Each entry is one more of what happened to a case. */
function ofCase(measure: Measure): (of: cases.Counted) => void {
  return (of) => cases.countCase(of, measure);
}

const differs = ({ missing, surplus }: { missing: number; surplus: number }) => missing + surplus > 0;

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
  const month = getOrAdd(report.months, at.slice(0, 'YYYY-MM'.length), newMonth);
  count({ report, month, stream: entry.stream, at: Date.parse(at) }, entry);
}

function count<K extends Kind>(of: cases.Counted, { kind, data }: EntryOf<K>): void {
  const add: Count<K> = counts[kind];
  add(of, data);
}
