import { resolve } from 'node:path';
import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { comparables } from '#client/thumbprint.ts';
import { formatVerifierKey, parseVerifierKey } from '#core/log/note.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { attempt, forPeople, givenKey, printJson, say, UsageError } from './common.ts';
import { CommandError } from './errors.ts';
import { fields, thumbprints } from './format.ts';
import { trust } from './outgoing.ts';
import { agree, isAttended } from './person.ts';
import { forProfile, type ProfileOptions, type Provider } from './profile/connection.ts';
import { loadProfile, saveProfile } from './profile/profile.ts';

/** `writ connect`: remembers a profile's provider, the keys that it signs with, and the key of its log. */
interface Options extends ProfileOptions {
  ca?: string;
  accept?: string[];
  acceptLog?: string;
  yes?: boolean;
}

const examples = `
Examples:
  writ connect https://disclosure.example
  writ connect https://disclosure.example --accept x6rX…VB8 --accept-log @log.vkey
                                                   in a script, with the thumbprint and the log's key that you were given
  writ connect https://localhost:8443 --ca ca.pem

A thumbprint that begins with a dash is written --accept=-….

From then on writ accepts answers that these keys signed, and a log that this key signed, and no others. So compare them
with those that the provider gave you by another way: by telephone, on paper. When the provider changes its key, connect
again. A log keeps its key for good.
`;

export function connectCommand(): Command {
  return forProfile(forPeople(new Command('connect')))
    .description('remember a provider: where it is, which keys it signs with, and its log’s key')
    .argument('<url>', "the provider's address: https://host")
    .option('--ca <file>', 'a certificate authority to trust beside the system’s, PEM')
    .option(
      '--accept <thumbprint...>',
      'the thumbprints that you were given: nothing is asked, others are refused',
    )
    .option('--accept-log <key>', 'the log’s verifier key that you were given, or @file: another is refused')
    .option('-y, --yes', 'accept whatever keys are published there')
    .addHelpText('after', examples)
    .action(async (url: string, options: Options) => {
      process.exitCode = await attempt(() => run(url, options), options);
    });
}

async function run(url: string, options: Options): Promise<number> {
  const named = await loadProfile(options.profile);
  const caFile = options.ca === undefined ? undefined : resolve(options.ca);
  await trust(caFile);
  const address = addressOf(url);
  const published = await fetchProvider(address);
  const provider = pinned(address, published, caFile);
  const { name, logKey } = provider;
  const ids = provider.keys.map((key) => importPublicKey(key).thumbprint);
  await accept(provider, ids, options);
  await saveProfile({ dir: named.dir, profile: { ...named.profile, provider } });
  if (options.json === true) printJson({ profile: named.name, url: address, name, keys: ids, logKey });
  else
    process.stdout.write(
      fields({
        profile: named.name,
        provider: printable(name),
        address,
        keys: ids.join(', '),
        log: logKey === undefined ? undefined : printable(logKey),
      }),
    );
  return 0;
}

/** `https://host`, with or without the version behind it. */
export function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:')
    throw new UsageError('the address is an https one: https://disclosure.example');
  if (!/^\/(v1\/?)?$/.test(url.pathname) || url.search !== '' || url.username !== '')
    throw new UsageError('the address ends with the host: https://disclosure.example');
  return url.origin;
}

function pinned(url: string, published: ProviderDocument, caFile: string | undefined): Provider {
  const keys = published.keys.map((key) => ({ ...importPublicKey(key).jwk }));
  const log = published.log === undefined ? undefined : parseVerifierKey(published.log.verifierKey);
  return {
    url,
    name: published.name,
    ...(caFile === undefined ? {} : { caFile }),
    keys,
    ...(log === undefined ? {} : { logKey: formatVerifierKey(log) }),
  };
}

/** @throws CommandError provider-changed, usage, not-confirmed */
async function accept(provider: Provider, ids: string[], options: Options): Promise<void> {
  const { logKey } = provider;
  const areKeysGiven = areAccepted(ids, options.accept, 'a key');
  const acceptedLog =
    options.acceptLog === undefined
      ? undefined
      : [formatVerifierKey(await givenKey(options.acceptLog, '--accept-log'))];
  // A log that is expected and not published is missing, and not merely unknown.
  const isLogGiven = areAccepted([logKey ?? 'none'], acceptedLog, 'a key of its log');
  if (options.yes === true) return;
  const unseen = [
    ...(areKeysGiven ? [] : ['--accept']),
    ...(isLogGiven || logKey === undefined ? [] : ['--accept-log']),
  ];
  if (unseen.length === 0) return;
  if (!isAttended())
    throw new UsageError(
      `${unseen.join(' and ')} ${unseen.length === 1 ? 'is' : 'are'} missing, and nobody is here to compare the keys (or give --yes)`,
    );
  if (!areKeysGiven) {
    say(
      `${printable(provider.name)} signs with\n${await comparables(ids.map((thumbprint) => ({ thumbprint })))}`,
    );
    await agree('Is this what you were given by another way? The twelve words are enough.', options);
  }
  if (logKey !== undefined && !isLogGiven) {
    say(`Its log is signed by\n${thumbprints([printable(logKey)])}`);
    await agree('Is this the log’s key that you were given by another way?', options);
  }
}

/** Whether keys were given and these are among them. @throws CommandError provider-changed */
function areAccepted(published: string[], given: readonly string[] | undefined, what: string): boolean {
  if (given === undefined) return false;
  if (published.every((key) => given.includes(key))) return true;
  throw new CommandError(
    'provider-changed',
    `the provider publishes ${what} that is not among those that you accept; nothing was kept`,
    'ask the provider, by telephone, which keys are its own',
  );
}
