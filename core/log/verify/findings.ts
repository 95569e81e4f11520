import { type FindingCode, warningCodes } from '#core/log/finding-codes.ts';

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
    const severity = warningCodes.has(code) ? 'warning' : 'error';
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
