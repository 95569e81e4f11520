import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { type Screen, screenOn } from '#client/cli/ingest/screen.ts';
import { type Destination, describe, ingest, type Job } from '#client/cli/ingest/send.ts';
import type { Put } from '#client/events.ts';
import type { Retention } from '#core/vault/retention.ts';
import { home } from '#dev/cloud/emulator.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-ingest-'));
after(() => rmSync(folder, { recursive: true }));

let made = 0;
function file(...lines: string[]): string {
  const path = join(folder, `events-${made++}`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}
const now = '2026-11-20T12:00:00.000Z';
const json = (account: string, day = '2026-11-20') =>
  `{"account":"${account}","at":"${day}T09:00:00Z","ip":"192.0.2.1","port":7}`;
const username = '{"account":"alice","at":"2026-11-20T09:00:00Z","username":"alice99"}';
const phone = '{"account":"alice","at":"2026-11-20T09:00:00Z","phone":"+4915112345678"}';
const many = (count: number) => Array.from({ length: count }, (_, i) => json(`account-${i}`));

function job(path: string, more: Partial<Job> = {}): Job {
  return { file: path, now, journalDir: mkdtempSync(join(folder, 'journal-')), patienceMs: 300, ...more };
}

/** A stack that seals what it is sent, and a stream that breaks when it is told to. */
function stack(breaksAt?: number, more: Partial<Destination> = {}) {
  const retention: Retention = { phone: 12, access: 12 };
  const got: string[] = [];
  let calls = 0;
  let sealed = 5;
  const put: Put = async (records) => {
    calls += 1;
    const texts = records.map(({ Data }) => new TextDecoder().decode(Data));
    got.push(...texts);
    sealed += texts.filter((text) => !text.includes('"username"')).length;
    if (calls === breaksAt) throw new Error('the line is dead');
    return records.map(() => false);
  };
  return { got, deployment: 'one', retention, put, countSealed: async () => sealed, ...more };
}

function screen() {
  const notes: string[] = [];
  const bars: Record<string, number[]> = {};
  const value: Screen = {
    note: (line) => notes.push(line),
    bar: (what) => {
      const seen: number[] = [];
      bars[what] = seen;
      return { at: (done) => seen.push(done), end: () => {} };
    },
  };
  return { ...value, notes, bars };
}

test('a file is sent, sealed and told of', async () => {
  const to = stack();
  const shown = screen();
  const path = file(json('alice'), '', phone, username);
  const came = await ingest(job(path), to, shown);
  assert.deepEqual(to.got, [json('alice'), phone, username]);
  assert.deepEqual(
    [came.summary.events, came.sent, came.sealed, came.notSealed, came.resumedFrom],
    [3, 3, 2, 0, 0],
  );
  assert.deepEqual(describe(came), ['3 events in 3 lines, read as JSON lines', '3 sent', '2 records sealed']);
  assert.deepEqual(shown.notes, []);
  assert.deepEqual(shown.bars, { 'bytes read': [statSync(path).size], sent: [3], sealed: [2] });
});

test('what would be refused for its time is not sent, and counted by code and line', async () => {
  const to = stack(undefined, { retention: { phone: 0, access: 12 } });
  const came = await ingest(
    job(
      file(
        json('a', '2026-11-21'),
        json('b'),
        phone,
        json('c', '2025-11-20'),
        json('d', '2024-01-01'),
        username,
      ),
    ),
    to,
    screen(),
  );
  assert.deepEqual(to.got, [json('b'), username]);
  assert.deepEqual(came.refused, {
    'time-future': { count: 1, firstLines: [1] },
    'kind-not-kept': { count: 1, firstLines: [3] },
    'time-before-retention': { count: 2, firstLines: [4, 5] },
  });
  assert.deepEqual(describe(came), [
    '6 events in 6 lines, read as JSON lines',
    '1 event refused: time-future (line 1)',
    '1 event refused: kind-not-kept (line 3)',
    '2 events refused: time-before-retention (line 4, 5)',
    '2 sent',
    '1 records sealed',
  ]);
});

test('a malformed JSON line stops the file before anything is sent, unless such lines are to be skipped', async () => {
  const path = file(json('alice'), '{', json('bob').replace('}', ',"message":"hi"}'), json('carol'));
  const to = stack();
  const asked = job(path);
  await assert.rejects(ingest(asked, to, screen()), {
    code: 'file-malformed',
    message: `${path}:2: json-malformed; nothing of this file was sent`,
  });
  assert.deepEqual(to.got, []);
  assert.deepEqual(readdirSync(asked.journalDir), []);

  const came = await ingest({ ...asked, skipMalformed: true }, to, screen());
  assert.deepEqual(to.got, [json('alice'), json('carol')]);
  assert.deepEqual(describe(came).slice(0, 3), [
    '2 events in 4 lines, read as JSON lines',
    '1 line not understood as events: json-malformed (line 2)',
    '1 line not understood as events: field-unknown (line 3)',
  ]);
});

test('an sshd log is read in its zone and from its year, and read otherwise it is a file of its own', async () => {
  const path = file(
    'Nov 10 09:00:00 host sshd[1]: Accepted password for root from 192.0.2.1 port 7 ssh2',
    'noise',
  );
  const asked = job(path, { year: 2026, zone: 'UTC' });
  const to = stack();
  const came = await ingest(asked, to, screen());
  assert.deepEqual(to.got, [json('root', '2026-11-10')]);
  assert.deepEqual(
    describe(came)[0],
    '1 event in 2 lines, read as an sshd auth log; times without a zone taken as UTC, of 2026',
  );
  assert.equal(
    (await ingest({ ...asked, year: 2025 }, to, screen())).refused['time-before-retention']?.count,
    1,
  );
  assert.notEqual((await ingest(asked, to, screen())).sentBefore, undefined);
  const long = stack(undefined, { retention: { phone: 24, access: 24 } });
  assert.equal((await ingest({ ...asked, year: 2025 }, long, screen())).sent, 1);
  const berlin = await ingest({ ...asked, zone: 'Europe/Berlin' }, to, screen());
  assert.deepEqual([berlin.sent, berlin.read.zone], [1, 'Europe/Berlin']);
});

test('broken off, the same command goes on from there, and says so', async () => {
  const lines = many(1700);
  const path = file(...lines);
  const asked = job(path);
  const broken = stack(3);
  await assert.rejects(ingest(asked, broken, screen()), {
    name: 'SendError',
    code: 'put-failed',
    position: 1000,
  });

  const to = stack();
  const shown = screen();
  // The content counts, not the name or how it is asked for.
  const moved = file(...lines);
  const came = await ingest({ ...asked, file: moved, skipMalformed: true }, to, shown);
  assert.deepEqual(shown.notes, ['Going on after event 1000 of 1700, where an earlier run was broken off.']);
  assert.deepEqual(to.got, lines.slice(1000));
  assert.deepEqual([came.resumedFrom, came.sent, came.sealed], [1000, 700, 700]);
  assert.deepEqual(describe(came), [
    '1700 events in 1700 lines, read as JSON lines',
    '700 sent, the rest by an earlier run',
    '700 records sealed',
  ]);
});

test('the place to go on is the same, whatever is refused for its time by then', async () => {
  const lines = [...many(600), json('late', '2026-11-21'), json('old', '2024-01-01'), ...many(600)];
  const asked = job(file(...lines));
  const broken = stack(3);
  await assert.rejects(ingest(asked, broken, screen()), { position: 1002 });
  const to = stack(undefined, { retention: { phone: 48, access: 48 } });
  await ingest({ ...asked, now: '2026-11-22T00:00:00.000Z' }, to, screen());
  assert.deepEqual(to.got, lines.slice(1002));
});

test('a file that was sent is sent again only when that is asked for', async () => {
  const asked = job(file(json('alice')));
  const to = stack();
  await ingest(asked, to, screen());
  const came = await ingest(asked, to, screen());
  assert.equal(to.got.length, 1);
  assert.match(came.sentBefore ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(describe(came), [
    '1 event in 1 line, read as JSON lines',
    `Sent before, on ${came.sentBefore}; nothing was sent now. --again sends it again.`,
  ]);
  assert.equal((await ingest({ ...asked, again: true }, to, screen())).sent, 1);
  assert.equal(to.got.length, 2);
});

test('--again sends a file from its start, also one that was broken off', async () => {
  const asked = job(file(...many(1200)));
  await assert.rejects(ingest(asked, stack(2), screen()));
  const to = stack();
  const came = await ingest({ ...asked, again: true }, to, screen());
  assert.deepEqual([came.resumedFrom, to.got.length], [0, 1200]);
});

test('what another deployment was sent, or another file, is no reason not to send', async () => {
  const path = file(json('alice'));
  const asked = job(path);
  await ingest(asked, stack(), screen());
  appendFileSync(path, `${json('bob')}\n`);
  assert.equal((await ingest(asked, stack(), screen())).sent, 2);
  const other = stack(undefined, { deployment: 'two' });
  assert.equal((await ingest(asked, other, screen())).sent, 2);
});

test('a file of which nothing may be sent leaves no trace, and can be sent when it may', async () => {
  const asked = job(file(json('alice', '2026-11-21')));
  const came = await ingest(asked, stack(), screen());
  assert.deepEqual(describe(came), [
    '1 event in 1 line, read as JSON lines',
    '1 event refused: time-future (line 1)',
    '0 sent',
    '0 records sealed',
  ]);
  assert.deepEqual(readdirSync(asked.journalDir), []);
  assert.equal((await ingest({ ...asked, now: '2026-11-21T12:00:00.000Z' }, stack(), screen())).sent, 1);
  const empty = file();
  await assert.rejects(ingest(job(empty), stack(), screen()), {
    message: `${empty}: file-empty: it has no line; nothing of this file was sent`,
  });
});

test('I1: the journal holds counts and how the file was read, for its owner alone', async () => {
  const asked = job(file(json('alice'), phone, username));
  await ingest(asked, stack(), screen());
  const [name = '', ...more] = readdirSync(asked.journalDir);
  assert.deepEqual(more, []);
  assert.match(name, /^[0-9a-f]{64}\.json$/);
  const path = join(asked.journalDir, name);
  const { finishedAt, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual(rest, {
    deployment: 'one',
    read: { format: 'jsonl', failedToo: false },
    acknowledged: 3,
  });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  for (const damaged of ['', '{', '{"acknowledged":-1}']) {
    writeFileSync(path, damaged);
    await assert.rejects(ingest(asked, stack(), screen()), {
      code: 'file-malformed',
      message: `${path} cannot be read`,
      next: '--again sends the whole file',
    });
  }
  assert.equal((await ingest({ ...asked, again: true }, stack(), screen())).sent, 3);
});

test('a log that grows while it is sent is sent as it was', async () => {
  const path = file(...many(3000));
  const to = stack();
  const put: Put = async (records) => {
    appendFileSync(path, `${json('later')}\n`);
    return to.put(records);
  };
  assert.equal((await ingest(job(path), { ...to, put }, screen())).sent, 3000);
  assert.deepEqual(to.got, many(3000));
});

test('a file that is changed while it is sent is not taken for sent', async () => {
  const account = (line: string) => line.replaceAll('account', 'bccount');
  for (const change of [(line: string) => line.replace('account-', 'bccount-'), account, () => '']) {
    const path = file(...many(3000));
    const to = stack();
    const asked = job(path);
    let first = true;
    const put: Put = async (records) => {
      if (first)
        writeFileSync(
          path,
          many(3000)
            .map((line) => `${change(line)}\n`)
            .join(''),
        );
      first = false;
      return to.put(records);
    };
    await assert.rejects(ingest(asked, { ...to, put }, screen()), {
      code: 'file-changed',
      message: `${path} was changed while it was sent`,
    });
    for (const name of readdirSync(asked.journalDir))
      assert.doesNotMatch(readFileSync(join(asked.journalDir, name), 'utf8'), /finishedAt/);
  }
});

test('records that are never sealed are told of, and what was there before is not counted', async () => {
  const to = stack(undefined, { countSealed: async () => 5 });
  const came = await ingest(job(file(json('alice'), phone)), to, screen());
  assert.deepEqual([came.sent, came.sealed, came.notSealed], [2, 0, 2]);
  assert.equal(describe(came).at(-1), '2 records not sealed: the log of the seal function says why');
});

test('what others feed the same stack is not counted as ours', async () => {
  const to = stack();
  let others = 0;
  const countSealed = async () => (await to.countSealed()) + others++ * 10;
  const came = await ingest(job(file(json('alice'))), { ...to, countSealed }, screen());
  assert.deepEqual([came.sealed, came.notSealed], [1, 0]);
});

test('killed in the middle, it goes on from there', async () => {
  const lines = many(3000);
  const path = file(...lines);
  const asked = job(path);
  const program = `
    import { screenOn } from '#client/cli/ingest/screen.ts';
    import { ingest } from '#client/cli/ingest/send.ts';
    const put = async (records) => { console.log(records.length); await new Promise((go) => setTimeout(go, 20)); return records.map(() => false); };
    const to = { deployment: 'one', retention: { phone: 12, access: 12 }, put, countSealed: async () => 0 };
    await ingest(${JSON.stringify(asked)}, to, screenOn(process.stderr));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: home });
  let calls = 0;
  for await (const chunk of child.stdout) {
    calls += String(chunk).trim().split('\n').length;
    if (calls >= 3) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');

  const to = stack();
  const came = await ingest(asked, to, screen());
  assert.ok(came.resumedFrom >= 1000 && came.resumedFrom < 3000, `${came.resumedFrom}`);
  assert.ok(500 * calls - came.resumedFrom <= 500, 'at most one batch is sent twice');
  assert.deepEqual(to.got, lines.slice(came.resumedFrom));
});

test('a terminal is shown a bar, anything else a line at every tenth', async () => {
  const written = (isTTY: boolean) => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
    const { note, bar } = screenOn(stream);
    note('Going on.');
    const value = bar('sent', 1000);
    for (let done = 0; done <= 1000; done += 25) value.at(done);
    value.end();
    return String(stream.read());
  };
  const tenths = Array.from({ length: 10 }, (_, i) => `${100 * (i + 1)} of 1000 sent\n`);
  assert.equal(written(false), `Going on.\n${tenths.join('')}`);
  const drawn = written(true);
  assert.ok(drawn.startsWith('Going on.\n') && drawn.endsWith('\n'));
  assert.ok(drawn.includes(' 0 % | 0 of 1000 sent | '));
  assert.ok(drawn.includes(' 25 % | 250 of 1000 sent | '));
  assert.ok(drawn.includes(`${'='.repeat(40)} 100 % | 1000 of 1000 sent | `));
  assert.equal(drawn.split('\n').length, 3, 'one line that is drawn over');
  for (const setting of ['[?7l', '[?25l']) assert.ok(!drawn.includes(setting), 'the terminal stays as it is');
});
