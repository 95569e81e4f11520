import type { BuildOptions } from 'esbuild';

/** How our code becomes code for browsers: the SDK as it is published, and the console. */
export const forBrowsers = {
  bundle: true,
  charset: 'utf8',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
  platform: 'browser',
  target: 'es2024',
  // What core/ needs of Node, as browsers have it.
  alias: { 'node:crypto': './client/browser/crypto.ts', 'node:net': './client/browser/net.ts' },
} as const satisfies BuildOptions;
