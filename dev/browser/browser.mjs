/**
 * The browser that the tests and the screenshots use: the machine's own Chromium, or a relative of it. Where there is none,
 * Debian's is installed if that takes nobody's password; elsewhere the suite names what it could not test.
 *
 * Plain JavaScript without dependencies, for the set-up (dev/setup.mjs) too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const macs = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const windows = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** Where a browser is; `WRIT_BROWSER` names another one, or `none`. */
export function findBrowser({ env = process.env, platform = process.platform, exists = existsSync } = {}) {
  const given = env.WRIT_BROWSER;
  if (given === 'none') return undefined;
  if (given !== undefined && given !== '') return given;
  return candidates(env, platform).find((file) => exists(file));
}

function candidates(env, platform) {
  if (platform === 'darwin') return macs;
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
    return roots.flatMap((root) => windows.map((path) => `${root}\\${path}`));
  }
  return (env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
}

const packages = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];

/**
 * The commands that install Debian's Chromium; none where this machine has no such package, or somebody would be asked for
 * a password.
 *
 * @param machine.release /etc/os-release. Ubuntu's package of that name only points to a snap
 * @param machine.isRoot whether this process may install packages
 * @param machine.isSudoer whether `sudo` lets it without asking
 */
export function installing({ release, isRoot, isSudoer }) {
  const values = new Map(
    [...release.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]),
  );
  const isDebian =
    values.get('ID') === 'debian' || (values.get('ID_LIKE') === 'debian' && values.get('ID') !== 'ubuntu');
  if (!isDebian || !(isRoot || isSudoer)) return [];
  const before = isRoot ? [] : ['sudo', '-n'];
  const apt = [...before, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet', '--assume-yes'];
  return [
    [...apt, 'update'],
    [...apt, 'install', '--no-install-recommends', ...packages],
  ];
}

/** What `installing` asks of this machine. */
export function thisMachine() {
  const file = '/etc/os-release';
  const isRoot = process.getuid?.() === 0;
  const hasApt = process.platform === 'linux' && existsSync('/usr/bin/apt-get') && existsSync(file);
  return {
    release: hasApt ? readFileSync(file, 'utf8') : '',
    isRoot,
    isSudoer: hasApt && !isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0,
  };
}
