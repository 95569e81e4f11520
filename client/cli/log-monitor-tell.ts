import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import type { Telling } from '#client/log/monitor/store.ts';
import { type Told, toldOf } from '#client/log/monitor/telling.ts';
import { printable, printableJson } from '#client/printable.ts';
import { plainFetch } from '#core/answer-body.ts';
import { UsageError } from './common.ts';

/** How `writ log monitor` tells others of a finding: a command that it runs, an address that it posts to. */

const timeoutMs = 60_000;

/**
 * Runs a command for one finding. The command is the caller's own and a shell reads it; what the log says is only in its
 * input and its environment, so no shell reads that.
 *
 * @throws Error where it ends with another code than 0, or not at all
 */
export async function runFor(command: string, origin: string, { what, finding }: Telling): Promise<void> {
  const told = toldOf(origin, what, finding);
  const child = spawn(command, {
    shell: true,
    stdio: ['pipe', process.stderr, process.stderr],
    env: { ...process.env, ...environmentOf(told) },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  // A command may end without reading what it is told.
  child.stdin?.on('error', () => {});
  child.stdin?.end(`${printableJson(told)}\n`);
  const [code, signal] = await new Promise<[number | null, string | null]>((done, fail) => {
    child.once('error', fail);
    child.once('close', (...how) => done(how));
  });
  if (code !== 0) throw new Error(`it ended with ${code ?? signal}`);
}

function environmentOf({ what, origin, code, severity, index, message, at }: Told): Record<string, string> {
  return {
    WRIT_WHAT: what,
    WRIT_ORIGIN: printable(origin),
    WRIT_CODE: code,
    WRIT_SEVERITY: severity,
    WRIT_INDEX: index ?? '',
    WRIT_MESSAGE: printable(message),
    WRIT_AT: at,
  };
}

/** @throws Error where nobody takes it */
export async function postTo(url: string, origin: string, { what, finding }: Telling): Promise<void> {
  const answer = await fetch(url, {
    ...plainFetch,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: printableJson(toldOf(origin, what, finding)),
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
}

/** What is posted says what is wrong with a log, and goes over no network in the clear. @throws UsageError */
export function webhookOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url?.protocol === 'http:' && isLoopback(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || isOurs))
    throw new UsageError('--webhook is an https address, or one of this machine');
  return url.href;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}
