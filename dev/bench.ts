import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { home } from './cloud/emulator.ts';

/** `npm run bench -- NAME`: runs bench/NAME.ts. Figures are ratios against a floor of the same run. */
const [name, ...rest] = process.argv.slice(2);
const names = globSync('bench/*.ts', { cwd: home }).map((file) => basename(file, '.ts'));
const file = join(home, 'bench', `${name}.ts`);

if (name === undefined || rest.includes('--help') || !existsSync(file) || !names.includes(name)) {
  process.stdout.write(`npm run bench -- NAME\n\nThere are: ${names.join(', ')}\n`);
  process.exitCode = name === '--help' || name === '-h' ? 0 : 2;
} else {
  await import(file);
}
