import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, entryHash, noEntries } from '#core/log/entry.ts';
import type { FindingCode } from '#core/log/finding-codes.ts';
import { encodeBundle, parseTilePath } from '#core/log/tiles.ts';
import { type LogVerification, type VerifyOptions, verifyLog } from '#core/log/verify/verify.ts';
import { type Signer, signedCheckpoint, signedNote, signer } from '../signer.ts';
import {
  bytesOf,
  entriesOf,
  filesOf,
  minutes,
  ours,
  preamble,
  refusals,
  some,
  type Told,
  wholeCase,
} from './logs.ts';

/** What is told: 7 entries of who signs, 12 of a case, and refusals up to 620 entries, so that there are three bundles. */
const told: Told[] = [...preamble(), ...wholeCase(), ...refusals(601, 20)];
const entries = entriesOf(told);
const leaves = bytesOf(entries);
const size = leaves.length;
/** Places in it. */
const at = { received: 7, opened: 8, secondApproval: 10, minted: 11, refusal: 100 };

type Files = Map<string, Uint8Array>;

function verify(files: Files, options?: VerifyOptions, key = ours.key): Promise<LogVerification> {
  return verifyLog(async (path) => files.get(path), key, options);
}

/** What was found, as `code @index`. */
const found = ({ findings }: LogVerification) =>
  findings.map(({ code, index }) => (index === undefined ? code : `${code} @${index}`));

const note = (files: Files) => new TextDecoder().decode(files.get('checkpoint'));

/** The log with other entries, built and signed again by its own key: what a log that cheats can do. */
const rebuilt = (others: readonly Entry[]) => filesOf(bytesOf(others));

const without = <T>(list: readonly T[], place: number) => list.toSpliced(place, 1);
const swapped = <T>(list: readonly T[], place: number) => {
  const [value] = list.slice(place, place + 1);
  assert.ok(value !== undefined);
  return list.toSpliced(place, 1).toSpliced(place + 1, 0, value);
};

test('a log that is as it was signed verifies, and is summed up', async () => {
  const files = filesOf(leaves, [1, 7, 256, 300, size]);
  const seen: bigint[] = [];
  const report = await verify(files, {
    since: signedCheckpoint(0, Buffer.from('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'base64'), ours),
    onProgress: (entries) => seen.push(BigInt(entries)),
  });
  assert.deepEqual(found(report), []);
  const { ok, errors, warnings, origin, tilesChecked, first, last, streams, cases, collections, unknown } =
    report;
  assert.deepEqual(
    { ok, errors, warnings, origin, tilesChecked, first, last, streams, cases, collections, unknown },
    {
      ok: true,
      errors: 0,
      warnings: 0,
      origin: 'log.example/v1/log',
      tilesChecked: true,
      first: minutes(0),
      last: minutes(20),
      streams: 1 + 1 + 2 + 1 + 1 + 1 + 601,
      cases: 1,
      collections: 2,
      unknown: {},
    },
  );
  assert.deepEqual([report.size, report.entries], [BigInt(size), BigInt(size)]);
  assert.deepEqual(report.since, { size: 0n, isContained: true });
  assert.equal(report.note, note(files));
  assert.equal(report.kinds['request.refused'], 601);
  assert.equal(
    Object.values(report.kinds).reduce((sum, n) => sum + n, 0),
    size,
  );
  assert.equal(seen.at(-1), BigInt(size));
});

test('a log of any size verifies, and begins with each of its smaller ones', async () => {
  const sizes = [0, 1, 2, 7, 255, 256, 257, 300, 511, 512, 513, size];
  for (const [i, now] of sizes.entries()) {
    const files = filesOf(leaves, sizes.slice(0, i + 1));
    const notes = sizes.slice(0, i + 1).map((then) => note(filesOf(leaves, [then])));
    for (const since of notes) {
      const report = await verify(files, { since });
      assert.equal(report.since?.isContained, true, `${now} ${since}`);
      // Cut in the middle of a case's story, or of the registry's, the log is still one that can have been.
      assert.deepEqual(
        found(report).filter((text) => !text.startsWith('enrolment-missing')),
        [],
        `${now}`,
      );
    }
  }
});

test('a mirror without tiles is verified by its entries and root', async () => {
  const files = filesOf(leaves);
  for (const path of files.keys()) if (/^tile\/\d/.test(path)) files.delete(path);
  const report = await verify(files, { tiles: false });
  assert.deepEqual([report.ok, report.tilesChecked], [true, false]);
  const one = edited(entries[at.refusal], { stream: 'refusal/another' });
  files.set('tile/entries/000', encodeBundle(leaves.slice(0, 256).with(at.refusal, one)));
  assert.deepEqual(found(await verify(files, { tiles: false })), ['root-differs']);
});

// What somebody does to the files, who cannot sign.

/** The files with one bundle changed, the tree left as it is. */
function withBundle(change: (entries: Uint8Array[]) => Uint8Array[], index = 0): Files {
  const files = filesOf(leaves);
  const path = `tile/entries/00${index}`;
  files.set(path, encodeBundle(change(leaves.slice(256 * index, 256 * (index + 1)))));
  return files;
}

/** An entry that says something else. */
function edited(entry: Entry | undefined, change: Partial<Entry>): Uint8Array {
  return utf8(canonicalJson({ ...entry, ...change }));
}

const tampered: [string, Files, string[]][] = [
  [
    'edited',
    withBundle((all) => all.with(at.refusal, edited(entries[at.refusal], { stream: 'refusal/another' }))),
    [`leaf-differs @${at.refusal}`],
  ],
  [
    'edited, and named by the next of its case',
    withBundle((all) => all.with(at.opened, edited(entries[at.opened], { at: minutes(6.5) }))),
    [`entry-edited @${at.opened}`, `leaf-differs @${at.opened}`],
  ],
  [
    'back-dated',
    withBundle((all) => all.with(at.refusal, edited(entries[at.refusal], { at: minutes(-3000) }))),
    [`entry-back-dated @${at.refusal}`, `leaf-differs @${at.refusal}`],
  ],
  [
    'swapped',
    withBundle((all) => swapped(all, at.refusal)),
    [`leaf-differs @${at.refusal}`, `leaf-differs @${at.refusal + 1}`],
  ],
  ['dropped', withBundle((all) => without(all, at.refusal)), [`file-malformed @${at.refusal}`]],
  ['dropped from the end of a bundle', withBundle((all) => without(all, 255)), ['file-malformed @255']],
  [
    'put in',
    withBundle((all) => all.toSpliced(at.refusal, 0, leaves[300] ?? new Uint8Array())),
    [`file-malformed @${at.refusal}`],
  ],
];

for (const [what, files, codes] of tampered) {
  test(`${what}, with the tree left as it is: the first entry that is wrong is named`, async () => {
    const report = await verify(files);
    assert.equal(report.ok, false);
    assert.deepEqual(found(report).slice(0, codes.length), codes);
    assert.equal(report.findings.filter(({ index }) => index === undefined).length, 0);
  });
}

test('a tile that was changed is named, and where', async () => {
  const changed = (path: string, place: number) => {
    const files = filesOf(leaves, [300, size]);
    const bytes = Uint8Array.from(files.get(path) ?? []);
    bytes[32 * place + 5] = (bytes[32 * place + 5] ?? 0) ^ 1;
    return files.set(path, bytes);
  };
  // A hash of entries, with the entry left as it is: the entry is not the tile's, and the tile not that of the tile above.
  assert.deepEqual(found(await verify(changed('tile/0/000', 17))), ['tile-differs @0', 'leaf-differs @17']);
  assert.deepEqual(found(await verify(changed('tile/0/002.p/108', 3))), [
    'leaf-differs @515',
    'root-differs',
  ]);
  assert.deepEqual(found(await verify(changed('tile/1/000.p/2', 1))), ['tile-differs @256', 'root-differs']);
  // What an older checkpoint had is not the newest's, and is not looked at.
  assert.deepEqual(found(await verify(changed('tile/0/001.p/44', 1))), []);
});

test('an entry and its tile that were both changed are found by the tile above, or by the root', async () => {
  const place = 100;
  const others = leaves.with(place, edited(entries[place], { stream: 'refusal/another' }));
  const files = filesOf(leaves);
  for (const path of ['tile/entries/000', 'tile/0/000'])
    files.set(path, filesOf(others).get(path) ?? new Uint8Array());
  assert.deepEqual(found(await verify(files)), ['tile-differs @0']);
  files.set('tile/1/000.p/2', filesOf(others).get('tile/1/000.p/2') ?? new Uint8Array());
  assert.deepEqual(found(await verify(files)), ['root-differs']);
});

test('what is not there is named: a checkpoint, a bundle, a tile', async () => {
  const missing = (path: string) => {
    const files = filesOf(leaves);
    assert.ok(files.delete(path), path);
    return verify(files);
  };
  const nothing = await missing('checkpoint');
  assert.deepEqual([nothing.ok, found(nothing), nothing.size], [false, ['checkpoint-missing'], undefined]);
  const bundle = await missing('tile/entries/001');
  assert.deepEqual([found(bundle), bundle.entries], [['file-missing @256'], 256n]);
  assert.deepEqual(found(await missing('tile/0/001')), ['file-missing @256']);
  assert.deepEqual(found(await missing('tile/1/000.p/2')), ['file-missing @0']);
});

test('what is longer or shorter than its name says is named', async () => {
  for (const path of ['tile/0/001', 'tile/0/002.p/108', 'tile/1/000.p/2', 'tile/entries/001']) {
    for (const change of [
      (uint: Uint8Array) => uint.slice(0, -1),
      (uint: Uint8Array) => Uint8Array.of(...uint, 0),
    ]) {
      const files = filesOf(leaves);
      files.set(path, change(files.get(path) ?? new Uint8Array()));
      const report = await verify(files);
      assert.equal(report.findings[0]?.code, 'file-malformed', path);
      assert.ok(report.findings[0]?.message.startsWith(path), report.findings[0]?.message);
    }
  }
});

test('a checkpoint that says more than the log has, or less, is not its', async () => {
  const files = filesOf(leaves);
  const root = Buffer.from(note(files).split('\n')[2] ?? '', 'base64');
  files.set('checkpoint', utf8(signedCheckpoint(size + 1, root, ours)));
  const larger = await verify(files);
  assert.equal(larger.ok, false);
  assert.equal(larger.findings[0]?.code, 'file-missing');
  const smaller = filesOf(leaves, [256, size]);
  smaller.set('checkpoint', utf8(signedCheckpoint(256, root, ours)));
  assert.deepEqual(found(await verify(smaller)), ['root-differs']);
});

// Who signs.

const checkpoints: [string, string, FindingCode][] = [
  ['signed by another key', note(filesOf(leaves, [size], signer(ours.key.name, 2))), 'note-unsigned'],
  ['signed by a key of another name', note(filesOf(leaves, [size], signer('other/log', 1))), 'note-unsigned'],
  ['with a figure changed', note(filesOf(leaves)).replace(`\n${size}\n`, `\n${size - 1}\n`), 'note-unsigned'],
  ['without a signature', note(filesOf(leaves)).split('\n\n')[0] ?? '', 'note-malformed'],
  ['that says nothing of a tree', signedNote('a text\n', ours), 'checkpoint-malformed'],
  [
    'of another log',
    signedNote(`other\n1\n${Buffer.alloc(32).toString('base64')}\n`, ours),
    'origin-differs',
  ],
];

for (const [what, text, code] of checkpoints) {
  test(`re-signed: a checkpoint ${what} is ${code}, and nothing that it says is believed`, async () => {
    const report = await verify(filesOf(leaves).set('checkpoint', utf8(text)));
    const { ok, size, entries, tilesChecked } = report;
    assert.deepEqual(found(report), [code]);
    assert.deepEqual(
      { ok, size, entries, tilesChecked },
      { ok: false, size: undefined, entries: 0n, tilesChecked: false },
    );
  });
}

test('re-signed: a log that begins anew under another key is not the one that was seen before', async () => {
  const another: Signer = signer(ours.key.name, 2);
  const report = await verify(
    filesOf(leaves, [size], another),
    { since: note(filesOf(leaves, [300])) },
    another.key,
  );
  assert.deepEqual(found(report), ['older-unsigned']);
  assert.equal(report.ok, false);
});

// What the log itself does, and signs.

test('truncated: a log that was longer before', async () => {
  const report = await verify(filesOf(leaves, [300]), { since: note(filesOf(leaves)) });
  assert.deepEqual(found(report), ['log-truncated']);
  assert.equal(report.findings[0]?.message, `the log has 300 entries, and had ${size} before`);
  assert.deepEqual(report.since, { size: BigInt(size), isContained: false });
});

test('forked: a log that does not begin with what was seen before, be it longer or as long', async () => {
  const one = refusals(2, 21);
  const other = refusals(2, 22);
  for (const [then, now] of [
    [1, 2],
    [2, 2],
    [1, 1],
  ] as const) {
    const seen = filesOf(bytesOf(entriesOf([...told, ...one.slice(0, then)])));
    const shown = rebuilt(entriesOf([...told, ...other.slice(0, now)]));
    const report = await verify(shown, { since: note(seen) });
    assert.deepEqual(found(report), ['log-forked'], `${then} ${now}`);
    assert.deepEqual(found(await verify(shown)), []);
  }
});

test('edited, with all that follows made to fit: only who kept an older checkpoint can tell', async () => {
  const others = entriesOf(
    told.map((entry, i) => (i === at.opened ? { ...entry, at: minutes(6.5) } : entry)),
  );
  assert.notDeepEqual(bytesOf(others), leaves);
  assert.deepEqual(found(await verify(rebuilt(others))), []);
  for (const then of [at.opened + 1, 256, 300, size])
    assert.deepEqual(found(await verify(rebuilt(others), { since: note(filesOf(leaves, [then])) })), [
      'log-forked',
    ]);
  // And who had seen nothing of it yet has nothing to compare.
  assert.deepEqual(found(await verify(rebuilt(others), { since: note(filesOf(leaves, [at.opened])) })), []);
});

/** A second entry of a refusal's stream, so that there is one to be missed. */
const cheats: [string, Entry[], string[]][] = [
  ['dropped', without(entries, at.opened), [`entry-dropped @${at.opened}`]],
  ['several dropped', entries.toSpliced(at.opened + 7, 3), [`entry-dropped @${at.opened + 7}`]],
  ['swapped', swapped(entries, at.opened), [`entry-swapped @${at.opened}`]],
  [
    'one moved behind two others',
    entries.toSpliced(at.opened + 3, 0, ...entries.slice(at.opened, at.opened + 1)).toSpliced(at.opened, 1),
    [`entry-swapped @${at.opened}`],
  ],
  [
    'repeated',
    entries.toSpliced(at.opened + 4, 0, ...entries.slice(at.opened, at.opened + 1)),
    [`entry-repeated @${at.opened + 4}`],
  ],
  [
    'a stream of one repeated',
    [...entries, ...entries.slice(at.refusal, at.refusal + 1)],
    [`entry-repeated @${size}`],
  ],
];

for (const [what, others, codes] of cheats) {
  test(`${what}, with the tree built and signed again: caught by the entries' own chain`, async () => {
    const report = await verify(rebuilt(others));
    assert.equal(report.ok, false);
    assert.deepEqual(
      found(report).filter((text) => text.startsWith('entry-')),
      codes,
    );
    assert.deepEqual(report.findings[0] && found(report)[0], codes[0]);
    // And by whoever kept a checkpoint.
    const since = await verify(rebuilt(others), { since: note(filesOf(leaves)) });
    assert.ok(
      found(since).includes(others.length < size ? 'log-truncated' : 'log-forked') ||
        what.includes('one repeated'),
    );
  });
}

test('a finding says which entries are missing, and where those are that came too late', async () => {
  const message = async (others: readonly Entry[]) =>
    (await verify(rebuilt(others))).findings[0]?.message ?? '';
  assert.match(
    await message(without(entries, at.opened)),
    /entry 3 of case\/.*: entry 2 is missing before it$/,
  );
  assert.match(
    await message(entries.toSpliced(at.opened + 7, 3)),
    /entry 12 of .*: entries 9 to 11 are missing before it$/,
  );
  assert.match(
    await message(swapped(entries, at.opened)),
    /entry 3 of .*: entry 2 is not before it, but at 9$/,
  );
});

test('edited, with the tree built and signed again: the next of its stream names another', async () => {
  for (const place of [at.received, at.opened, at.minted]) {
    const others = entries.map((entry, i) =>
      i === place ? { ...entry, at: entry.at.replace('.000Z', '.001Z') } : entry,
    );
    const report = await verify(rebuilt(others));
    assert.deepEqual(found(report), [`entry-edited @${place}`]);
    assert.match(
      report.findings[0]?.message ?? '',
      /^entry \d+ of case\/.* is not the one that entry \d+ names, at \d+$/,
    );
  }
});

test('places that were passed over by the thousand are not kept: what fills them is one too many', async () => {
  const { stream } = told[at.received] ?? { stream: '' };
  const far = (n: number) =>
    utf8(
      canonicalJson({
        v: 1,
        kind: 'review.opened',
        at: minutes(21),
        stream,
        n,
        previous: 'a'.repeat(64),
        data: { reviewer: some('x') },
      }),
    );
  for (const [missing, code] of [
    [1000, 'entry-dropped'],
    [1001, 'entry-repeated'],
  ] as const) {
    const report = await verify(filesOf([...leaves, far(13 + missing), far(14)]));
    const last = report.findings
      .filter(({ index }) => index === BigInt(size + 1))
      .map((finding) => finding.code);
    assert.deepEqual(
      [found(report)[0], last],
      [`entry-dropped @${size}`, code === 'entry-repeated' ? [code] : []],
    );
  }
});

test('one hash that is named wrong points to the entry that it should be', async () => {
  const others = entries.map((entry, i) =>
    i === at.opened ? { ...entry, previous: 'a'.repeat(64) } : entry,
  );
  assert.deepEqual(found(await verify(rebuilt(others))), [
    `entry-edited @${at.received}`,
    `entry-edited @${at.opened}`,
  ]);
});

test('back-dated: before the one before it in its stream, or more than a day before another', async () => {
  const dated = (place: number, minute: number) =>
    verify(
      rebuilt(entriesOf(told.map((entry, i) => (i === place ? { ...entry, at: minutes(minute) } : entry)))),
    );
  const tenSeconds = 1 / 6;
  assert.deepEqual(found(await dated(at.opened, 5 - tenSeconds)), []);
  assert.deepEqual(found(await dated(at.opened, 5 - tenSeconds - 1 / 60_000)), [
    `entry-back-dated @${at.opened}`,
  ]);
  const aDay = 24 * 60;
  assert.deepEqual(found(await dated(size - 1, 20 - aDay - tenSeconds)), []);
  assert.deepEqual(found(await dated(size - 1, 20 - aDay - tenSeconds - 1 / 60_000)), [
    `entry-back-dated @${size - 1}`,
  ]);
  // A clock that went wrong once does not make liars of those who come after it in their own streams.
  assert.equal((await dated(at.refusal, 20 + 12 * 60)).ok, true);
});

test('a time that is none is malformed', async () => {
  for (const time of [
    '',
    '2026-11-20',
    '2026-11-20T10:20:00Z',
    '2026-02-30T10:20:00.000Z',
    '2026-11-20T24:00:00.000Z',
  ]) {
    const others = entries.map((entry, i) => (i === at.refusal ? { ...entry, at: time } : entry));
    const report = await verify(rebuilt(others));
    assert.deepEqual(found(report), [`entry-malformed @${at.refusal}`], time);
  }
});

test('kinds and versions that are not known are counted, warned of once, and their streams followed', async () => {
  const [last] = entries.slice(18, 19);
  assert.ok(last);
  const future = (n: number, previous: string, more: object) =>
    utf8(
      canonicalJson({
        v: 1,
        kind: 'case.mediated',
        at: minutes(17),
        stream: last.stream,
        n,
        previous,
        data: { x: 'é' },
        ...more,
      }),
    );
  const one = future(13, entryHash(last), {});
  const hashOf = (bytes: Uint8Array) => entryHash(JSON.parse(new TextDecoder().decode(bytes)));
  const two = future(14, hashOf(one), { v: 2, kind: 'request.refused', also: [1.5, null] });
  const three = future(15, hashOf(two), {});
  const report = await verify(filesOf([...leaves, one, two, three]));
  assert.deepEqual(found(report), [`entry-unknown @${size}`, `entry-unknown @${size + 1}`]);
  assert.deepEqual([report.ok, report.errors, report.warnings], [true, 0, 2]);
  assert.deepEqual(report.unknown, { 'case.mediated v1': 2, 'request.refused v2': 1 });
  // Their places count: one that is left out is missed.
  assert.deepEqual(found(await verify(filesOf([...leaves, one, three]))), [
    `entry-unknown @${size}`,
    `entry-dropped @${size + 1}`,
  ]);
  assert.deepEqual(found(await verify(filesOf([...leaves, future(13, 'b'.repeat(64), {})]))), [
    'entry-edited @18',
    `entry-unknown @${size}`,
  ]);
});

test('many kinds that are not known do not fill the verifier’s memory', async () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    utf8(canonicalJson({ v: 1, kind: `future.${i}`, at: minutes(21), stream: `x/${i}`, n: 1, data: {} })),
  );
  const report = await verify(filesOf([...leaves, ...many]));
  assert.equal(Object.keys(report.unknown).length, 21);
  assert.equal(report.unknown.other, 80);
});

test('what no version would have written is malformed: no JSON, another spelling, a member of none, no chain', async () => {
  const [entry] = entries.slice(at.refusal, at.refusal + 1);
  const text = canonicalJson(entry);
  const bad: (string | Uint8Array)[] = [
    '',
    'no json',
    'null',
    ` ${text}`,
    text.replace('"v":1}', '"v":1,"x":1}'),
    text.replace('"agency":"agency-1"', '"agency":"\\u0061gency-1"'),
    text.replace('"agency":"agency-1",', '"agency":"agency-1","agency":"agency-1",'),
    JSON.stringify(entry),
    text.replace('"n":1', '"n":1.0'),
    text.replace('"n":1', '"n":0'),
    text.replace('"n":1,', '"n":2,'),
    text.replace('"stream"', `"previous":"${'a'.repeat(64)}","stream"`),
    text.replace('"proven":true', '"proven":1'),
    text.replace('"agency":"agency-1"', `"agency":"${'a'.repeat(65)}"`),
    Uint8Array.of(0xff, 0xfe),
  ];
  for (const value of bad) {
    const bytes = typeof value === 'string' ? utf8(value) : value;
    assert.notEqual(value, text);
    const report = await verify(filesOf(leaves.with(at.refusal, bytes)));
    assert.ok(found(report).includes(`entry-malformed @${at.refusal}`), String(value));
    assert.ok(
      report.findings.every(({ index }) => index === BigInt(at.refusal)),
      String(value),
    );
  }
});

test('a name with what moves a terminal is shown without it', async () => {
  const { entry } = appendEntry(
    'case/\u001b[2Jx',
    noEntries,
    { kind: 'case.withdrawn', data: { status: 'x', officer: some('officer') } },
    minutes(21),
  );
  const report = await verify(filesOf([...leaves, ...bytesOf([entry])]));
  assert.equal(report.findings[0]?.code, 'request-missing');
  assert.ok(report.findings.every(({ message }) => !message.includes('\u001b')));
});

test('a hundred findings are kept, and all are counted', async () => {
  const bad = Array.from({ length: 250 }, () => utf8('{}'));
  const report = await verify(filesOf([...leaves, ...bad]));
  assert.deepEqual([report.findings.length, report.errors], [100, 250]);
  assert.deepEqual(found(report)[0], `entry-malformed @${size}`);
});

test('every file of the tree is read, each once, and no other', async () => {
  const files = filesOf(leaves, [1, 300, size]);
  const read: string[] = [];
  await verifyLog(
    async (path) => {
      read.push(path);
      return files.get(path);
    },
    ours.key,
    { ahead: 3 },
  );
  assert.deepEqual(read.toSorted(), [...filesOf(leaves).keys()].sort());
  assert.ok(read.slice(1).every((path) => parseTilePath(path) !== undefined));
});

test('what keeps a file from being read is passed on', async () => {
  const files = filesOf(leaves);
  const failing = verifyLog(async (path) => {
    if (path === 'tile/0/001') throw new Error('no network');
    return files.get(path);
  }, ours.key);
  await assert.rejects(failing, { message: 'no network' });
});
