#!/usr/bin/env node
/**
 * The `writ` command, from wherever it is: in a checkout what is written there runs as it stands, on the project's own
 * Node; an installed package has it built. Plain JavaScript, because any Node may start it.
 */
import { existsSync } from 'node:fs';

const source = new URL('./cli/writ.ts', import.meta.url);
const built = new URL('../dist/cli.js', import.meta.url);

if (!existsSync(source)) await import(built.href);
else if (process.features.typescript) await import(source.href);
else {
  console.error(`error: node-old: this checkout runs on the Node that it brings, not on ${process.version}`);
  console.error('next: npx writ, within the checkout; or install the package, which runs on Node 20');
  process.exitCode = 2;
}
