import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandError } from '#client/cli/errors.ts';
import { fileOptionsOf, type ReadingFlags } from '#client/cli/ingest/options.ts';
import { describe, ingest } from '#client/cli/ingest/send.ts';

/** Files of other people's formats, as `writ ingest` takes them: what is sent, what a person reads, what is refused. */
const folder = mkdtempSync(join(tmpdir(), 'writ-formats-'));
after(() => rmSync(folder, { recursive: true }));

const now = '2026-11-29T12:00:00.000Z';
let made = 0;

async function send(text: string | Uint8Array, flags: ReadingFlags = {}) {
  const file = join(folder, `file-${made++}`);
  writeFileSync(file, text);
  const got: string[] = [];
  const job = { ...fileOptionsOf(flags, now), file, journalDir: join(folder, `journal-${made}`) };
  const to = {
    deployment: 'one',
    retention: { phone: 12, access: 12 },
    put: async (records: { Data: Uint8Array }[]) => {
      got.push(...records.map(({ Data }) => new TextDecoder().decode(Data)));
      return records.map(() => false);
    },
  };
  const came = await ingest(job, to, { note: () => {}, bar: () => ({ at: () => {}, end: () => {} }) });
  return { got, said: describe(came).join('\n').replaceAll(file, 'FILE'), came };
}

async function refused(text: string, flags: ReadingFlags = {}): Promise<string> {
  try {
    await send(text, flags);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `${error.message.replaceAll(/\S*file-\d+/g, 'FILE')} | ${error.next}`;
  }
  assert.fail('it was taken');
}

const alice = '{"account":"alice","at":"2026-11-20T09:00:00Z","ip":"192.0.2.1","port":40001}';
const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const own = { user: { id: 'alice' }, ts: 1_795_165_200_000, client: { address: '192.0.2.1', port: 40_001 } };
const map = 'account=.user.id,at=.ts,ip=.client.address,port=.client.port';

test('each format is found by its first line, sent, and said', async () => {
  const ocsf = {
    class_uid: 3002,
    activity_id: 1,
    status_id: 1,
    time: 1_795_165_200_000,
    metadata: {},
    user: { uid: 'alice' },
    src_endpoint: { ip: '192.0.2.1', port: 40_001 },
  };
  const ecs = {
    '@timestamp': '2026-11-20T09:00:00Z',
    'event.category': ['authentication'],
    'event.type': ['start'],
    'event.outcome': 'success',
    'user.id': 'alice',
    'source.ip': '192.0.2.1',
    'source.port': 40_001,
  };
  const cases = [
    [
      lines(ocsf, { ...ocsf, status_id: 2 }),
      /^1 event in 2 lines, read as OCSF events, one a line\n1 failed try/,
    ],
    [
      lines({ ...ecs, 'event.outcome': 'failure' }, ecs),
      /^1 event in 2 lines, read as ECS events, one a line\n/,
    ],
    [
      'account,at,ip,port\r\nalice,2026-11-20T09:00:00Z,192.0.2.1,40001\r\n',
      /^1 event in 2 lines, read as CSV with a header\n1 line of column names/,
    ],
    [
      '\ufeffaccount;at;ip;port\r\nalice;2026-11-20T09:00:00Z;192.0.2.1;40001\r\n',
      /^1 event in 2 lines, read as CSV with a header\n/,
    ],
  ] as const;
  for (const [text, said] of cases) {
    const sent = await send(text);
    assert.deepEqual(sent.got, [alice]);
    assert.match(sent.said, said);
  }
});

test('a CSV file in UTF-16, as Excel saves Unicode text, is read', async () => {
  const text = 'account\tat\tip\tport\r\nalice\t2026-11-20T09:00:00Z\t192.0.2.1\t40001\r\n';
  assert.deepEqual((await send(Buffer.from(`\ufeff${text}`, 'utf16le'))).got, [alice]);
});

test('a file of any shape is read by its map, and what was taken for granted is said and kept', async () => {
  const { got, said, came } = await send(lines(own, { ...own, ok: false }), { map });
  assert.deepEqual(got, [alice, alice]);
  assert.match(said, /each line taken for a log-in that succeeded/);
  assert.match(said, /2 times taken as milliseconds since 1970: in-milliseconds \(line 1, 2\)/);
  assert.deepEqual(came.read.map, {
    account: '.user.id',
    at: '.ts',
    ip: '.client.address',
    port: '.client.port',
  });
  const chosen = await send(lines({ ...own, ok: true }, { ...own, ok: false }), { map, only: '.ok=true' });
  assert.deepEqual(chosen.got, [alice]);
  assert.doesNotMatch(chosen.said, /taken for a log-in/);
});

test('what cannot be read says where, why and what to do, and nothing that it holds', async () => {
  assert.equal(
    await refused('account,at,ip,port,note\nalice,…,…,…,secret\n'),
    'FILE:1, column 5: column-unknown: its columns are not those of events; nothing of this file was sent | ' +
      'name them account, at, ip, port, phone, username, or say which is which: ' +
      '--map account=.user_id,at=.time,ip=.ip,port=.port',
  );
  assert.match(
    await refused('account,at,ip,port\nal"ice,2026\n'),
    /^FILE:2: quotes-invalid: .* \| write the file anew/,
  );
  assert.match(
    await refused(lines({ ...own, ts: '2026-11-20T10:00:00' }), { map }),
    /^FILE:1: zone-needed: .*--zone/,
  );
  assert.match(
    await refused(lines({ ...own, user: {} }), { map }),
    /^FILE:1: account-missing; .*--map account=/,
  );
  assert.match(
    await refused(lines({ ...own, client: { address: '192.0.2.1' } }), { map }),
    /^FILE:1: port-missing; /,
  );
  assert.match(await refused(lines({ ...own, client: {} }), { map }), /^FILE: nothing-understood: /);
  assert.match(
    await refused(
      '{"account":"frank","account":"grace","at":"2026-11-20T09:00:00Z","ip":"192.0.2.77","port":40077}\n',
    ),
    /^FILE:1: name-twice; nothing of this file was sent/,
  );
  assert.match(
    await refused(lines({ ...own, user: { id: 'al\ufffdce' } }), { map }),
    /^FILE:1: encoding-invalid/,
  );
  assert.match(
    await refused(lines(own)),
    /^FILE:1: field-unknown; .* JSON of another shape is read by --map/,
  );
  // Elsewhere in a line of many things it harms nobody.
  assert.deepEqual((await send(lines({ ...own, agent: '\ufffd' }), { map })).got, [alice]);
});

test('an option that is wrong says where, before any file is read', () => {
  const says = (flags: ReadingFlags) => {
    try {
      fileOptionsOf(flags, now);
    } catch (error) {
      return error instanceof CommandError ? error.message : error;
    }
    return undefined;
  };
  assert.equal(
    says({ map: 'account=.a,when=.b' }),
    '--map, from character 12 on, names a field that events do not have; they have account, at, ip, port, phone, username',
  );
  assert.equal(
    says({ map: 'account=a' }),
    '--map, from character 9 on, is not written as fields and paths are',
  );
  assert.equal(
    says({ map, only: '.a' }),
    '--only, from character 3 on, is not written as fields and paths are',
  );
  assert.equal(says({ only: '.a=b' }), '--map says where the fields are');
  assert.equal(says({ format: 'mapped' }), '--map says where the fields are');
  assert.equal(says({ format: 'sshd', map }), '--map takes no --format beside it');
});

test('a map that lacks a field is refused where the format has none of its own', async () => {
  const { user: _, ...rest } = own;
  await assert.rejects(send(lines(rest), { map: 'account=.user.name' }), {
    code: 'usage',
    message: '--map lacks account, at, or one of ip with port, phone and username',
  });
});
