/**
 * Which processes a state directory owns, across crashes.
 *
 * A process id alone proves nothing: after a crash the system may have given it to a stranger. So each is kept
 * with the moment that process started, as the system tells it, and only one that matches both is ever ended.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tracked {
  forget(): void;
}

interface Entry {
  readonly pid: number;
  readonly started: string;
}

const directory = (stateDir: string) => join(stateDir, 'pids');

/** Writes down that this state directory owns a process. */
export function remember(stateDir: string, name: string, pid: number): Tracked {
  mkdirSync(directory(stateDir), { recursive: true, mode: 0o700 });
  const file = join(directory(stateDir), `${name}.json`);
  const entry: Entry = { pid, started: startOf(pid) ?? 'unknown' };
  writeFileSync(`${file}.new`, JSON.stringify(entry));
  renameSync(`${file}.new`, file);
  return { forget: () => rmSync(file, { force: true }) };
}

/** Whether the process written down under a name still runs, and is that very process. */
export function owned(stateDir: string, name: string): number | undefined {
  try {
    const entry = JSON.parse(readFileSync(join(directory(stateDir), `${name}.json`), 'utf8')) as Entry;
    return startOf(entry.pid) === entry.started ? entry.pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ends what an earlier run left behind, and waits until it is gone.
 *
 * @returns the names of what was still running
 */
export async function sweep(stateDir: string): Promise<string[]> {
  let files: string[];
  try {
    files = readdirSync(directory(stateDir)).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
  const ended: string[] = [];
  for (const file of files) {
    const name = file.slice(0, -'.json'.length);
    const pid = owned(stateDir, name);
    if (pid !== undefined && pid !== process.pid) {
      await end(pid, () => owned(stateDir, name) === pid);
      ended.push(name);
    }
    rmSync(join(directory(stateDir), file), { force: true });
  }
  return ended;
}

/** Asks a process to end, insists after a few seconds, and waits for it to be gone. */
export async function end(pid: number, alive: () => boolean, patienceMs = 5000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  signal(pid, 'SIGTERM');
  while (alive()) {
    if (performance.now() > deadline) signal(pid, 'SIGKILL');
    await new Promise((next) => setTimeout(next, 25));
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it is gone already
  }
}

/** When a process started, in the system's own words; nothing if there is no such process. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // proc(5): the name in parentheses may hold anything; the start time is the 20th field after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    if (process.platform === 'win32') {
      const script = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`;
      return execFileSync('powershell', ['-NoProfile', '-Command', script], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    }
    const row = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return row.trim().startsWith('Z') ? undefined : row.trim().replace(/^\S+\s+/, '') || undefined;
  } catch {
    return undefined;
  }
}
