import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { home } from '#dev/cloud/emulator.ts';

const program = join(home, 'dev/localstack/writ_localstack/environment.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'writ-environment-'));
after(() => rmSync(scratch, { recursive: true }));

/** A process as executor.py starts it, with a function of these lines. */
function started(lines: string, handler = 'index.handler') {
  const code = mkdtempSync(join(scratch, 'code-'));
  writeFileSync(join(code, 'index.mjs'), lines);
  const env = { ...process.env, _HANDLER: handler, AWS_LAMBDA_FUNCTION_NAME: 'Writ-Seal' };
  const child: ChildProcess = spawn(process.execPath, [program, '3'], {
    cwd: code,
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [input, output, , answers] = child.stdio;
  assert.ok(input && 'write' in input && output && answers && 'read' in answers);
  let printed = '';
  output.on('data', (data: Buffer) => {
    printed += data.toString('utf8');
  });
  const read = createInterface({ input: answers })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    next: async (): Promise<unknown> => JSON.parse((await read.next()).value ?? 'null'),
    send: (event: unknown) =>
      void input.write(`${JSON.stringify({ id: 'r-1', arn: 'arn:x', trace: 't', deadline: 0, event })}\n`),
    end: () => input.end(),
    ended,
    printed: () => printed,
  };
}

describe('a Lambda environment as a process', () => {
  it('loads a function once, answers each event in turn, and ends when nobody sends any more', async () => {
    const { next, send, end, ended, printed } = started(`let n = 0;
      export const handler = async (event, context) => {
        console.log('asked', event.what);
        return { n: ++n, id: context.awsRequestId, name: context.functionName, left: context.getRemainingTimeInMillis() };
      };`);
    assert.deepEqual(await next(), { ready: true });
    for (const n of [1, 2]) {
      send({ what: n });
      assert.deepEqual(await next(), { id: 'r-1', value: { n, id: 'r-1', name: 'Writ-Seal', left: 0 } });
    }
    end();
    assert.equal(await ended, 0);
    assert.equal(printed(), 'asked 1\nasked 2\n');
  });

  it('answers nothing as null, and what is thrown as Lambda tells it, and goes on', async () => {
    const { next, send, end, ended } = started(`export const handler = async ({ fail }) => {
        if (fail) throw new RangeError('too far');
      };`);
    await next();
    send({ fail: true });
    const failed = await next();
    assert.ok(failed !== null && typeof failed === 'object' && 'error' in failed);
    const { trace, ...error } = failed.error as { trace: string[] };
    assert.deepEqual(error, { errorType: 'RangeError', errorMessage: 'too far' });
    assert.equal(trace[0], 'RangeError: too far');
    send({});
    assert.deepEqual(await next(), { id: 'r-1', value: null });
    end();
    await ended;
  });

  it('says why a function cannot be loaded, and ends', async () => {
    for (const [lines, handler] of [
      ['throw new TypeError("no settings");', 'index.handler'],
      ['export const handler = 1;', 'index.handler'],
      ['', 'elsewhere.handler'],
    ] as const) {
      const { next, ended } = started(lines, handler);
      const first = await next();
      assert.ok(first !== null && typeof first === 'object' && 'failed' in first, lines);
      assert.equal(await ended, 1);
    }
  });
});
