import { Command } from 'commander';
import { fetchJson } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { eachRevocation, FeedError, type FeedFault, type ReadItem } from '#client/revocations.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import { publishedKeys } from '#core/wire/provider.ts';
import {
  attempt,
  bad,
  counted,
  exit,
  forLog,
  good,
  type LogOptions,
  printJson,
  UsageError,
} from './common.ts';
import { table, when } from './format.ts';
import { openLog } from './opened-log.ts';

/** `writ log revocations`: which agency keys a provider tells others that it revoked for misuse. */
interface Options extends LogOptions {
  json?: boolean;
}

const examples = `
Examples:
  writ log revocations --url https://disclosure.example/v1 --key @log.vkey
  writ log revocations --json | jq -r '.items[].thumbprint'

Each item is verified: a page is signed minutes ago by a key that the provider publishes, and the log has the item. What a
thumbprint is of, nobody can tell who never saw the key.

Exit codes: 0 everything holds, 1 something is forged, old or not in the log, 2 usage, 3 it cannot be read.
`;

export function revocationsCommand(): Command {
  return forLog(new Command('revocations'), { copies: false })
    .description('verify and list the agency keys that a provider revoked for misuse')
    .option('--json', 'the items as JSON')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => list(options));
    });
}

async function list(options: Options): Promise<number> {
  const { url, key } = await openLog(options);
  if (url === undefined) throw new UsageError('give --url: a copy of the log has no feed');
  const keys = await signingKeys(url);
  const items: ReadItem[] = [];
  try {
    for await (const item of eachRevocation(new URL(url).origin, { log: key, keys })) items.push(item);
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    if (options.json === true) printJson({ items, fault: error.code });
    else process.stdout.write(`${bad(`${error.code}: ${faultTexts[error.code]}`)}\n`);
    return exit.wrong;
  }
  if (options.json === true) printJson({ items });
  else process.stdout.write(listText(items));
  return 0;
}

/** As the provider publishes them. What they sign counts only with the log's proof. */
async function signingKeys(url: string): Promise<VerificationKey[]> {
  const published = publishedKeys.safeParse(await fetchJson(url, 'provider'));
  if (!published.success) throw new UsageError('--url is no provider’s: it publishes no keys');
  return published.data.keys.flatMap((key) => {
    try {
      return [importPublicKey(key)];
    } catch (error) {
      if (error instanceof SignatureError) return [];
      throw error;
    }
  });
}

const faultTexts: Readonly<Record<FeedFault, string>> = {
  'feed-unreachable': 'nothing answers',
  'feed-malformed': 'it is no feed of this form',
  'feed-unsigned': 'none of the provider’s keys signed it',
  'feed-origin-differs': 'it is another provider’s',
  'feed-stale': 'it was signed too long ago, or in the future: compare this machine’s clock',
  'feed-unlogged': 'the log does not have an item, as its key signed it',
  'feed-cut': 'an item that was there before is not there',
  'feed-rewritten': 'an item is not the one that was there before',
};

function listText(items: readonly ReadItem[]): string {
  const said = good(`${counted(items.length, 'key')}, signed by the provider and in its log.`);
  if (items.length === 0) return `${said}\n`;
  const rows = items.map(({ n, thumbprint, reason, revokedAt }) => [
    String(n),
    printable(thumbprint),
    printable(reason),
    when(revokedAt),
  ]);
  return `${table(['no.', 'key', 'why', 'revoked'], rows)}\n${said}\n`;
}
