import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { publicFiles } from '#client/console-digest.ts';
import { keepingNewest } from '#client/log/browse.ts';
import type { Log } from '#client/log/log.ts';
import { checkGrowth } from '#client/log/proven-bundle.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { type ReadFile, readCheckpoint, type SignedCheckpoint } from '#core/log/reading.ts';
import { sameHash } from '#core/log/tree.ts';
import { comparedKey } from './compared-key.ts';

/** What every screen of the site rests on: who the provider is, and the newest checkpoint of its log, verified. */
export interface Site {
  /** `https://host[:port]`, without `/v1`. */
  url: string;
  provider: ProviderDocument;
  /** Reads what stands below `/v1/`; undefined where it is not there. */
  files: ReadFile;
  /** The log, and the key that it is believed by. Undefined where the provider names no log. */
  log: SiteLog | undefined;
  /**
   * Whose word the key is. `server`: only the provider's own, fetched a moment ago. `compared`: the reader's, who compared
   * it with the one that they were given by somebody else.
   */
  keyFrom: 'server' | 'compared';
  /** The newest checkpoint, as it was last read. */
  newest: ReadonlySignal<Newest>;
  /** Reads it anew, and believes it only where the log has grown from the one before. */
  refresh(): Promise<void>;
}

/** A log whose files are kept while it is looked at. */
export interface SiteLog extends Log {
  /** Asks for all of them again: one of them did not verify. */
  forget(): void;
}

export type Newest =
  | { is: 'proven'; checkpoint: SignedCheckpoint }
  /** The log has no entry yet, or the provider names no log. */
  | { is: 'none' }
  /** It is not signed by the key, or not the log that was here before. Nothing of the log is shown. */
  | { is: 'wrong'; code: LogErrorCode; isOtherHistory: boolean }
  | { is: 'unread'; error: unknown };

/** @throws ExchangeError where the provider does not say who it is; LogError where its key is none */
export async function openSite(url: string, send: typeof fetch = fetch): Promise<Site> {
  const provider = await fetchProvider(url, send);
  const files = publicFiles(url, send);
  const compared = comparedKey.peek();
  const text = compared ?? provider.log?.verifierKey;
  const log: SiteLog | undefined =
    text === undefined
      ? undefined
      : { key: parseVerifierKey(text), ...keepingNewest((path) => files(`log/${path}`)) };
  const newest = signal<Newest>({ is: 'none' });
  const refresh = () => readNewest(log, newest);
  await refresh();
  return {
    url,
    provider,
    files,
    log,
    keyFrom: compared === undefined ? 'server' : 'compared',
    newest,
    refresh,
  };
}

async function readNewest(log: Log | undefined, newest: Signal<Newest>): Promise<void> {
  if (log === undefined) return;
  const before = newest.peek();
  // A log that was found to be another one does not become the right one by being asked again.
  if (before.is === 'wrong' && before.isOtherHistory) return;
  let isOtherHistory = false;
  try {
    const checkpoint = await readCheckpoint(log.read, log.key);
    if (checkpoint === undefined) return;
    if (before.is === 'proven') {
      // An answer that is older than the one before says nothing: a store in between may have kept it.
      const [older, newer] =
        before.checkpoint.size <= checkpoint.size
          ? [before.checkpoint, checkpoint]
          : [checkpoint, before.checkpoint];
      isOtherHistory = true;
      if (older.size === newer.size && !sameHash(older.root, newer.root)) throw new LogError('not-included');
      await checkGrowth(log.read, older, newer);
      newest.value = { is: 'proven', checkpoint: newer };
      return;
    }
    newest.value = { is: 'proven', checkpoint };
  } catch (error) {
    newest.value = failed(error, isOtherHistory);
  }
}

function failed(error: unknown, isOtherHistory: boolean): Newest {
  if (!(error instanceof LogError)) return { is: 'unread', error };
  return { is: 'wrong', code: error.code, isOtherHistory: isOtherHistory && error.code === 'not-included' };
}

export type Opened = { is: 'opening' } | { is: 'failed'; error: unknown } | { is: 'open'; site: Site };

export const opened = signal<Opened>({ is: 'opening' });

/** Opens the site at the page's own address; again, where that failed or the key to believe is another. */
export async function open(url: string): Promise<void> {
  try {
    const site = await openSite(url);
    opened.value = { is: 'open', site };
  } catch (error) {
    batch(() => {
      opened.value = { is: 'failed', error };
    });
  }
}

export const SiteContext = createContext<Site | undefined>(undefined);

/** The site, of a view within the shell. */
export function useSite(): Site {
  const site = useContext(SiteContext);
  if (site === undefined) throw new Error('there is no site here');
  return site;
}
