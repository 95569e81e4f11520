import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A real browser, driven over its DevTools protocol with what Node has. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where there is one. */
export const chromium: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((dir) => names.map((name) => join(dir, name)))
  .find((file) => existsSync(file));

export interface Page {
  /** Evaluates an expression, waits for what it promises, and returns it as JSON would. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

const message = z.looseObject({
  id: z.int().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const evaluated = z.looseObject({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z
    .looseObject({
      text: z.string(),
      exception: z.looseObject({ description: z.string().optional() }).optional(),
    })
    .optional(),
});

/** A page at this address, in a browser and with a profile of its own. Its certificate is not judged. */
export async function openPage(url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'writ-chromium-'));
  const flags = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--no-first-run',
  ];
  const here = ['--ignore-certificate-errors', '--disable-gpu', '--disable-dev-shm-usage'];
  // Chromium's own sandbox does not start for root, as which containers run tests.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(chromium ?? '', [...flags, ...here, ...root, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    return await driven(child, url, profile);
  } catch (error) {
    // Node would wait for a browser that is left behind.
    child.kill('SIGKILL');
    throw error;
  }
}

async function driven(child: ChildProcess, url: string, profile: string): Promise<Page> {
  const ended = new Promise((done) => child.once('close', done));
  const socket = await connected(await devTools(child));
  const listeners = new Map<number | string, (told: z.infer<typeof message>) => void>();
  socket.addEventListener('message', ({ data }) => {
    const told = message.parse(JSON.parse(String(data)));
    listeners.get(told.id ?? told.method ?? '')?.(told);
  });
  let last = 0;
  const send = (method: string, params: unknown = {}, sessionId?: string) =>
    new Promise<unknown>((done, fail) => {
      const id = ++last;
      listeners.set(id, ({ result, error }) =>
        error === undefined ? done(result) : fail(new Error(error.message)),
      );
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  const { targetId } = z
    .looseObject({ targetId: z.string() })
    .parse(await send('Target.createTarget', { url: 'about:blank' }));
  const attached = await send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = z.looseObject({ sessionId: z.string() }).parse(attached);
  const loaded = new Promise((done) => listeners.set('Page.loadEventFired', done));
  await send('Page.enable', {}, sessionId);
  await send('Page.navigate', { url }, sessionId);
  await loaded;
  return {
    evaluate: async (expression) => {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = evaluated.parse(await send('Runtime.evaluate', params, sessionId));
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    close: async () => {
      await send('Browser.close');
      await ended;
      socket.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Where it listens, as it says itself. */
async function devTools(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('Chromium was started without its standard error');
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    const [, address] = /^DevTools listening on (ws:\S+)$/.exec(line) ?? [];
    if (address !== undefined) {
      child.stderr.resume();
      return address;
    }
    said.push(line);
  }
  throw new Error(`Chromium does not start:\n${said.join('\n')}`);
}

function connected(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address);
  return new Promise((done, fail) => {
    socket.addEventListener('open', () => done(socket));
    socket.addEventListener('error', () => fail(new Error('Chromium does not listen')));
  });
}
