import type { Answer } from '#functions/middleware/event.ts';
import type { Call } from './gateway-event.ts';

/** The page, until there is one: enough for the harness to open and to make a key in. */
export async function servedConsole(): Promise<(call: Call) => Promise<Answer | undefined>> {
  return async ({ method, target }) => {
    if (method !== 'GET' || target.split('?', 1)[0] !== '/v1/console') return undefined;
    return {
      statusCode: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
      },
      body: '<!doctype html><html lang="en"><title>Writ</title><main><h1>Writ</h1></main></html>',
    };
  };
}
