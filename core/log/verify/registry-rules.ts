import { type Report, SKEW_MS } from './case-state.ts';
import { type EntryReader, type Kind, member } from './entry-reader.ts';

/**
 * Who may sign comes from the log as well: each key was named by a founding or asked for by a change that two reviewers
 * approved, and the entry that says so stands before the key's own (core/registry/change.ts). Likewise which policies
 * were adopted, and whose emergencies are taken. Kept are changes that are open, enrolments that are due, policies, and
 * agencies whose emergencies were ever suspended.
 */
const APPROVALS = 2;
/** Of an agency's emergencies, which an operator confirms besides. */
const REOPENING_APPROVALS = 1;
/** What a change that is not complete by then is: dead. */
const CHANGE_MS = 14 * 86_400_000;

interface ChangeSoFar {
  kind: string;
  agency: string;
  digest: string;
  approvals: ReadonlySet<string>;
  /** By an operator. */
  isConfirmed: boolean;
  policyHash: string;
  proposedAt: number;
  isOver: boolean;
}

/** A key that the log is still to enrol. */
interface Due {
  role: string;
  agency: string;
  /** For a founding, the key itself. */
  key?: string;
  index: number;
}

const ofKeys: Record<string, 'agency' | 'reviewer'> = {
  agency: 'agency',
  officer: 'agency',
  reviewer: 'reviewer',
};
const OVER: ChangeSoFar = {
  kind: '',
  agency: '',
  digest: '',
  approvals: new Set(),
  isConfirmed: false,
  policyHash: '',
  proposedAt: 0,
  isOver: true,
};

export const registryKinds: ReadonlySet<Kind | undefined> = new Set<Kind>([
  'registry.founded',
  'change.proposed',
  'change.decided',
  'key.enrolled',
  'key.revoked',
  'emergencies.suspended',
  'emergencies.reopened',
]);

const FOUNDED = {
  keys: member('registry.founded', 'keys'),
  policyHash: member('registry.founded', 'policyHash'),
};
const PROPOSED = {
  change: member('change.proposed', 'change'),
  agency: member('change.proposed', 'agency'),
  role: member('change.proposed', 'role'),
  by: member('change.proposed', 'by'),
  digest: member('change.proposed', 'digest'),
  policyHash: member('change.proposed', 'policyHash'),
};
const DECIDED = {
  decision: member('change.decided', 'decision'),
  role: member('change.decided', 'role'),
  by: member('change.decided', 'by'),
  digest: member('change.decided', 'digest'),
  status: member('change.decided', 'status'),
};
const ENROLLED = {
  by: member('key.enrolled', 'by'),
  key: member('key.enrolled', 'key'),
  role: member('key.enrolled', 'role'),
  agency: member('key.enrolled', 'agency'),
};
const SUSPENDED = { agency: member('emergencies.suspended', 'agency') };
const REOPENED = {
  agency: member('emergencies.reopened', 'agency'),
  change: member('emergencies.reopened', 'change'),
};

export class RegistryRules {
  /** Policies that a founding or a change adopted. */
  readonly policies = new Set<string>();
  /** By the change's stream. */
  private readonly changes = new Map<number, ChangeSoFar>();
  private readonly keys = new Map<number, 'enrolled' | 'revoked'>();
  /** By what the enrolment will say that it comes from, `change/<id>` or `founding/<n>`. */
  private readonly due = new Map<string, Due[]>();
  /** By the stream of an agency's emergencies, whether they are taken. */
  private readonly areTaken = new Map<number, boolean>();
  /** By the stream of a change that was applied, the agency whose emergencies it has taken again. */
  private readonly reopenings = new Map<string, string>();

  /** The next entry of a kind that is the registry's. @param stream what its stream is known by */
  follow(stream: number, entry: EntryReader, index: number, report: Report): void {
    switch (entry.kind) {
      case 'registry.founded': {
        const keys = entry.list(FOUNDED.keys).map((key) => ({ role: 'reviewer', agency: '', key, index }));
        this.due.set(`founding/${entry.n}`, keys);
        this.policies.add(entry.text(FOUNDED.policyHash));
        break;
      }
      case 'change.proposed':
        this.propose(stream, entry, report);
        break;
      case 'change.decided':
        this.decide(stream, entry, index, report);
        break;
      case 'key.enrolled':
        this.enrol(stream, entry, report);
        break;
      case 'key.revoked':
        this.revoke(stream, report);
        break;
      case 'emergencies.suspended':
        this.suspend(stream, entry, report);
        break;
      case 'emergencies.reopened':
        this.reopen(stream, entry, report);
    }
  }

  /** The entries that name a key which the log never enrolled. */
  missing(): number[] {
    return [...this.due.values()].flatMap((some) => some.map(({ index }) => index));
  }

  private propose(stream: number, entry: EntryReader, report: Report): void {
    if (this.changes.has(stream)) {
      report('change-out-of-place', 'a change is proposed once');
      return;
    }
    const kind = entry.text(PROPOSED.change);
    const policyHash = entry.text(PROPOSED.policyHash);
    if ((kind === 'policy') !== (policyHash !== ''))
      report('change-out-of-place', 'a change of policy names one, and no other change does');
    const approvals = new Set(entry.text(PROPOSED.role) === 'reviewer' ? [entry.text(PROPOSED.by)] : []);
    this.changes.set(stream, {
      kind,
      agency: entry.text(PROPOSED.agency),
      digest: entry.text(PROPOSED.digest),
      approvals,
      isConfirmed: false,
      policyHash,
      proposedAt: entry.at,
      isOver: false,
    });
  }

  private decide(stream: number, entry: EntryReader, index: number, report: Report): void {
    const it = this.changes.get(stream);
    if (it === undefined || it.isOver) {
      report(
        'change-out-of-place',
        it === undefined ? 'the change was never proposed' : 'the change was over',
      );
      return;
    }
    if (entry.text(DECIDED.digest) !== it.digest)
      report('change-out-of-place', 'the decision is on another change');
    if (entry.at >= it.proposedAt + CHANGE_MS + SKEW_MS)
      report('change-out-of-place', 'the change had lapsed');
    const decision = entry.text(DECIDED.decision);
    const role = entry.text(DECIDED.role);
    const isApproval = decision === 'approve' && role === 'reviewer';
    const approvals = isApproval ? new Set([...it.approvals, entry.text(DECIDED.by)]) : it.approvals;
    const isConfirmed = it.isConfirmed || (decision === 'confirm' && role === 'operator');
    const status = entry.text(DECIDED.status);
    const decided = { ...it, approvals, isConfirmed };
    this.changes.set(stream, status === 'Pending' ? decided : OVER);
    if (status === 'Applied') this.apply(decided, entry, index, report);
  }

  private apply(it: ChangeSoFar, entry: EntryReader, index: number, report: Report): void {
    const isReopening = it.kind === 'emergencies';
    if (it.approvals.size < (isReopening ? REOPENING_APPROVALS : APPROVALS))
      report('change-unapproved', 'fewer reviewers than it takes approved the change');
    if (isReopening && !it.isConfirmed) report('change-unapproved', 'no operator confirmed the change');
    const role = ofKeys[it.kind];
    if (role !== undefined) this.due.set(entry.stream, [{ role, agency: it.agency, index }]);
    if (it.policyHash !== '') this.policies.add(it.policyHash);
    if (isReopening) this.reopenings.set(entry.stream, it.agency);
  }

  private enrol(stream: number, entry: EntryReader, report: Report): void {
    if (this.keys.has(stream)) report('key-out-of-place', 'the key was enrolled before');
    else this.keys.set(stream, 'enrolled');
    const by = entry.text(ENROLLED.by);
    const due = this.due.get(by) ?? [];
    const [key, role, agency] = [
      entry.text(ENROLLED.key),
      entry.text(ENROLLED.role),
      entry.text(ENROLLED.agency),
    ];
    const found = due.find(
      (it) => it.role === role && it.agency === agency && (it.key === undefined || it.key === key),
    );
    if (found === undefined || entry.stream !== `key/${key}`) {
      report('enrolment-unfounded', 'no founding names this key, and no approved change asks for it');
      return;
    }
    const left = due.filter((it) => it !== found);
    if (left.length === 0) this.due.delete(by);
    else this.due.set(by, left);
  }

  private revoke(stream: number, report: Report): void {
    const key = this.keys.get(stream);
    if (key === 'revoked') report('key-revoked-twice', 'the key was revoked before');
    else if (key === undefined) report('key-out-of-place', 'the key was never enrolled');
    this.keys.set(stream, 'revoked');
  }

  private suspend(stream: number, entry: EntryReader, report: Report): void {
    checkEmergencies(entry, SUSPENDED.agency, report);
    if (this.areTaken.get(stream) === false)
      report('act-out-of-place', 'the agency’s emergencies were suspended before');
    this.areTaken.set(stream, false);
  }

  private reopen(stream: number, entry: EntryReader, report: Report): void {
    checkEmergencies(entry, REOPENED.agency, report);
    if (this.areTaken.get(stream) !== false)
      report('act-out-of-place', 'the agency’s emergencies were not suspended');
    this.areTaken.set(stream, true);
    const change = `change/${entry.text(REOPENED.change)}`;
    if (!entry.isText(REOPENED.agency, this.reopenings.get(change) ?? ''))
      report('reopening-unfounded', 'no change that was applied reopens them');
    this.reopenings.delete(change);
  }
}

function checkEmergencies(entry: EntryReader, agency: number, report: Report): void {
  if (entry.stream !== `emergencies/${entry.text(agency)}`)
    report('entry-misplaced', 'it is of another agency than its stream');
}
