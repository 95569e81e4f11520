import { stat } from 'node:fs/promises';
import { type Check, ok, wrong } from '#client/doctor/check.ts';
import { plain } from '#client/plain.ts';
import { keyPath } from '../profile/connection.ts';
import { keyFileState } from '../profile/key-file.ts';
import type { Named } from '../profile/profile.ts';

/** This machine: Node, the profile's folder, its key files. The check decrypts nothing and asks nobody. */
const OLDEST_NODE = 20;

export function nodeCheck(version = process.versions.node): Check {
  const [major = 0] = version.split('.').map(Number);
  return major >= OLDEST_NODE
    ? ok('node', `Node ${version}`)
    : wrong('node', `Node ${version} is too old`, `install Node ${OLDEST_NODE} or newer`);
}

export async function profileChecks(named: Named): Promise<Check[]> {
  const { name, dir, profile } = named;
  const { signing, encryption, role } = profile;
  const checks = [await folderCheck(name, dir)];
  if (signing === undefined)
    checks.push(wrong('signing-key', `profile ${name} has no key`, '`writ keys new`'));
  else if (signing.at === 'command')
    checks.push(ok('signing-key', `${signing.keyId}, behind the command ${plain(signing.command)}`));
  else checks.push(await fileCheck('signing-key', signing.keyId, keyPath(named, signing.file)));
  if (encryption !== undefined)
    checks.push(await fileCheck('encryption-key', encryption.keyId, keyPath(named, encryption.file)));
  else if (role === 'agency')
    checks.push(
      wrong(
        'encryption-key',
        'there is none, so nothing can be collected',
        '`writ keys new` in another profile',
      ),
    );
  return checks;
}

async function folderCheck(name: string, dir: string): Promise<Check> {
  const { mode } = await stat(dir);
  const said = `${name}, in ${plain(dir)}`;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    return wrong('profile', `${said}, which others on this machine may enter`, `chmod 700 ${plain(dir)}`);
  return ok('profile', said);
}

async function fileCheck(name: string, keyId: string, file: string): Promise<Check> {
  const state = await keyFileState(file);
  const said = `${keyId}, in ${plain(file)}`;
  if (state === undefined)
    return wrong(name, `${said}, which cannot be read`, 'bring the file back, or have a new key enrolled');
  if (!state.isPrivate)
    return wrong(
      name,
      `${said}, which others on this machine can read`,
      `chmod 600 ${plain(file)}; if somebody may have read it, have the key revoked`,
    );
  return ok(name, `${said}, ${state.isEncrypted ? 'encrypted' : 'not encrypted'}`);
}
