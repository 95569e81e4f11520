import { join } from 'node:path';
import { atomFindings, atomOf } from '#client/log/monitor/atom.ts';
import type { Round } from '#client/log/monitor/monitor.ts';
import { prometheusOf } from '#client/log/monitor/prometheus.ts';
import type { KeptFinding, MonitorStore } from '#client/log/monitor/store.ts';
import { findingLine, tellAll, toldOf } from '#client/log/monitor/telling.ts';
import { writeWhole } from '#client/log/whole-file.ts';
import { printable, printableJson } from '#client/printable.ts';
import { bad, counted, good, say } from './common.ts';
import { postTo, runFor, webhookOf } from './log-monitor-tell.ts';

/** How a round of `writ log monitor` is told: to people, to programs, and in the files that others read. */
export interface TellOptions {
  state: string;
  once?: boolean;
  exec?: string;
  webhook?: string;
  atom?: string;
  prometheus?: string;
  json?: boolean;
}

/** Something that findings are told to, one after the other. */
export interface Channel {
  name: string;
  says: string;
  tell: (telling: Parameters<typeof runFor>[2], origin: string) => Promise<void>;
}

/** @throws UsageError */
export function channelsOf({ exec, webhook, json }: TellOptions): Channel[] {
  const url = webhook === undefined ? undefined : webhookOf(webhook);
  const text: Channel = {
    name: 'text',
    says: 'the standard output',
    tell: async ({ what, finding }, origin) => {
      const line = json === true ? printableJson(toldOf(origin, what, finding)) : shown(what, finding);
      process.stdout.write(`${line}\n`);
    },
  };
  return [
    text,
    ...(exec === undefined
      ? []
      : [
          {
            name: 'exec',
            says: '--exec',
            tell: (...[telling, origin]: Parameters<Channel['tell']>) => runFor(exec, origin, telling),
          },
        ]),
    ...(url === undefined
      ? []
      : [
          {
            name: 'webhook',
            says: '--webhook',
            tell: (...[telling, origin]: Parameters<Channel['tell']>) => postTo(url, origin, telling),
          },
        ]),
  ];
}

function shown(what: 'found' | 'over' | 'still', finding: KeptFinding): string {
  const line = findingLine(finding);
  if (what === 'over') return `over: ${line}`;
  const text = what === 'still' ? `still: ${line}` : line;
  return finding.severity === 'error' ? bad(text) : text;
}

/** Tells what a round found, and keeps the files that others read. @returns whether everybody was told */
export async function tell(
  round: Round,
  { store, channels, options }: { store: MonitorStore; channels: readonly Channel[]; options: TellOptions },
): Promise<boolean> {
  const { origin, at, unread, unasked } = round;
  const files = await keepEvidence(round, options.state);
  let isTold = true;
  for (const { name, says, tell } of channels) {
    const failure = await tellAll(store, name, (telling) => tell(telling, origin));
    if (failure === undefined) continue;
    isTold = false;
    say(`${says} could not be told (${printable(reason(failure))}); it is tried again in the next round`);
  }
  if (unread !== undefined) say(`error: log-unreadable: ${printable(unread)}`);
  for (const { name, why } of unasked) say(`${printable(name)} could not be compared: ${printable(why)}`);
  tellRound(round, files, options);
  const { atom, prometheus } = options;
  if (atom !== undefined) await writeWhole(atom, atomOf(origin, store.newest(atomFindings), at));
  if (prometheus !== undefined) await writeWhole(prometheus, prometheusOf(round, store.counts()));
  return isTold;
}

const reason = (error: unknown) => (error instanceof Error ? error.message : 'unknown');

/** What proves a fork or a rollback, as files: whoever is shown both needs nothing else. */
async function keepEvidence({ standing }: Round, dir: string): Promise<ReadonlyMap<number, string>> {
  const files = new Map<number, string>();
  for (const { id, code, evidence = [] } of standing) {
    if (evidence.length === 0) continue;
    const path = join(dir, 'evidence', `${code}-${id}`);
    for (const [i, note] of evidence.entries()) await writeWhole(join(path, `checkpoint-${i + 1}`), note);
    files.set(id, path);
  }
  return files;
}

function tellRound(round: Round, evidence: ReadonlyMap<number, string>, { json, once }: TellOptions): void {
  const { origin, size, entries, added, last, standing, found, ok, unread, witnessed } = round;
  if (json === true) {
    const { at } = round;
    const isWrong = standing.map(({ code }) => code);
    process.stdout.write(
      `${printableJson({ what: 'round', origin, at, size, entries, added, last, witnessed, standing: isWrong, ok, unread })}\n`,
    );
    return;
  }
  for (const finding of standing) {
    const path = evidence.get(finding.id);
    const isNew = found.some(({ id }) => id === finding.id);
    // What was signed and cannot be taken back is said in every round.
    if (!isNew && (path !== undefined || once === true)) process.stdout.write(`${shown('still', finding)}\n`);
    if (path !== undefined) process.stdout.write(`  both checkpoints: ${printable(path)}\n`);
  }
  if (once !== true && added === 0n && found.length === 0) return;
  if (unread !== undefined) return;
  const read = `${printable(origin)}: ${counted(size ?? 0n, 'entry', 'entries')}, ${entries} read, ${added} of them now`;
  const cosigned = witnessed === undefined ? '' : `, ${witnessed.lag} not cosigned`;
  const verdict = ok ? good('Nothing is wrong.') : bad(`${counted(standing.length, 'thing')} wrong now.`);
  process.stdout.write(`${read}${cosigned}. ${verdict}\n`);
}
