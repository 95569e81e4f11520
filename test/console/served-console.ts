import { createHash } from 'node:crypto';
import { build } from 'esbuild';
import { browserOptions } from '#dev/pack.ts';
import type { Answer } from '#functions/middleware/event.ts';
import type { Call } from './gateway-event.ts';

/** The console as it is served. */
export async function servedConsole(): Promise<(call: Call) => Promise<Answer | undefined>> {
  const { outputFiles } = await build({
    ...browserOptions,
    packages: 'bundle',
    entryPoints: ['console/main.tsx'],
    outdir: 'console',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
  });
  const files = new Map<string, { type: string; bytes: Uint8Array }>();
  for (const { path, contents } of outputFiles) {
    const ending = path.endsWith('.css') ? 'css' : 'js';
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
    files.set(`/v1/console/desk-${hash}.${ending}`, {
      type: ending === 'css' ? 'text/css' : 'text/javascript',
      bytes: contents,
    });
  }
  const [script = '', style = ''] = ['js', 'css'].map((ending) =>
    [...files.keys()].find((name) => name.endsWith(ending)),
  );
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Writ</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}"><script type="module" src="${script}"></script></head><body><div id="app"></div></body></html>`;
  files.set('/v1/console', { type: 'text/html; charset=utf-8', bytes: Buffer.from(page) });
  return async ({ method, target }) => {
    const file = files.get(target.split('?', 1)[0] ?? '');
    if (method !== 'GET' || file === undefined) return undefined;
    return {
      statusCode: 200,
      headers: { 'content-type': file.type, 'content-security-policy': policy },
      body: Buffer.from(file.bytes).toString('base64'),
      isBase64Encoded: true,
    };
  };
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
