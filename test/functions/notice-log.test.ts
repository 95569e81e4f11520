import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, partsOfCode } from '#core/cases/notice-code.ts';
import { noWitnesses } from '#core/log/trust-policy.ts';
import { logRoutes } from '#core/wire/log.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import { serveEverybody } from '#functions/middleware/serve.ts';
import { context, eventOf } from '../console/gateway-event.ts';

/** What the function that answers for a letter's code leaves in its own log. */
const code = codeOf(new Uint8Array(26).fill(11));
const { tag } = partsOfCode(code);
const sealed = new TextEncoder().encode('what the code opens');

/** All that is written while something is done. */
async function written(act: () => Promise<unknown>): Promise<string> {
  const parts: string[] = [];
  const streams = [process.stdout, process.stderr];
  const before = streams.map(({ write }) => write);
  for (const stream of streams)
    stream.write = (chunk: string | Uint8Array) => {
      parts.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      return true;
    };
  try {
    await act();
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = before[i] ?? stream.write;
  }
  return parts.join('');
}

function served(get: (tag: string) => Promise<Uint8Array | undefined>) {
  const files = { read: async () => undefined };
  const handler = serveEverybody(
    logRoutes,
    logHandlers({
      files,
      report: { read: async () => undefined },
      notices: { get },
      witnesses: noWitnesses,
    }),
  );
  const call = {
    method: 'GET',
    authority: 'x',
    target: `/v1/notices/${tag}`,
    headers: [],
    body: new Uint8Array(),
  };
  return () => handler(eventOf(call, logRoutes.readNotice, { tag }), context);
}

test('I1: whether a code opens something, nothing or fails, its tag is in no line of the function’s log', async () => {
  const ways = [
    { status: 200, get: async () => sealed },
    { status: 404, get: async () => undefined },
    {
      status: 500,
      get: async () => {
        throw new TypeError(`the table choked on ${tag}`);
      },
    },
  ];
  for (const { status, get } of ways) {
    let answered = 0;
    const said = await written(async () => {
      answered = (await served(get)()).statusCode;
    });
    assert.equal(answered, status);
    if (status === 500) assert.match(said, /unforeseen/, 'a failure is told of');
    for (const secret of [tag, encodeURIComponent(tag), code, code.slice(0, 9), 'what the code opens'])
      assert.ok(!said.includes(secret));
  }
});
