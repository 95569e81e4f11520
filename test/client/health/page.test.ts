import assert from 'node:assert/strict';
import { request as call } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { Reading } from '#client/cli/operate/health/reading.ts';
import { type ServedPage, servePage } from '#client/cli/operate/health/serving.ts';
import { countedFindings } from '#client/health/counted.ts';
import { healthPage } from '#client/health/page.ts';
import { axe } from '../../axe.ts';
import { inBrowser, theBrowser } from '../../browser.ts';
import { well } from './answers.ts';

const calm: Reading = { at: well.at, findings: countedFindings(well) };
const { emergencies, ...others } = well.parts;
const late: Reading = {
  at: '2026-11-20T09:00:30.000Z',
  findings: countedFindings({
    ...well,
    parts: {
      ...others,
      emergencies: { undecided: { count: 1 }, owing: { count: 0 }, overdue: { count: 0 } },
      cases: { unread: 'TimeoutError' },
    },
  }),
};

interface Started extends ServedPage {
  told: string[];
  /** How often it was read. */
  reads: number;
}

async function started(
  t: TestContext,
  { read = async () => calm, everyMs }: { read?: () => Promise<Reading>; everyMs?: number } = {},
): Promise<Started> {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const counts = { reads: 0 };
  const counting = () => {
    counts.reads++;
    return read();
  };
  const page = await servePage({ read: counting, stack: 'Writ', tell, everyMs });
  t.after(() => page.close());
  return Object.defineProperty({ ...page, told, reads: 0 }, 'reads', { get: () => counts.reads });
}

interface Answer {
  status: number;
  fields: Record<string, string | string[] | undefined>;
  body: string;
}

function get(link: string, changes: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { host, port, pathname } = new URL(link);
  return new Promise((done, fails) => {
    const options = { host: '127.0.0.1', port, path: pathname, method, setHost: false, agent: false };
    const sent = call({ ...options, headers: { host, ...changes } }, async (response) => {
      const { statusCode: status = 0, headers: fields } = response;
      done({ status, fields, body: await text(response) });
    });
    sent.on('error', fails);
    sent.end();
  });
}

test('whoever has the link is shown the page, which may load nothing and tells nobody where they came from', async (t) => {
  const page = await started(t);
  assert.match(page.link, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
  const { status, fields, body } = await get(page.link);
  assert.equal(status, 200);
  assert.match(body, /<h1 id="said" class="ok">All is well<\/h1>/);
  assert.match(
    String(fields['content-security-policy']),
    /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; /,
  );
  assert.equal(fields['referrer-policy'], 'no-referrer');
  assert.equal(fields['cache-control'], 'no-store');
  assert.equal(fields['access-control-allow-origin'], undefined);
  assert.equal(fields['set-cookie'], undefined);
  // No form, no button, no link: nothing on it does anything.
  assert.doesNotMatch(body, /<(?:form|button|input|a)\b/);
  assert.deepEqual(page.told, []);
});

test('without the secret, under another name, or with another method nobody is told anything, nor is it read', async (t) => {
  const page = await started(t);
  const { origin, host, port } = new URL(page.link);
  const wrong = `${page.link.slice(0, -2)}${page.link.at(-2) === 'A' ? 'B' : 'A'}/`;
  const refused: [status: number, answer: Promise<Answer>][] = [
    [404, get(wrong)],
    [404, get(`${origin}/`)],
    [404, get(`${page.link}favicon.ico`)],
    [404, get(page.link.slice(0, -1))],
    [421, get(page.link, { host: `localhost:${port}` })],
    [421, get(page.link, { host: `desk.example:${port}` })],
    [405, get(page.link, {}, 'POST')],
    [405, get(page.link, {}, 'DELETE')],
    [405, get(page.link, {}, 'OPTIONS')],
  ];
  for (const [status, answer] of refused) {
    const given = await answer;
    assert.equal(given.status, status);
    assert.equal(given.body, 'There is nothing here.\n');
  }
  assert.equal(page.reads, 0);
  assert.deepEqual(page.told, ['Refused a call that did not come from the link. Nothing was told.']);
  assert.ok(!page.told.join().includes(host));
  assert.equal((await get(page.link)).status, 200);
});

test('two pages that ask at once have it read once, and what cannot be read is tried again by the next', async (t) => {
  const page = await started(t);
  await Promise.all([get(page.link), get(page.link)]);
  await get(page.link);
  assert.equal(page.reads, 1);
  let isBroken = true;
  const other = await started(t, {
    async read() {
      if (isBroken) throw new Error('the credentials have expired');
      return calm;
    },
  });
  const { status, body } = await get(other.link);
  assert.deepEqual([status, body], [503, 'It could not be read.\n']);
  isBroken = false;
  assert.equal((await get(other.link)).status, 200);
});

test('what somebody wrote into an alarm is shown as text, and never as a part of the page', () => {
  const message = '<img src=x onerror=alert(1)> `<b>` \u001b[31m';
  const finding = { name: 'alarm', state: 'act', message, runbook: 'docs/operator.md#x' } as const;
  const body = healthPage({ stack: '</title><script>', at: well.at, findings: [finding], everyMs: 30_000 });
  assert.ok(!body.includes('<img') && !body.includes('<b>\u001b') && !body.includes('</title><script>'));
  assert.ok(body.includes('&lt;img src=x onerror=alert(1)&gt;') && body.includes('<code>&lt;b&gt;</code>'));
});

inBrowser(
  'the page shows first what to act on, reads itself again where it stands, and says when it is stale',
  async (t) => {
    let now: Reading | undefined = calm;
    const served = await started(t, {
      everyMs: 200,
      async read() {
        if (now === undefined) throw new Error('the credentials have expired');
        return now;
      },
    });
    const context = await (await theBrowser()).newContext({ viewport: { width: 390, height: 700 } });
    t.after(() => context.close());
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('503')) wrong.push(line.text());
    });
    await page.goto(served.link);
    await page.getByRole('heading', { level: 1, name: 'All is well' }).waitFor();
    await axe(page);
    const top = () => page.evaluate('scrollY');
    await page.evaluate("scrollTo(0, 120); document.body.id = 'here'");
    assert.equal(await top(), 120);
    now = late;
    await page.getByRole('heading', { level: 1, name: '1 to act on, 1 could not be read' }).waitFor();
    // The same document, where its reader was: the browser keeps what they read in its place.
    assert.ok(Number(await top()) >= 120);
    assert.equal(await page.evaluate('document.body.id'), 'here');
    assert.equal(await page.title(), '(2) 1 to act on, 1 could not be read – Writ');
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    assert.deepEqual(headings, ['To act on 1', 'Could not be read 1', 'Well 9']);
    const urgent = page.getByRole('region', { name: 'To act on' });
    assert.match(
      (await urgent.textContent()) ?? '',
      /Emergencies.*1 emergency to be decided now.*See docs\/operator\.md#is-it-well/s,
    );
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    assert.equal(await width(), 390);
    await axe(page);
    now = undefined;
    const stale = page.getByRole('status');
    await stale.waitFor();
    assert.match((await stale.textContent()) ?? '', /^This is stale/);
    assert.equal(await page.getByRole('time').textContent(), '2026-11-20 09:00:30 UTC');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.equal(await width(), 1440);
    await axe(page);
    now = calm;
    await page.getByRole('heading', { level: 1, name: 'All is well' }).waitFor();
    await stale.waitFor({ state: 'hidden' });
    served.close();
    await stale.waitFor();
    assert.deepEqual(
      wrong.filter((text) => !text.includes('ERR_CONNECTION_REFUSED')),
      [],
    );
  },
);
