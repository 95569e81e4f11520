import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { Entry } from '#core/log/entry.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { encodeBundle } from '#core/log/tiles.ts';
import { inParallel } from '#core/parallel.ts';
import { writ } from '#dev/writ.ts';
import { signer } from '../../core/log/signer.ts';
import {
  bytesOf,
  entriesOf,
  filesOf,
  minutes,
  ours,
  preamble,
  refusals,
  wholeCase,
} from '../../core/log/verify/logs.ts';

/**
 * Each way to tamper with a log, by somebody who cannot sign and by the log itself, as `writ log verify` tells it: from a
 * directory and from a server.
 */
const folder = mkdtempSync(join(tmpdir(), 'writ-tampering-'));
const vkey = formatVerifierKey(ours.key);

const told = [...preamble(), ...wholeCase(), ...refusals(300, 20)];
const entries = entriesOf(told);
const leaves = bytesOf(entries);
const size = leaves.length;

type Files = ReadonlyMap<string, Uint8Array>;
const honest = filesOf(leaves);
const rebuilt = (others: readonly Entry[], as = ours) => filesOf(bytesOf(others), [others.length], as);

/** The files with the first bundle changed, and the tree left as it is. */
const bundle = (change: (all: Uint8Array[]) => Uint8Array[]): Files =>
  filesOf(leaves).set('tile/entries/000', encodeBundle(change(leaves.slice(0, 256))));
const swap = <T>(list: readonly T[], place: number): T[] => [
  ...list.slice(0, place),
  ...list.slice(place, place + 2).reverse(),
  ...list.slice(place + 2),
];
const redated = (place: number, minute: number) =>
  told.map((entry, i) => (i === place ? { ...entry, at: minutes(minute) } : entry));
const bytes = (entry: object | undefined) => utf8(canonicalJson(entry));

const [opened, completed] = [8, 13];
const cases: [what: string, files: Files, first: string, since?: Files][] = [
  ['dropped', bundle((all) => all.toSpliced(opened, 1)), `entry ${opened} (`],
  ['dropped, rebuilt', rebuilt(entries.toSpliced(opened, 1)), `entry ${opened} (entry-dropped)`],
  ['swapped', bundle((all) => swap(all, opened)), `entry ${opened} (`],
  ['swapped, rebuilt', rebuilt(swap(entries, opened)), `entry ${opened} (entry-swapped)`],
  [
    'edited',
    bundle((all) => all.with(100, bytes({ ...entries[100], stream: 'refusal/x' }))),
    'entry 100 (leaf-differs)',
  ],
  [
    'edited, rebuilt',
    rebuilt(entries.map((entry, i) => (i === completed ? { ...entry, at: minutes(11.01) } : entry))),
    `entry ${completed} (entry-edited)`,
  ],
  [
    'edited, rebuilt with all that follows',
    rebuilt(entriesOf(redated(opened, 6.5))),
    'the log (log-forked)',
    honest,
  ],
  [
    'back-dated',
    bundle((all) => all.with(100, bytes({ ...entries[100], at: minutes(-3000) }))),
    'entry 100 (',
  ],
  [
    'back-dated, rebuilt',
    rebuilt(entriesOf(redated(size - 1, -3000))),
    `entry ${size - 1} (entry-back-dated)`,
  ],
  ['forked', rebuilt(entriesOf([...told.slice(0, -1), ...refusals(3, 21)])), 'the log (log-forked)', honest],
  ['re-signed by another key', rebuilt(entries, signer(ours.key.name, 2)), 'the log (note-unsigned)'],
  ['truncated', filesOf(leaves, [300]), 'the log (log-truncated)', honest],
  [
    'truncated in its files alone',
    new Map([...honest].filter(([path]) => !path.includes('001'))),
    'entry 256 (file-missing)',
  ],
];

/** Serves each log below a name of its own; `busy` ones answer twice that they are before they answer. */
const asked = new Map<string, number>();
const logs = new Map<string, Files>();
const server = createServer(({ url = '' }, answer) => {
  const [, how = '', name = '', path = ''] = /^\/(\w+)\/([^/]+)\/v1\/(.*)$/.exec(url) ?? [];
  const times = (asked.get(url) ?? 0) + 1;
  asked.set(url, times);
  const file = logs.get(name)?.get(path.replace(/^log\//, ''));
  if (how === 'broken' || (how === 'busy' && times < 3)) answer.writeHead(503).end();
  else if (path === 'provider')
    answer.end(JSON.stringify({ log: { origin: ours.key.name, verifierKey: vkey } }));
  else if (file === undefined) answer.writeHead(404).end();
  else answer.end(file);
});
let origin = '';

function written(name: string, files: Files): string {
  const dir = join(folder, name);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  logs.set(name, files);
  return dir;
}

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const isOpen = (value: typeof address): value is AddressInfo => typeof value === 'object' && value !== null;
  assert.ok(isOpen(address));
  origin = `http://127.0.0.1:${address.port}`;
  written('honest', honest);
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('each tampering ends with 1 and is named, be the log in a directory or, every other one, behind an address', async () => {
  const jobs = cases.map((each, i) => {
    const [what, files, first, since] = each;
    const dir = written(`log-${i}`, files);
    const seen = join(folder, `seen-${i}`);
    if (since !== undefined) writeFileSync(seen, since.get('checkpoint') ?? '');
    const before = since === undefined ? [] : ['--since', seen];
    const key = ['--key', vkey, ...before];
    const where = i % 2 === 0 ? ['--dir', dir] : ['--url', `${origin}/plain/log-${i}/v1`];
    return { what, first, args: [...where, ...key] };
  });
  await inParallel(jobs, 2, async ({ what, first, args }) => {
    const { code, out, err } = await writ(['log', 'verify', ...args]);
    assert.deepEqual([code, err], [1, ''], what);
    assert.ok(out.trimEnd().split('\n').at(-1)?.includes(`The first: ${first}`), `${what}: ${out}`);
  });
});

test('the same tampering is nothing to be seen by who kept no checkpoint, where only that can show it', async () => {
  for (const what of ['edited, rebuilt with all that follows', 'forked', 'truncated']) {
    const i = cases.findIndex(([name]) => name === what);
    const { code } = await writ(['log', 'verify', '--dir', join(folder, `log-${i}`), '--key', vkey]);
    assert.equal(code, 0, what);
  }
});

test('a server that is busy is asked again; one that stays broken ends with 3 and one line', async () => {
  const busy = await writ(['log', 'verify', '--url', `${origin}/busy/honest/v1/`, '--key', vkey]);
  assert.equal(busy.code, 0, busy.err);
  const broken = await writ(['log', 'verify', '--url', `${origin}/broken/honest/v1`, '--key', vkey]);
  assert.deepEqual([broken.code, broken.out], [3, '']);
  assert.equal(broken.err, `error: log-unreadable: ${origin}/broken/honest/v1/log/checkpoint answers 503\n`);
});

test('a key that the server itself gives is said to be its own word', async () => {
  const { code, err } = await writ(['log', 'verify'], { WRIT_URL: `${origin}/plain/honest/v1` });
  assert.equal(code, 0);
  assert.ok(err.includes('the provider’s own word') && err.includes(vkey), err);
  const { out } = await writ(['log', 'verify', '--url', `${origin}/plain/honest/v1`, '--json']);
  assert.equal(JSON.parse(out).keyFrom, 'server');
});

test('findings as JSON have code, severity, index and message', async () => {
  const i = cases.findIndex(([name]) => name === 'dropped, rebuilt');
  const { code, out } = await writ([
    'log',
    'verify',
    '--dir',
    join(folder, `log-${i}`),
    '--key',
    vkey,
    '--json',
  ]);
  assert.equal(code, 1);
  const { findings, ok, errors } = JSON.parse(out);
  assert.deepEqual([ok, errors], [false, 1]);
  assert.deepEqual(Object.keys(findings[0]).sort(), ['code', 'index', 'message', 'severity']);
  assert.deepEqual(
    [findings[0].code, findings[0].severity, findings[0].index],
    ['entry-dropped', 'error', String(opened)],
  );
  assert.match(
    findings[0].message,
    /^decision\.approved, entry 3 of case\/[0-9a-f-]{36}: entry 2 is missing before it$/,
  );
});
