import { printable } from '#client/printable.ts';
import type { Source } from './page.ts';

/** What anybody runs to count a report again and to check the log that it is counted from. */
export function checkCommands({ url, verifierKey }: Source): string[] {
  const from = url === undefined ? '--dir DIRECTORY' : `--url ${quoted(url)}`;
  const key = quoted(verifierKey);
  return [
    `npx writ report ${from} --key ${key}${url === undefined ? '' : ' --verify'}`,
    `npx writ log verify ${from} --key ${key}`,
  ];
}

/** As one word of a shell's command: this is made to be copied. */
function quoted(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
