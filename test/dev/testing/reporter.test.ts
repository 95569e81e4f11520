import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { withAfterword } from '#dev/testing/reporter.ts';

const place = { file: '/project/test/a.test.ts', line: 1, column: 1, testId: 1, parentId: 0, tags: [] };
const closing = (message: string): TestEvent => ({
  type: 'test:diagnostic',
  data: { ...place, nesting: 0, message, level: 'info' },
});
const start = (name: string, nesting: number): TestEvent => ({
  type: 'test:start',
  data: { ...place, name, nesting },
});
const passed = (name: string, nesting: number, skip?: string): TestEvent => ({
  type: 'test:pass',
  data: {
    ...place,
    name,
    nesting,
    testNumber: 1,
    details: { duration_ms: 1 },
    ...(skip === undefined ? {} : { skip }),
  },
});
const file = (name: string, seconds: number): TestEvent => ({
  type: 'test:complete',
  data: {
    ...place,
    file: name,
    name,
    nesting: 0,
    testNumber: 1,
    details: { passed: true, duration_ms: seconds * 1000 },
  },
});

/** What is said before the closing figures, and whether they are all still there after it. */
async function afterword(...events: TestEvent[]): Promise<string[]> {
  const figures = ['tests 2', 'suites 0', 'pass 2'];
  const said: string[] = [];
  for await (const event of withAfterword(
    (async function* () {
      yield* events;
      yield* figures.map(closing);
    })(),
  ))
    if (event.type === 'test:diagnostic') said.push(event.data.message);
  assert.deepEqual(said.splice(-figures.length), figures, 'the closing figures come last, untouched');
  return said;
}

test('what was skipped is named as the promise that it is, under what was wanting for it', async () => {
  const reason = 'no go on this machine';
  const said = await afterword(
    start('the log', 0),
    start('verifies with tessera', 1),
    passed('verifies with tessera', 1, reason),
    passed('the log', 0),
    start('the page is read', 0),
    passed('the page is read', 0, 'no Chromium'),
    start('a disclosure is followed in Go', 0),
    passed('a disclosure is followed in Go', 0, reason),
  );
  assert.deepEqual(said, [
    'not tested here: 3 promises (1 passed, 0 failed)',
    '  no go on this machine:',
    '    the log: verifies with tessera',
    '    a disclosure is followed in Go',
    '  no Chromium:',
    '    the page is read',
  ]);
});

test('the ten slowest files are named, the slowest first', async () => {
  const files = Array.from({ length: 12 }, (_, i) => file(`test/${i}.test.ts`, i));
  const [title, ...lines] = await afterword(passed('a test', 0), ...files);
  assert.equal(title, 'the 10 slowest of 12 files:');
  assert.deepEqual(
    lines.map((line) => /([\d.]+) s .*(test\/\d+\.test\.ts)$/.exec(line)?.slice(1)),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => [`${n}.0`, `test/${n}.test.ts`]),
  );
});

test('a run whose every test is left out says so', async () => {
  assert.deepEqual(await afterword(passed('test/a.test.ts', 0)), [
    'no test ran: none has a name that was asked for',
  ]);
});
