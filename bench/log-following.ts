import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { monitorOnce } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { directoryFiles } from '#client/log/source.ts';
import { formatVerifierKey, parseVerifierKey } from '#core/log/note.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { makeLog } from './log-verifying.ts';
import { print } from './rounds.ts';

/**
 * A monitor's first round over a large log, which reads all of it, beside `writ log verify` over the same files: each in a
 * process of its own, whose peak memory the kernel counted. Then a round with nothing new.
 *
 * `npm run bench -- log-following --entries 1000000`
 */
const measured = z.object({ wallMs: z.number(), cpuMs: z.number(), peakKb: z.number() });
type Measured = z.output<typeof measured>;

async function one(what: string, dir: string, vkey: string): Promise<Measured> {
  const key = parseVerifierKey(vkey);
  const read = directoryFiles(dir);
  const start = performance.now();
  if (what === 'verify') {
    if (!(await verifyLog(read, key)).ok) throw new Error('the log does not verify');
  } else {
    const store = await openMonitorStore(join(dir, 'monitor.sqlite'));
    const round = await monitorOnce({ read, key, store, now: Date.now() });
    if (!round.ok || round.entries !== round.size) throw new Error('the monitor finds something wrong');
    store.close();
  }
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1000;
  return { wallMs: performance.now() - start, cpuMs, peakKb: peakKilobytes() };
}

/** Linux counts what a process's parent had into `maxRSS`, and not into this. */
function peakKilobytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  const [, kilobytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes);
}

function following(size: number): void {
  const dir = mkdtempSync(join(tmpdir(), 'writ-bench-following-'));
  try {
    const { files, key } = makeLog(size);
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes);
    }
    const entries = size.toLocaleString('en-US');
    print(`${entries} entries, from disk, a process each`, 'entries/s', 'a CPU second', 'peak MB');
    const run = (what: string) => {
      const args = [import.meta.filename, 'one', what, dir, formatVerifierKey(key)];
      return measured.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    };
    const line = (name: string, { wallMs, cpuMs, peakKb }: Measured) => {
      const perSecond = (ms: number) => Math.round((size / ms) * 1000).toLocaleString('en-US');
      print(`  ${name}`, perSecond(wallMs), perSecond(cpuMs), Math.round(peakKb / 1024));
    };
    line('writ log verify', run('verify'));
    line('writ log monitor, its first round', run('monitor'));
    const { wallMs, peakKb } = run('monitor');
    print('  a round with nothing new', `${Math.round(wallMs)} ms`, '', Math.round(peakKb / 1024));
    const bytes = statSync(join(dir, 'monitor.sqlite')).size;
    print('  its state', `${Math.round(bytes / 2 ** 20)} MB`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const [role, what = '', dir = '', vkey = ''] = process.argv.slice(2);
if (import.meta.main && role === 'one') process.stdout.write(JSON.stringify(await one(what, dir, vkey)));
else {
  const { values } = parseArgs({
    args: process.argv.slice(import.meta.main ? 2 : 3),
    options: { entries: { type: 'string', default: '1000000' } },
  });
  following(Number(values.entries));
}
