import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { comparable, isThumbprint, wordsAndHex } from '#client/thumbprint.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import { agentAbout } from './agent/asking.ts';
import { agentCommand, lockCommand, unlockCommand } from './agent/command.ts';
import { attempt, forPeople, parseJson, printJson, say, UsageError } from './common.ts';
import { CommandError } from './errors.ts';
import { fields, when } from './format.ts';
import { givenText } from './given.ts';
import { askSecret, isAttended, neededChoice } from './person.ts';
import { forProfile, keyPath, type ProfileOptions } from './profile/connection.ts';
import { keyFileState, readPassphrase, writeKeyFile } from './profile/key-file.ts';
import {
  findProfile,
  loadProfile,
  type Named,
  type Profile,
  profileDir,
  profileName,
  roles,
  type SigningKey,
  saveProfile,
} from './profile/profile.ts';

/** `writ keys`: the keys of a profile. It never prints or overwrites a private key. */
interface NewOptions extends ProfileOptions {
  role?: string;
  alg: string;
  /** `--no-passphrase` makes it false. */
  passphrase: boolean;
  signer?: string;
  publicKey?: string;
}

interface ShowOptions extends ProfileOptions {
  enrolment?: boolean;
}

const newExamples = `
Examples:
  writ keys new --role agency                       asks for a passphrase
  writ keys new --role reviewer --profile desk --passphrase-file /run/secrets/writ
  writ keys new --role reviewer --profile card --signer "pkcs11-sign --slot 1" --public-key card.pem

A reviewer gets a key to sign with, an agency's officer another one to decrypt with. The private keys lie in the
profile's folder ($XDG_CONFIG_HOME/writ/<profile>, or ~/.config/writ), encrypted with the passphrase. With --signer
the key lies elsewhere: the command gets the bytes to be signed on its standard input and writes the signature.

To rotate a key, make the new one in another profile, have it enrolled, and use it once its cool-off is over.
`;

const showExamples = `
Examples:
  writ keys show                    thumbprints to compare by telephone, and where the keys are
  writ keys show --enrolment        public keys, as JSON: what to send to have them enrolled

Below each thumbprint stand twelve words and the same in hex. Whoever compares the words has compared the key.
`;

const wordsExamples = `
Examples:
  writ keys words OnUkhlVM80InJ1M_3-7TLqgeRVEOnkgO4mvlPG-AJdw      in words and in hex, to be read out
  writ keys words -- -L9byRTdDM1RI9gfPatolEQafSc4DIHoAqAUfIciRrY   one that begins with a dash
`;

export function keysCommand(): Command {
  const make = forProfile(forPeople(new Command('new')))
    .description('make the keys of a new profile')
    .option('--role <role>', 'agency or reviewer')
    .option('--alg <alg>', 'the signing key: ed25519 or p256', 'ed25519')
    .option('--no-passphrase', 'leave the key files unencrypted, readable by you alone')
    .option('--signer <command>', 'a command that signs, in place of a key file')
    .option('--public-key <file>', 'with --signer: the public key, PEM or JWK')
    .addHelpText('after', newExamples)
    .action(async (options: NewOptions) => {
      process.exitCode = await attempt(() => makeKeys(options), options);
    });
  const show = forProfile(forPeople(new Command('show')))
    .description('show the public keys of a profile')
    .option('--enrolment', 'as JSON, to be sent to the provider')
    .addHelpText('after', showExamples)
    .action(async (options: ShowOptions) => {
      process.exitCode = await attempt(() => showKeys(options), options);
    });
  const words = forPeople(new Command('words'))
    .description('say thumbprints in words, to compare them by telephone')
    .argument('<thumbprint...>', 'as they are published or printed')
    .option('--json', 'the answer as JSON, errors too')
    .addHelpText('after', wordsExamples)
    .action(async (thumbprints: string[], options: { json?: boolean }) => {
      process.exitCode = await attempt(() => sayWords(thumbprints, options), options);
    });
  return forPeople(new Command('keys'))
    .description('make, show, unlock and lock the keys of a profile')
    .addCommand(make)
    .addCommand(show)
    .addCommand(words)
    .addCommand(unlockCommand())
    .addCommand(lockCommand())
    .addCommand(agentCommand(), { hidden: true });
}

async function makeKeys(options: NewOptions): Promise<number> {
  const name = profileName(options.profile);
  if ((await findProfile(name)) !== undefined)
    throw new CommandError(
      'key-exists',
      `profile ${name} has keys already, and they are not overwritten`,
      'name another with --profile',
    );
  if (options.alg !== 'ed25519' && options.alg !== 'p256') throw new UsageError('--alg is ed25519 or p256');
  const role = await neededChoice(options.role, '--role', 'Whose keys?', [
    { value: roles[0], name: 'an officer of an agency', description: 'asks, follows, collects' },
    { value: roles[1], name: 'a reviewer of the provider', description: 'decides, and keeps the registry' },
  ]);
  const external = await externalKey(options);
  const needsFile = external === undefined || role === 'agency';
  const passphrase = needsFile ? await newPassphrase(options) : undefined;
  const dir = profileDir(name);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const signing = external ?? (await fileKey(dir, options.alg, passphrase));
  const encryption = role === 'agency' ? await encryptionKey(dir, passphrase) : undefined;
  const profile: Profile = { v: 1, role, signing, ...(encryption === undefined ? {} : { encryption }) };
  await saveProfile({ dir, profile });
  await print({ name, dir, profile }, options);
  if (options.json !== true)
    say(`Next: send what \`writ keys show --enrolment${profileFlag(name)}\` prints to the provider.
They call you and compare ${role === 'agency' ? 'both keys: read out the twelve words of each' : 'the key: read out its twelve words'}.
Then \`writ connect\` with the address that you are given.`);
  return 0;
}

const profileFlag = (name: string) => (name === 'default' ? '' : ` --profile ${name}`);

async function newPassphrase({ passphrase, passphraseFile }: NewOptions): Promise<string | undefined> {
  if (!passphrase) return undefined;
  const file = passphraseFile ?? process.env.WRIT_PASSPHRASE_FILE;
  if (file !== undefined) return checkedPassphrase(await readPassphrase(file));
  if (!isAttended())
    throw new CommandError(
      'passphrase-missing',
      'a passphrase is needed, and nobody is here to be asked',
      'give --passphrase-file, or --no-passphrase',
    );
  const first = checkedPassphrase(await askSecret('A passphrase for the new keys'));
  if ((await askSecret('Once more')) !== first)
    throw new CommandError('passphrase-wrong', 'the two are not the same; nothing was made');
  return first;
}

/** A shorter passphrase can be guessed, however slow each guess is. */
const SHORTEST = 12;

function checkedPassphrase(passphrase: string): string {
  if (passphrase.length < SHORTEST)
    throw new CommandError('passphrase-wrong', `a passphrase has ${SHORTEST} characters or more`);
  return passphrase;
}

async function fileKey(dir: string, alg: string, passphrase: string | undefined): Promise<SigningKey> {
  const { privateKey, publicKey } =
    alg === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const { jwk, thumbprint } = importPublicKey(publicKey.export({ format: 'jwk' }));
  const file = 'signing.pem';
  await writeKeyFile(join(dir, file), privateKey, passphrase);
  return { at: 'file', file, publicKey: { ...jwk }, keyId: thumbprint };
}

async function encryptionKey(dir: string, passphrase: string | undefined) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { key, thumbprint } = await importEncryptionKey(publicKey.export({ format: 'jwk' }));
  const file = 'encryption.pem';
  await writeKeyFile(join(dir, file), privateKey, passphrase);
  return { file, publicKey: { ...key }, keyId: thumbprint };
}

async function externalKey({ signer, publicKey }: NewOptions): Promise<SigningKey | undefined> {
  if (signer === undefined && publicKey === undefined) return undefined;
  if (signer === undefined || publicKey === undefined)
    throw new UsageError('--signer and --public-key belong together');
  const { jwk, thumbprint } = importPublicKey(await readPublicKey(publicKey));
  return { at: 'command', command: signer, publicKey: { ...jwk }, keyId: thumbprint };
}

/** PEM or JWK; or a certificate, which is what cards export. */
async function readPublicKey(file: string): Promise<PublicJwk | unknown> {
  const text = await givenText(file);
  if (text.trimStart().startsWith('{')) return parseJson(text, file);
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw new CommandError('key-malformed', `${printable(file)} holds no public key`);
  }
  return key.export({ format: 'jwk' });
}

async function sayWords(thumbprints: readonly string[], { json }: { json?: boolean }): Promise<number> {
  if (!thumbprints.every(isThumbprint))
    throw new UsageError('a thumbprint has 43 letters, digits, dashes and underscores; is one mistyped?');
  if (json === true) printJson(await Promise.all(thumbprints.map(wordsAndHex)));
  else for (const each of thumbprints) process.stdout.write(`${await comparable(each)}\n`);
  return 0;
}

async function showKeys(options: ShowOptions): Promise<number> {
  await print(await loadProfile(options.profile), options);
  return 0;
}

/** What the provider needs to enrol a profile's keys: their public parts, and what each is for. */
function enrolmentOf({ profile }: Pick<Named, 'profile'>) {
  const { role, signing, encryption } = profile;
  return {
    v: 1,
    role,
    publicKey: signing?.publicKey,
    thumbprint: signing?.keyId,
    ...(encryption === undefined ? {} : { encryptionKey: encryption.publicKey }),
  };
}

async function print(named: Named, { json, enrolment }: ShowOptions): Promise<void> {
  if (enrolment === true) return printJson(enrolmentOf(named));
  const { name, dir, profile } = named;
  const { signing, encryption, provider } = profile;
  const file = signing?.at === 'file' ? keyPath(named, signing.file) : undefined;
  const encryptionFile = encryption === undefined ? undefined : keyPath(named, encryption.file);
  if (json === true)
    return printJson({
      profile: name,
      dir,
      ...enrolmentOf(named),
      signer: signing?.at === 'command' ? signing.command : undefined,
      file,
      encryptionFile,
      provider: provider?.url,
    });
  process.stdout.write(
    fields({
      profile: name,
      role: profile.role,
      'signing key': signing === undefined ? undefined : await comparable(signing.keyId),
      'is in': file === undefined ? undefined : await described(file),
      'is signed by': signing?.at === 'command' ? printable(signing.command) : undefined,
      'encryption key': encryption === undefined ? undefined : await comparable(encryption.keyId),
      'which is in': encryptionFile === undefined ? undefined : await described(encryptionFile),
      'unlocked until': await unlockedUntil(named),
      provider: provider === undefined ? undefined : `${printable(provider.name)}, ${provider.url}`,
    }),
  );
}

async function unlockedUntil(named: Named): Promise<string | undefined> {
  const about = await agentAbout(named);
  return about === undefined ? undefined : when(about.until);
}

async function described(file: string): Promise<string> {
  const state = await keyFileState(file);
  if (state === undefined) return `${printable(file)}, which is not there`;
  const others = state.isPrivate ? '' : ', READABLE BY OTHERS: chmod 600';
  return `${printable(file)} (${state.isEncrypted ? 'encrypted' : 'not encrypted'}${others})`;
}
