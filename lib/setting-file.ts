import { readFileSync } from 'node:fs';

/** The text of a file that a setting names. @throws Error that says which setting, and which file */
export function readSetting(name: 'policy' | 'revocationsFrom' | 'witnesses', file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`The setting "${name}" names ${file}, which cannot be read.`);
  }
}
