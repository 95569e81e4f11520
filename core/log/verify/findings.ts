import { type FindingCode, warningCodes } from '#core/log/finding-codes.ts';

export interface Finding {
  code: FindingCode;
  severity: 'error' | 'warning';
  /** The entry that is wrong; left out where it is the log as a whole. */
  index?: bigint;
  /** Stream and kind at most: nothing else that an entry says. */
  message: string;
}

/** What becomes of a finding as more becomes known: another code, of the same severity. */
export interface Revision {
  number: number;
  code: FindingCode;
  message: string;
}

/** Findings, of which the first are kept and all are counted. */
export class Findings {
  errors: number;
  warnings: number;
  /** Of findings that an earlier part of a reading made, and that are not here. */
  readonly revisions: Revision[] = [];
  private readonly before: number;
  private readonly kept: Finding[] = [];
  private readonly most: number;

  /** @param before how many an earlier part of the reading made: this one's are numbered from there */
  constructor(most = 100, before: { errors: number; warnings: number } = { errors: 0, warnings: 0 }) {
    this.most = most;
    this.errors = before.errors;
    this.warnings = before.warnings;
    this.before = before.errors + before.warnings;
  }

  /** @returns the finding's number, by which `revise` knows it */
  add(code: FindingCode, message: string, index?: number): number {
    const severity = warningCodes.has(code) ? 'warning' : 'error';
    const place = index === undefined ? {} : { index: BigInt(index) };
    const number = this.errors + this.warnings;
    if (severity === 'error') this.errors++;
    else this.warnings++;
    // Kept are the first, so that a finding's number says where it is.
    if (this.kept.length < this.most) this.kept.push({ code, severity, ...place, message });
    return number;
  }

  revise(number: number, code: FindingCode, message: string): void {
    const finding = this.kept[number - this.before];
    if (finding !== undefined) Object.assign(finding, { code, message });
    else if (number < this.before && this.revisions.length < this.most)
      this.revisions.push({ number, code, message });
  }

  /** Those that are kept, each with its number. */
  numbered(): { number: number; finding: Finding }[] {
    return this.kept.map((finding, i) => ({ number: this.before + i, finding }));
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
