import { warningCodes } from '#core/log/finding-codes.ts';
import type { Findings } from '#core/log/verify/findings.ts';
import type { KeptFinding, MonitorStore, NewFinding } from './store.ts';

/**
 * What a round found: kept, and noted down for everybody who is to be told, in the same step. A finding is told once, and
 * once more when it is over.
 */
export type Fault = Pick<NewFinding, 'code' | 'message' | 'index' | 'evidence'>;

/** A log that signs one fork after the other must not fill the disk. */
const MOST_FORKS = 20;

export class Book {
  readonly found: KeptFinding[] = [];
  readonly over: KeptFinding[] = [];
  private readonly store: MonitorStore;
  private readonly channels: readonly string[];
  private readonly at: string;
  private readonly numbers = new Set<number>();

  constructor(store: MonitorStore, channels: readonly string[], at: string) {
    this.store = store;
    this.channels = channels;
    this.at = at;
  }

  /** What is wrong of one topic now, each of it for as long as it lasts: what was and is no more is over. */
  settle(topic: string, faults: readonly Fault[]): void {
    const { store, at } = this;
    store.atOnce(() => {
      const before = store.standing().filter((finding) => finding.topic === topic);
      for (const finding of before) {
        if (faults.some((fault) => isSame(fault, finding))) continue;
        store.end(finding.id, at);
        this.over.push({ ...finding, endedAt: at });
        for (const channel of this.channels) store.toTell(channel, finding.id, 'over');
      }
      for (const fault of faults)
        if (!before.some((finding) => isSame(fault, finding))) this.add(topic, fault);
    });
  }

  /** Two signed notes that cannot both be of one log. That is never over. */
  fork(message: string, evidence: readonly string[]): void {
    const { store } = this;
    store.atOnce(() => {
      const forks = store.standing().filter(({ topic }) => topic === 'fork');
      const isKnown = forks.some(({ evidence: notes = [] }) =>
        notes.every((note) => evidence.includes(note)),
      );
      if (!isKnown && forks.length < MOST_FORKS) this.add('fork', { code: 'log-forked', message, evidence });
    });
  }

  /** What the rules found in entries. Nothing ends that. To be called within a step that keeps what was read. */
  rules(findings: Findings): void {
    for (const { number, finding } of findings.numbered()) {
      const { code, message, index } = finding;
      if (this.numbers.has(number)) this.store.revise(number, code, message);
      else this.add('', { code, message, index }, number);
      this.numbers.add(number);
    }
    for (const { number, code, message } of findings.revisions) this.store.revise(number, code, message);
  }

  private add(topic: string, fault: Fault, number?: number): void {
    const severity = warningCodes.has(fault.code) ? 'warning' : 'error';
    const finding: NewFinding = { ...fault, severity, topic, number, isStanding: number === undefined };
    const id = this.store.add(finding, this.at);
    if (id === undefined) return;
    this.found.push({ ...finding, id, at: this.at });
    for (const channel of this.channels) this.store.toTell(channel, id, 'found');
  }
}

const isSame = (a: Fault, b: Fault) => a.code === b.code && a.index === b.index && a.message === b.message;
