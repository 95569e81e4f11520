import { createPublicKey, type KeyObject } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import type { JWK } from 'jose';
import type { DecryptionKey } from '#client/agency.ts';
import type { Session } from '#client/exchange.ts';
import { signerFromPem } from '#client/keys.ts';
import { printable } from '#client/printable.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { agentAbout, agentPlaintext, agentSignature } from '../agent/asking.ts';
import { confirmCall } from '../confirm-call.ts';
import { CommandError } from '../errors.ts';
import { trust } from '../outgoing.ts';
import { externalSigner } from './external-signer.ts';
import { type Passphrase, passphraseFrom, readKeyFile } from './key-file.ts';
import { loadProfile, type Named, type Profile, type SigningKey } from './profile.ts';

/** Opens a session with a profile's provider. */
export interface ProfileOptions {
  profile?: string;
  passphraseFile?: string;
  json?: boolean;
  yes?: boolean;
}

/** Adds the options of every command that acts for a person. */
export function forProfile(command: Command): Command {
  return command
    .option('--profile <name>', 'which profile acts (or set WRIT_PROFILE; default: default)')
    .option(
      '--passphrase-file <file>',
      'the passphrase of its keys is in this file (or set WRIT_PASSPHRASE_FILE)',
    )
    .option('--json', 'the answer as JSON, errors too');
}

/** Adds `--yes`, for commands that sign something. */
export function forSigning(command: Command): Command {
  return forProfile(command).option('-y, --yes', 'sign and send without asking');
}

export type Provider = NonNullable<Profile['provider']>;

/** A profile with keys and a provider, ready to act. */
export interface Connection extends Named {
  provider: Provider;
  session: Session;
  /** The private encryption key, decrypted when it is first needed; or the agent that holds it. */
  encryptionKey(): Promise<DecryptionKey>;
}

/**
 * Opens a profile. It reads a private key only to sign or decrypt, so a command asks for a passphrase only where it needs
 * one. A person confirms each call that changes something, unless `--yes` was given.
 *
 * @throws CommandError profile-missing, profile-malformed, key-missing, provider-missing, ca-unreadable
 */
export async function connect(options: ProfileOptions): Promise<Connection> {
  const named = await loadProfile(options.profile);
  const { signing, provider } = named.profile;
  if (signing === undefined)
    throw new CommandError('key-missing', `profile ${named.name} has no key`, '`writ keys new`');
  if (provider === undefined)
    throw new CommandError(
      'provider-missing',
      `profile ${named.name} knows no provider`,
      '`writ connect https://…` with the address that the provider gave you',
    );
  await trust(provider.caFile);
  const passphrase = passphraseFrom(options.passphraseFile ?? process.env.WRIT_PASSPHRASE_FILE);
  const keys = provider.keys.map((key) => importPublicKey(key));
  const caller = { url: provider.url, signer: signerOf(named, signing, passphrase) };
  return {
    ...named,
    provider,
    session: {
      ...caller,
      confirm: (call) => confirmCall(caller, call, options),
      providerKeys: new Map(keys.map((key) => [key.thumbprint, key])),
      ...(provider.logKey === undefined ? {} : { logKey: parseVerifierKey(provider.logKey) }),
    },
    encryptionKey: () => decryptionKeyOf(named, passphrase),
  };
}

/** The path of a profile's key file. An absolute path stays as it is. */
export const keyPath = ({ dir }: Pick<Named, 'dir'>, file: string) =>
  isAbsolute(file) ? file : join(dir, file);

function signerOf(named: Named, signing: SigningKey, passphrase: Passphrase): Signer {
  if (signing.at === 'command') return externalSigner(signing.command, signing.publicKey);
  const { keyId, alg } = idOf(signing.publicKey);
  let signer: Signer | undefined;
  return {
    keyId,
    alg,
    sign: async (base) => {
      const signature = await agentSignature(named, signing.publicKey, base);
      if (signature !== undefined) return signature;
      signer ??= await fileSigner(keyPath(named, signing.file), keyId, passphrase);
      return signer.sign(base);
    },
  };
}

async function fileSigner(file: string, keyId: string, passphrase: Passphrase): Promise<Signer> {
  const signer = signerFromPem(pemOf(await readKeyFile(file, passphrase)));
  if (signer.keyId !== keyId)
    throw new CommandError('key-malformed', `${printable(file)} holds another key than the profile says`);
  return signer;
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function idOf(publicKey: Record<string, unknown>) {
  const { thumbprint, alg } = importPublicKey(publicKey);
  return { keyId: thumbprint, alg };
}

async function decryptionKeyOf(named: Named, passphrase: Passphrase): Promise<DecryptionKey> {
  const { encryption } = named.profile;
  const about = encryption === undefined ? undefined : await agentAbout(named);
  if (encryption === undefined || about?.keys.includes(encryption.keyId) !== true)
    return encryptionKeyOf(named, passphrase);
  return {
    decrypt: async (jwe) => {
      const plaintext = await agentPlaintext(named, encryption.keyId, jwe);
      if (plaintext === false) throw new Error('this is encrypted to another key');
      // The agent's time may be over since.
      if (plaintext !== undefined) return plaintext;
      const { decrypted } = await import('#client/agency.ts');
      return decrypted(jwe, await encryptionKeyOf(named, passphrase));
    },
  };
}

async function encryptionKeyOf(named: Named, passphrase: Passphrase): Promise<JWK> {
  const { encryption } = named.profile;
  if (encryption === undefined)
    throw new CommandError(
      'key-missing',
      `profile ${named.name} has no encryption key`,
      'only agencies have one: `writ keys new --role agency`',
    );
  const file = keyPath(named, encryption.file);
  const key = await readKeyFile(file, passphrase);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x !== encryption.publicKey.x)
    throw new CommandError('key-malformed', `${printable(file)} holds another key than the profile says`);
  return key.export({ format: 'jwk' });
}
