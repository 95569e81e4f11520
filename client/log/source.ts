import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerRefused, bodyWithin, checkNoRedirect, plainFetch } from '#core/answer-body.ts';
import { parseJson } from '#core/json.ts';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { publishedLog } from '#core/wire/provider.ts';
import { addressOf } from './log.ts';

/** Where a log's files are read from: a deployment's address, or a mirror of them in a directory. */

/** A log that cannot be read: nobody answers, or not as a log does. The message names the address, and no content. */
export class SourceError extends Error {
  override name = 'SourceError';
}

const tries = 3;
const timeoutMs = 30_000;
const pauseMs = 500;
const maxBytes = 17 * 1024 * 1024;

/** A mirror: `checkpoint` and `tile/…` in a directory. @throws SourceError if a file cannot be read */
export function directoryFiles(dir: string): ReadFile {
  return async (path) => {
    try {
      return await readFile(join(dir, path));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new SourceError(`${join(dir, path)} cannot be read (${code})`);
    }
  };
}

/**
 * A deployment's log.
 *
 * @param url of the API with its version: `https://writ.example.org/v1`
 * @throws SourceError if it cannot be reached, three times over, or answers what no log answers
 */
export function urlFiles(url: string): ReadFile {
  return (path) => get(addressOf(url, `log/${path}`));
}

/** The verifier key as the deployment itself publishes it: a server that forges its log forges this too. */
export async function fetchVerifierKey(url: string): Promise<VerifierKey> {
  const published = publishedLog.safeParse(await fetchJson(url, 'provider'));
  if (!published.success) throw new SourceError(`${addressOf(url, 'provider')} names no log`);
  return parseVerifierKey(published.data.log.verifierKey);
}

/** What a public route of the API answers. @throws SourceError if that is no JSON */
export async function fetchJson(url: string, route: string): Promise<unknown> {
  const found = await findJson(url, route);
  if (found === undefined) throw new SourceError(`${addressOf(url, route)} is not there (404)`);
  return found.json;
}

/** The same, of what may not be there yet. @throws SourceError if it is there and no JSON */
export async function findJson(url: string, route: string): Promise<{ json: unknown } | undefined> {
  const address = addressOf(url, route);
  const bytes = await get(address);
  if (bytes === undefined) return undefined;
  try {
    return { json: parseJson(bytes) };
  } catch {
    throw new SourceError(`${address} is no JSON`);
  }
}

/** The bytes that a public route answers; undefined where nothing is there. @throws SourceError */
export const findBytes = (url: string, route: string): Promise<Uint8Array | undefined> =>
  get(addressOf(url, route));

/** What anybody's server has at an address; undefined where nothing is there. @throws SourceError */
export const readAddress = (url: string, mostBytes: number): Promise<Uint8Array | undefined> =>
  get(url, mostBytes);

async function get(url: string, mostBytes = maxBytes): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = await once(url, mostBytes).catch((error: unknown) => {
      if (error instanceof AnswerRefused) throw new SourceError(`${url} ${refusals[error.why]}`);
      if (attempt >= tries) throw new SourceError(`${url} cannot be reached (${reason(error)})`);
      return undefined;
    });
    if (answer?.status === 200) return answer.body;
    if (answer?.status === 404) return undefined;
    // A server that is busy or broken may not be in a moment; whatever else it says, it means.
    const again = answer === undefined || answer.status === 429 || answer.status >= 500;
    if (!again || attempt >= tries) throw new SourceError(`${url} answers ${answer?.status}`);
    await sleep(pauseMs * attempt);
  }
}

const refusals: Record<AnswerRefused['why'], string> = {
  redirect: 'sends us to another address; give the address that the provider gave you',
  'too-large': 'is larger than any file of a log',
};

/** One answer; of another status than 200 without its body. */
async function once(url: string, mostBytes: number): Promise<{ status: number; body: Uint8Array }> {
  const answer = await fetch(url, { ...plainFetch, signal: AbortSignal.timeout(timeoutMs) });
  checkNoRedirect(answer);
  const { status } = answer;
  if (status === 200) return { status, body: await bodyWithin(answer, mostBytes) };
  await answer.body?.cancel();
  return { status, body: new Uint8Array() };
}

/** What Node says of it: `fetch failed` alone helps nobody. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
