import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Surroundings = Readonly<Record<string, string | undefined>>;

/**
 * The command that opens an address in the person's own browser.
 *
 * @returns undefined where nobody sits before a screen: in continuous integration, over SSH, without a desktop
 */
export function openerOf(
  platform: NodeJS.Platform,
  env: Surroundings,
  isThere: (file: string) => boolean = existsSync,
): [program: string, ...args: string[]] | undefined {
  if (env.CI !== undefined && env.CI !== '' && env.CI !== 'false') return undefined;
  if (env.SSH_CONNECTION !== undefined && env.SSH_CONNECTION !== '') return undefined;
  if (platform === 'darwin') return ['open'];
  // `start` is a word of the shell, which would read the address; this reads nothing in it.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const file = folders.map((folder) => join(folder, 'xdg-open')).find(isThere);
  return file === undefined ? undefined : [file];
}

/** Opens an address. @returns whether a browser was asked to; what it does with it, nobody says */
export async function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
  env: Surroundings = process.env,
): Promise<boolean> {
  const [program, ...args] = openerOf(platform, env) ?? [];
  if (program === undefined) return false;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  return new Promise((done) => {
    child.once('error', () => done(false));
    child.once('spawn', () => {
      child.unref();
      done(true);
    });
  });
}
