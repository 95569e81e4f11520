import { resolve } from 'node:path';
import { Command } from 'commander';
import { plain } from '#client/plain.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { attempt, forPeople, printJson, say, UsageError } from './common.ts';
import { CommandError } from './errors.ts';
import { fields, thumbprints } from './format.ts';
import { agree, isAttended } from './person.ts';
import { forProfile, type ProfileOptions, type Provider, trust } from './profile/connection.ts';
import { loadProfile, saveProfile } from './profile/profile.ts';

/** `writ connect`: remembers a profile's provider and the keys that it signs with. */
interface Options extends ProfileOptions {
  ca?: string;
  accept?: string[];
  yes?: boolean;
}

const examples = `
Examples:
  writ connect https://disclosure.example
  writ connect https://disclosure.example --accept x6rX…VB8        in a script, with the thumbprint you were given
  writ connect https://localhost:8443 --ca ca.pem

A thumbprint that begins with a dash is written --accept=-….

From then on writ accepts answers that these keys signed, and no others. So compare the thumbprints with those that
the provider gave you by another way: by telephone, on paper. When the provider changes its key, connect again.
`;

export function connectCommand(): Command {
  return forProfile(forPeople(new Command('connect')))
    .description('remember a provider: where it is, and which keys it signs with')
    .argument('<url>', "the provider's address: https://host")
    .option('--ca <file>', 'a certificate authority to trust beside the system’s, PEM')
    .option(
      '--accept <thumbprint...>',
      'the thumbprints that you were given: nothing is asked, others are refused',
    )
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
  const ids = provider.keys.map((key) => importPublicKey(key).thumbprint);
  await accept(published, ids, options);
  await saveProfile({ dir: named.dir, profile: { ...named.profile, provider } });
  if (options.json === true) printJson({ profile: named.name, url: address, name: provider.name, keys: ids });
  else
    process.stdout.write(
      fields({ profile: named.name, provider: plain(provider.name), address, keys: ids.join(', ') }),
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
  const logKey = published.log?.verifierKey;
  if (logKey !== undefined) parseVerifierKey(logKey);
  return {
    url,
    name: published.name,
    ...(caFile === undefined ? {} : { caFile }),
    keys,
    ...(logKey === undefined ? {} : { logKey }),
  };
}

/** @throws CommandError provider-changed, usage, not-confirmed */
async function accept({ name }: ProviderDocument, ids: string[], options: Options): Promise<void> {
  if (options.accept !== undefined) {
    const others = ids.filter((id) => options.accept?.includes(id) !== true);
    if (others.length > 0)
      throw new CommandError(
        'provider-changed',
        'the provider publishes a key that is not among those that you accept; nothing was kept',
        'ask the provider, by telephone, which keys are its own',
      );
    return;
  }
  if (options.yes === true) return;
  if (!isAttended())
    throw new UsageError('--accept is missing, and nobody is here to compare the keys (or give --yes)');
  say(`${plain(name)} signs with\n${thumbprints(ids)}`);
  await agree('Are these the thumbprints that you were given by another way?', options);
}
