#!/usr/bin/env node
/**
 * The `writ` command, from wherever it is: in a checkout what is written there runs as it stands, on the project's own
 * Node; an installed package has it built. Plain JavaScript, because any Node may start it.
 */
import { existsSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const source = new URL('./cli/writ.ts', import.meta.url);
const built = new URL('../dist/cli.js', import.meta.url);

/**
 * Keeps what Node compiled, for the next call (Node 22.8). In a folder that the user alone can write: whoever could put code
 * there would have the command run it. Where that cannot be, nothing is kept.
 */
function keepCompiled() {
  try {
    const given = process.env.XDG_CACHE_HOME ?? '';
    const folder = join(given.startsWith('/') ? given : join(homedir(), '.cache'), 'writ', 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    module.enableCompileCache?.(folder);
  } catch {}
}

if (!existsSync(source)) {
  keepCompiled();
  await import(built.href);
} else if (process.features.typescript) await import(source.href);
else {
  console.error(`error: node-old: this checkout runs on the Node that it brings, not on ${process.version}`);
  console.error('next: npx writ, within the checkout; or install the package, which runs on Node 20');
  process.exitCode = 2;
}
