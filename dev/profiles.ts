import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicJwk, signerFromPem } from '#client/keys.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Person, World } from './world.ts';

/** A profile of `writ` for somebody whose keys lie in files, as they would have it once they are enrolled and connected. */
export async function writeProfile(
  dir: string,
  { privateKeyFile, encryptionKeyFile }: Pick<Person, 'privateKeyFile'> & { encryptionKeyFile?: string },
  {
    url,
    caFile,
    provider,
  }: { url: string; caFile?: string; provider: Pick<ProviderDocument, 'name' | 'keys' | 'log'> },
): Promise<void> {
  const pem = readFileSync(privateKeyFile, 'utf8');
  const { keyId } = signerFromPem(pem);
  const profile = {
    v: 1,
    role: encryptionKeyFile === undefined ? 'reviewer' : 'agency',
    signing: { at: 'file', file: privateKeyFile, publicKey: publicJwk(pem), keyId },
    ...(encryptionKeyFile === undefined ? {} : { encryption: await encryptionOf(encryptionKeyFile) }),
    provider: {
      url,
      name: provider.name,
      ...(caFile === undefined ? {} : { caFile }),
      keys: provider.keys.map((key) => ({ ...importPublicKey(key).jwk })),
      ...(provider.log === undefined ? {} : { logKey: provider.log.verifierKey }),
    },
  };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'profile.json'), `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
}

async function encryptionOf(file: string) {
  const { key, thumbprint } = await importEncryptionKey(publicJwk(readFileSync(file, 'utf8')));
  return { file, publicKey: key, keyId: thumbprint };
}

/** Profiles `agency`, `reviewer-1` and so on for the people of a local cloud, in an XDG configuration directory. */
export async function writeProfiles(
  configDir: string,
  { cloud, provider, agency, reviewers }: World,
): Promise<void> {
  const at = { url: cloud.url, caFile: cloud.caFile, provider };
  await writeProfile(join(configDir, 'writ/agency'), agency, at);
  for (const reviewer of reviewers)
    await writeProfile(
      join(configDir, 'writ', reviewer.holder),
      { privateKeyFile: reviewer.privateKeyFile },
      at,
    );
}
