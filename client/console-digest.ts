import { toBase64 } from '#core/bytes.ts';
import { digestMember } from '#core/canonical.ts';
import { codeDigest } from '#core/code-digest.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { filesOfPage, type PageName, pages } from '#core/wire/console.ts';
import { newestCheckpoint } from './log/entries.ts';
import type { Log } from './log/log.ts';
import { newestDeployment } from './log/newest-deployment.ts';
import { withRetries } from './retry.ts';
import { version } from './route-call.ts';
import { malformed, type Reaching, reach } from './transport.ts';

/**
 * A page as a provider serves it, held against the log, which names its digest in each `deployment.made`. A page can run
 * this over itself, and tells its reader by it that a deployment is not complete. A page that lies lies about this too: the
 * check to rely on is that of another program, `writ console verify`.
 */

/** So far back the newest deployment is looked for: 51,200 entries. */
const mostBundles = 200;

export interface ServedFile {
  name: string;
  bytes: Uint8Array;
  /** `sha-256=:…:`. */
  digest: string;
  /** What the page says that the file has to be, in the form of Subresource Integrity; undefined where it says nothing. */
  holds: boolean | undefined;
}

export interface ServedConsole {
  /** The page, and what it loads, as far as it is there. */
  files: readonly ServedFile[];
  /** What the page loads and is not served. */
  missing: readonly string[];
  /** Over all files, as `deployment.made` has it. */
  digest: string;
}

/**
 * Reads the public routes of a provider's API: for a page, which has no disk.
 *
 * @param url `https://host[:port]`, without `/v1`
 * @returns reads what stands below `/v1/`; undefined where it is not there
 * @throws ExchangeError unreachable, answer-malformed
 */
export function publicFiles(
  url: string,
  send: typeof fetch = fetch,
  options: Omit<Reaching, 'fetch'> = {},
): ReadFile {
  return (path) =>
    withRetries(options, 'safe', async () => {
      const request = { method: 'GET', url: `${url}${version}/${path}`, headers: {}, body: undefined };
      const answer = await reach({ ...options, fetch: send }, request);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw malformed(answer, 'status');
      return answer.body;
    });
}

/**
 * Fetches a page and all that it loads.
 *
 * @param read reads what stands below `/v1/`, such as {@link publicFiles}
 * @returns undefined where no such page is served
 */
export async function servedConsole(
  read: ReadFile,
  name: PageName = 'desk',
): Promise<ServedConsole | undefined> {
  const page = await read(pages[name].path.slice(1));
  if (page === undefined) return undefined;
  const html = new TextDecoder().decode(page);
  const files: ServedFile[] = [fileOf(pages[name].file, page, undefined)];
  const missing: string[] = [];
  for (const loaded of new Set(filesOfPage(html))) {
    const bytes = await read(`console/${loaded}`);
    if (bytes === undefined) missing.push(loaded);
    else files.push(fileOf(loaded, bytes, await holds(html, loaded, bytes)));
  }
  return { files, missing, digest: codeDigest(new Map(files.map(({ name, bytes }) => [name, bytes]))) };
}

function fileOf(name: string, bytes: Uint8Array, holds: boolean | undefined): ServedFile {
  return { name, bytes, digest: digestMember(bytes), holds };
}

/** Whether a file is what the page says of it; undefined where the page does not say. */
async function holds(html: string, name: string, bytes: Uint8Array): Promise<boolean | undefined> {
  const tag = (html.match(/<[^>]*>/g) ?? []).find((tag) => tag.includes(`/${name}"`)) ?? '';
  const [, said] = /\sintegrity="sha384-([^"]*)"/.exec(tag) ?? [];
  if (said === undefined) return undefined;
  return toBase64(new Uint8Array(await crypto.subtle.digest('SHA-384', new Uint8Array(bytes)))) === said;
}

/** What the log says of the newest deployment. */
export interface RecordedConsole {
  /** When it was recorded, ISO 8601 UTC. */
  at: string;
  /** Undefined for a deployment of a version without this page. */
  digest: string | undefined;
}

/**
 * A page of the newest deployment that a log has among its newest 51,200 entries; undefined where it has no deployment there.
 * All that was read is proven.
 *
 * @throws LogError
 */
export async function consoleInLog(log: Log, name: PageName = 'desk'): Promise<RecordedConsole | undefined> {
  const made = await newestDeployment(log.read, await newestCheckpoint(log), mostBundles);
  return made === undefined ? undefined : { at: made.at, digest: made.data[memberOf[name]] };
}

/** What the log calls a page's digest. */
const memberOf = { desk: 'console', portal: 'portal', site: 'site' } as const satisfies Record<
  PageName,
  string
>;

/**
 * `recorded`: what is served is what the log has. `changed`: it is not, or a file is not what the page says, or is missing.
 * `unrecorded`: the newest deployment has no such page. `unknown`: no deployment was found to compare with.
 */
export type ConsoleVerdict = 'recorded' | 'changed' | 'unrecorded' | 'unknown';

export function consoleVerdict(
  { files, missing, digest }: ServedConsole,
  recorded: RecordedConsole | undefined,
): ConsoleVerdict {
  if (missing.length > 0 || files.some(({ holds }) => holds === false)) return 'changed';
  if (recorded === undefined) return 'unknown';
  if (recorded.digest === undefined) return 'unrecorded';
  return recorded.digest === digest ? 'recorded' : 'changed';
}
