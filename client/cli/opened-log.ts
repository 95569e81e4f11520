import type { Log } from '#client/log/log.ts';
import { directoryFiles, fetchVerifierKey, urlFiles } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { formatVerifierKey, parseVerifierKey } from '#core/log/note.ts';
import { givenKey, type LogOptions, say, UsageError } from './common.ts';
import { trust } from './outgoing.ts';
import { findProfile, loadProfile, type Named } from './profile/profile.ts';

/**
 * Which log a command reads, and by which key it believes it: the one that was given, the one that a profile keeps as its
 * owner compared it, or else the server's own word.
 */
export interface MeantLog {
  url?: string;
  dir?: string;
  key:
    | { from: 'given'; text: string }
    | { from: 'profile'; text: string; profile: string }
    | { from: 'server' };
  caFile?: string | undefined;
}

export interface OpenedLog extends Log {
  /** Where it is, unless it is a copy in a directory. */
  url?: string;
  /** Whose word the key is. `server`: only what the server publishes about itself. */
  keyFrom: MeantLog['key']['from'];
}

/** @throws UsageError; CommandError profile-missing, profile-malformed */
export async function logOf(options: LogOptions): Promise<MeantLog> {
  const { dir, key } = options;
  const given = options.url ?? (dir === undefined ? process.env.WRIT_URL : undefined);
  if (given !== undefined && dir !== undefined) throw new UsageError('give either --url or --dir');
  if (given !== undefined && !URL.canParse(given)) throw new UsageError('--url is no URL');
  const pinned = await pinnedLog(options);
  const url = given ?? (dir === undefined ? pinned?.url : undefined);
  if (url === undefined && dir === undefined)
    throw new UsageError('give either --url or --dir', '`writ connect` keeps the address and the key');
  const isPinned = pinned?.key !== undefined && (url === undefined || sameHost(url, pinned.url));
  if (dir !== undefined && key === undefined && !isPinned)
    throw new UsageError('--dir needs --key: a copy cannot vouch for itself');
  return {
    ...(url === undefined ? {} : { url }),
    ...(dir === undefined ? {} : { dir }),
    key: keyOf(key, isPinned ? pinned : undefined),
    ...(pinned !== undefined && url !== undefined && sameHost(url, pinned.url)
      ? { caFile: pinned.caFile }
      : {}),
  };
}

interface Pinned {
  profile: string;
  url: string;
  key: string | undefined;
  caFile: string | undefined;
}

/** What a profile keeps of its provider's log. One that nobody named may be missing, or know no provider. */
async function pinnedLog({ profile }: LogOptions): Promise<Pinned | undefined> {
  const named: Named | undefined =
    profile === undefined ? await findProfile(undefined) : await loadProfile(profile);
  const provider = named?.profile.provider;
  if (named === undefined || provider === undefined) return undefined;
  const { url, logKey, caFile } = provider;
  return { profile: named.name, url: `${url}/v1`, key: logKey, caFile };
}

function keyOf(given: string | undefined, pinned: Pinned | undefined): MeantLog['key'] {
  if (given !== undefined) return { from: 'given', text: given };
  if (pinned?.key === undefined) return { from: 'server' };
  return { from: 'profile', text: pinned.key, profile: pinned.profile };
}

const sameHost = (a: string, b: string) => new URL(a).host === new URL(b).host;

/** @throws UsageError, SourceError; CommandError profile-missing, profile-malformed, ca-unreadable; LogError verifier-key-malformed */
export async function openLog(options: LogOptions): Promise<OpenedLog> {
  return openMeant(await logOf(options));
}

/** The same, of which log is known already. */
export async function openMeant({ url, dir, key, caFile }: MeantLog): Promise<OpenedLog> {
  await trust(caFile);
  const read = url === undefined ? directoryFiles(dir ?? '') : urlFiles(url);
  const where = { read, ...(url === undefined ? {} : { url }), keyFrom: key.from };
  switch (key.from) {
    case 'given':
      return { ...where, key: await givenKey(key.text) };
    case 'profile':
      say(`The log’s key is the one that the profile ${key.profile} keeps.`);
      return { ...where, key: parseVerifierKey(key.text) };
    case 'server': {
      const published = await fetchVerifierKey(url ?? '');
      say(`The log’s key is the provider’s own word: ${printable(formatVerifierKey(published))}
Compare it with the one that you were given, or give it with --key.`);
      return { ...where, key: published };
    }
  }
}
