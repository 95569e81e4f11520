/**
 * What a verification finds wrong. Codes are stable: build on them. Each is explained in docs/log.md.
 */
export type FindingCode =
  /** There is no checkpoint. */
  | 'checkpoint-missing'
  /** The checkpoint is no signed note. */
  | 'note-malformed'
  /** The log's key did not sign the checkpoint: another key did, or the text was changed. */
  | 'note-unsigned'
  /** A signed note that is no checkpoint. */
  | 'checkpoint-malformed'
  /** The checkpoint is another log's. */
  | 'origin-differs'
  /** The older checkpoint is none that this log's key signed: it is another log's, or the log has another key now. */
  | 'older-unsigned'
  /** The log is smaller than an older checkpoint says it was: entries were taken away. */
  | 'log-truncated'
  /** The log does not begin with what an older checkpoint covers: history was rewritten. */
  | 'log-forked'
  /** A tile or bundle that the log must have is not there. Nothing behind a bundle that is missing was verified. */
  | 'file-missing'
  /** A tile or bundle has more or less in it than its name says. Nothing behind such a bundle was verified. */
  | 'file-malformed'
  /** An entry is not the one whose hash the tile over it holds: it was exchanged after the tree was built. */
  | 'leaf-differs'
  /** A tile holds another hash than the tiles below it have. */
  | 'tile-differs'
  /** The entries' tree has another root than the checkpoint. */
  | 'root-differs'
  /** Bytes that no version of Writ would have written as an entry. */
  | 'entry-malformed'
  /** An entry of a kind or version that this verifier does not know: its place was checked, and not what it says. */
  | 'entry-unknown'
  /** Entries of a stream are missing before this one. */
  | 'entry-dropped'
  /** An entry stands before one that precedes it in its stream. */
  | 'entry-swapped'
  /** A stream's place is taken a second time. */
  | 'entry-repeated'
  /** An entry has another hash than the next of its stream names. */
  | 'entry-edited'
  /** An entry claims a time too far before what the log has before it. */
  | 'entry-back-dated'
  /** An entry of a kind that has no place in this stream. */
  | 'entry-misplaced'
  /** A case or a preservation does not start with its request. */
  | 'request-missing'
  /** A decision is on another request than the case's. */
  | 'request-differs'
  /** One reviewer approved the same scope under the same policy twice. */
  | 'reviewer-repeated'
  /**
   * Fewer than two reviewers approved this request and this scope under one policy; in an emergency fewer than one, or
   * fewer than two 48 hours after it was opened.
   */
  | 'approvals-missing'
  /** A collection more than 48 hours after an emergency was opened whose authorisation was not validated. */
  | 'emergency-unvalidated'
  /** An emergency is said to owe more or less than the log shows. */
  | 'owed-differs'
  /** Another scope than the one that was approved or minted. */
  | 'scope-differs'
  /** An act that a case, a preservation or an agency’s emergencies do not have in this state. */
  | 'act-out-of-place'
  /** A collection without a grant. */
  | 'grant-missing'
  /** A collection after the grant was retired. */
  | 'grant-retired'
  /** A collection after the grant had expired. */
  | 'grant-expired'
  /** A collection in a case that is closed or suspended. */
  | 'case-closed'
  /** A collection or page that does not follow on those before it. */
  | 'page-out-of-order'
  /** A collection's answer without an intent that announced it. */
  | 'collection-unannounced'
  /** A person was told before the delay of their notice had ended. */
  | 'notice-early'
  /** A key was enrolled that no founding named, and no approved change asked for. */
  | 'enrolment-unfounded'
  /** A founding named a key, or an approved change asked for one, and the log has no enrolment of it. */
  | 'enrolment-missing'
  /** A key was enrolled a second time, or revoked without having been enrolled. */
  | 'key-out-of-place'
  /** A key was revoked a second time. */
  | 'key-revoked-twice'
  /** A change of the registry was applied without the approvals or the confirmation that it takes. */
  | 'change-unapproved'
  /** A decision on a change that was never proposed, is another's, or was over. */
  | 'change-out-of-place'
  /** An agency’s emergencies are taken again, and no change that was applied says so. */
  | 'reopening-unfounded'
  /** A request or an approval is under a policy that no founding and no change adopted. */
  | 'policy-unadopted'
  /** A request names a policy that the log does not have. */
  | 'policy-unknown';

/** What does not by itself show that anything is wrong. */
const warnings: ReadonlySet<FindingCode> = new Set(['entry-unknown', 'policy-unknown']);

export interface Finding {
  code: FindingCode;
  severity: 'error' | 'warning';
  /** The entry that is wrong; left out where it is the log as a whole. */
  index?: bigint;
  /** Stream and kind at most: nothing else that an entry says. */
  message: string;
}

/** Findings, of which the first are kept and all are counted. */
export class Findings {
  errors = 0;
  warnings = 0;
  private readonly kept: Finding[] = [];
  private readonly most: number;

  constructor(most = 100) {
    this.most = most;
  }

  /** @returns the finding, whose code may still change as more becomes known */
  add(code: FindingCode, message: string, index?: number): Finding {
    const severity = warnings.has(code) ? 'warning' : 'error';
    const place = index === undefined ? {} : { index: BigInt(index) };
    const finding: Finding = { code, severity, ...place, message };
    if (severity === 'error') this.errors++;
    else this.warnings++;
    if (this.kept.length < this.most) this.kept.push(finding);
    return finding;
  }

  /** Those that are kept, by the entries they are about; what is about the log as a whole comes last. */
  list(): Finding[] {
    return this.kept.toSorted((a, b) => {
      if (a.index === undefined || b.index === undefined)
        return Number(a.index === undefined) - Number(b.index === undefined);
      return a.index < b.index ? -1 : Number(a.index > b.index);
    });
  }
}
