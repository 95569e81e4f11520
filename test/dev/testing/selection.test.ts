import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { home } from '#dev/cloud/emulator.ts';
import { longest } from '#dev/testing/order.ts';
import { mayMatch, patternsIn, selectFiles, titlesOf } from '#dev/testing/selection.ts';

const title = (text: string, isOpen = false) => ({ text, isOpen });

test('titles are read as they are written out, and left open where they are not', () => {
  const source = [
    "describe('I4 logged first', () => {",
    "  test('it is the provider\\'s', () => {});",
    '  test(\n    `I6 the sequencer $' + '{name} ends`, () => {});',
    '  it("waits", () => {});',
    '  test(name, () => {});',
    "  t.test('a subtest runs only where its test does', () => {});",
    "  assert.ok(/x/.test('no title'));",
  ].join('\n');
  assert.deepEqual(titlesOf(source), [
    title('I4 logged first'),
    title("it is the provider's"),
    title('I6 the sequencer ', true),
    title('waits'),
    title('', true),
  ]);
});

test('a file may hold a match if a title is one, or could become one', () => {
  const cases: [RegExp, ReturnType<typeof title>[], boolean][] = [
    [/^I4/, [title('I4 logged first')], true],
    [/^I4/, [title('the log, I4')], false],
    [/^I4/, [title('I', true)], true],
    [/^I4/, [title('I6 the sequencer ', true)], false],
    [/^I4/, [title('I4 after ', true)], true],
    [/^I4/, [title('', true)], true],
    [/logged first/, [title('I6 ', true)], true],
    // As the runner, which joins the names of suites and tests.
    [/^the log waits/, [title('the log'), title('waits')], true],
    [/^I4?/, [title('I6 the sequencer ', true)], true],
    [/^I4|^I6/, [title('I6 the sequencer ', true)], true],
    [/^i4/i, [title('I4 logged first')], true],
  ];
  for (const [pattern, titles, expected] of cases)
    assert.equal(mayMatch(titles, pattern), expected, `${pattern} in ${JSON.stringify(titles)}`);
});

test('no file that has a match is left out: its helpers’ titles count as its own', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-selection-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'helper.ts'), "export const both = () => test('I4 from a helper', () => {});");
  writeFileSync(join(folder, 'a.test.ts'), "import { both } from './helper.ts';\nboth();");
  writeFileSync(join(folder, 'b.test.ts'), "test('something else', () => {});");
  assert.deepEqual(selectFiles(folder, ['a.test.ts', 'b.test.ts'], [/^I4/]), ['a.test.ts']);
  assert.deepEqual(selectFiles(folder, ['a.test.ts', 'b.test.ts'], []), ['a.test.ts', 'b.test.ts']);
});

test('patterns are found among the arguments in each form that the runner takes', () => {
  assert.deepEqual(
    patternsIn(['--test-name-pattern=^I4', '--test-timeout=5', '--test-name-pattern', '/desk/i']),
    [/^I4/, /desk/i],
  );
});

test('a run of a pattern that nothing matches ends well, says so, and asks for no cloud', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-selection-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { NODE_TEST_CONTEXT: _, ...surroundings } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(home, 'dev/test.ts'), 'integration', '--test-name-pattern=^no test has this name'],
    { cwd: home, env: { ...surroundings, WRIT_STATE: folder } },
  );
  assert.match(stdout, /^ℹ no test ran/m);
  assert.match(stdout, /^ℹ fail 0$/m);
  assert.deepEqual(readdirSync(folder), []);
});

test('the files that a run begins with are there', () => {
  assert.deepEqual(
    longest.filter((file) => !existsSync(join(home, file))),
    [],
  );
});
