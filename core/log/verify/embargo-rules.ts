import { z } from 'zod';
import { fromBase64url } from '#core/bytes.ts';
import { parseInstant, timeOf } from '#core/instant.ts';
import { approvedCommitment, withheldCommitment } from '#core/log/commitment.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { mostEmbargoDays, revealGraceHours } from '#core/log/limits.ts';
import { SKEW_MS } from './case-state.ts';
import type { Findings } from './findings.ts';
import type { Here } from './here.ts';
import { storedCount, storedTime } from './stored.ts';
import { printable } from './streams.ts';

/**
 * What the log withholds of a request, it commits to at once and reveals in time: what it reveals is what it committed to,
 * and what never came is counted by the log's own time. Kept is a little of each case that withholds something, until it
 * is revealed.
 */
const GRACE_MS = revealGraceHours * 3_600_000;
const MOST_MS = mostEmbargoDays * 86_400_000;

const fields = ['instrument', 'jurisdiction', 'categories'] as const;
type Field = (typeof fields)[number];

interface Embargo {
  stream: string;
  /** Where it was received, and when. */
  index: number;
  from: number;
  /** The fields that are committed to, and the commitment. */
  withheld: readonly Field[];
  commitment: string;
  revealBy: number;
  /** Approvals whose categories are withheld too, and whether the case was open with each: the first such opened it. */
  approvals: { n: number; withheld: string; isOpen: boolean }[];
}

/** One for each case that withholds something and has not revealed it: as many as such cases are open. */
export const storedEmbargoes = z.array(
  z.strictObject({
    stream: z.string(),
    index: storedCount,
    from: storedTime,
    withheld: z.array(z.enum(fields)),
    commitment: z.string(),
    revealBy: storedTime,
    approvals: z.array(z.strictObject({ n: z.number(), withheld: z.string(), isOpen: z.boolean() })),
  }),
);

export class EmbargoRules {
  /** By stream. */
  private readonly open: Map<string, Embargo>;

  /** @param stored what another had come to know */
  constructor(stored: z.output<typeof storedEmbargoes> = []) {
    this.open = new Map(stored.map((embargo) => [embargo.stream, embargo]));
  }

  stored(): z.input<typeof storedEmbargoes> {
    return [...this.open.values()].map((embargo) => ({ ...embargo, withheld: [...embargo.withheld] }));
  }

  received(data: EntryData<'request.received'>, here: Here): void {
    const withheld = fields.filter((field) => data[field] === undefined);
    const { withheld: commitment, revealBy, delayUntil } = data;
    if (commitment === undefined || revealBy === undefined || withheld.length === 0) {
      if (withheld.length > 0 || commitment !== undefined || revealBy !== undefined)
        here.report('withheld-uncommitted', 'it leaves out what it must say or commit to');
      return;
    }
    if (here.n !== 1) return;
    const embargo = {
      stream: here.stream.name,
      index: here.index,
      from: here.at,
      withheld,
      commitment,
      revealBy: timeOf(revealBy),
      approvals: [],
    };
    this.open.set(embargo.stream, embargo);
    checkLength(embargo, delayUntil, here);
  }

  approved(data: EntryData<'decision.approved'>, here: Here): void {
    const { categories, withheld, status } = data;
    const embargo = this.open.get(here.stream.name);
    const isWithheld = embargo?.withheld.includes('categories') === true;
    if ((categories === undefined) !== isWithheld || (withheld !== undefined) !== isWithheld)
      here.report('withheld-uncommitted', 'its categories are not said, or withheld, as the case’s are');
    if (!isWithheld || withheld === undefined) return;
    embargo.approvals.push({ n: here.n, withheld, isOpen: status === 'AwaitingDisclosure' });
  }

  /** An authority that objects to a part may have the case wait again: no approval before that opened it. */
  objected({ status }: EntryData<'authority.objected'>, here: Here): void {
    const embargo = this.open.get(here.stream.name);
    if (embargo === undefined || status !== 'AwaitingApproval') return;
    embargo.approvals = embargo.approvals.map((approval) => ({ ...approval, isOpen: false }));
  }

  /** A notice that is delayed further may put the reveal off, while that is still to come. */
  delayed({ delayUntil, revealBy }: EntryData<'notice.delayed'>, here: Here): void {
    const embargo = this.open.get(here.stream.name);
    if (embargo === undefined) {
      if (revealBy !== undefined) here.report('act-out-of-place', 'the case withholds nothing');
      return;
    }
    const before = embargo.revealBy;
    if (revealBy !== undefined) embargo.revealBy = timeOf(revealBy);
    checkLength(embargo, delayUntil, here);
    if (embargo.revealBy > before && here.at >= before + SKEW_MS)
      here.report('embargo-too-long', 'what it puts off was due');
  }

  revealed(data: EntryData<'case.revealed'>, here: Here): void {
    const embargo = this.open.get(here.stream.name);
    if (embargo === undefined) {
      here.report('act-out-of-place', 'the case withholds nothing');
      return;
    }
    this.open.delete(embargo.stream);
    if (here.at > embargo.revealBy + GRACE_MS)
      here.report('reveal-late', 'it was due more than a day before');
    if (!opens(embargo, data)) here.report('reveal-differs', 'it is not what the case committed to');
  }

  /** With the case's salt goes what opens the commitment. */
  forgotten(here: Here): void {
    if (this.open.has(here.stream.name))
      here.report('act-out-of-place', 'the case withholds something that it has not revealed');
  }

  /** What is missing at the end of the log. @param until its latest instant, in Unix milliseconds */
  end(findings: Findings, until: number): void {
    for (const { stream, index, revealBy } of this.open.values()) {
      // What is no instant is never due, and was reported.
      if (until > revealBy + GRACE_MS)
        findings.add('reveal-missing', `${printable(stream)} has not revealed what it withholds`, index);
    }
  }
}

/** No embargo is longer than the delay that it rests on, or than any may be. */
function checkLength({ from, revealBy }: Embargo, delayUntil: string | undefined, here: Here): void {
  if (!(revealBy <= Date.parse(parseInstant(delayUntil ?? '') ?? '')))
    here.report('embargo-too-long', 'it is longer than the notice is delayed');
  else if (!(revealBy <= from + MOST_MS + SKEW_MS))
    here.report('embargo-too-long', 'it is longer than any policy can have it');
}

/** Whether what is revealed is all that was withheld, and what the case and its approvals committed to. */
function opens(embargo: Embargo, data: EntryData<'case.revealed'>): boolean {
  const nonce = fromBase64url(data.nonce);
  if (nonce === undefined) return false;
  if (fields.some((field) => (data[field] !== undefined) !== embargo.withheld.includes(field))) return false;
  const said = Object.fromEntries(embargo.withheld.map((field) => [field, data[field]]));
  if (withheldCommitment(nonce, said) !== embargo.commitment) return false;
  const some = subsets(data.categories ?? []);
  const opened = embargo.approvals.map(({ n, withheld, isOpen }) => ({
    isOpen,
    categories: some.find((categories) => approvedCommitment(nonce, { n, categories }) === withheld),
  }));
  if (opened.some(({ categories }) => categories === undefined)) return false;
  const approved = opened.find(({ isOpen }) => isOpen)?.categories;
  return JSON.stringify(data.approved) === JSON.stringify(approved);
}

/** Every choice of some of them, each in their order. What is approved is one of these. */
function subsets(of: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const one of of) all.push(...all.map((some) => [...some, one]));
  return all.slice(1);
}
