import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNotice, openNotice } from '#client/notice/open.ts';
import { mostLetters } from '#core/cases/notice.ts';
import { codeOf, parseCode, partsOfCode } from '#core/cases/notice-code.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import type { MemoryCloud } from '../../memory/cloud.ts';
import { code } from '../cases/cases.ts';
import { notified } from './acts.ts';
import { type Gateway, gateway, inhabited } from './gateway.ts';

async function told(): Promise<{ cloud: MemoryCloud; calls: Gateway; id: string }> {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  return { cloud, calls, id: await notified(calls) };
}

const entriesOf = (cloud: MemoryCloud, id: string): Entry[] =>
  cloud.store
    .items('entries')
    .filter(({ stream }) => stream === `case/${id}`)
    .map(({ entry }) => entrySchema.parse(JSON.parse(String(entry))))
    .sort((a, b) => a.n - b.n);

const read = (typed: string) => parseCode(typed) ?? assert.fail();

test('the code in a letter opens what left, and the log commits to just that', async () => {
  const { cloud, calls, id } = await told();
  const { subjects } = await calls.address(id);
  const [one] = subjects;
  assert.ok(one);
  const parts = partsOfCode(one.code);
  const sealed = await calls.notices.get(parts.tag);
  assert.ok(sealed);
  const file = await openNotice(read(one.code.toLowerCase()), sealed);
  assert.deepEqual(file, one.file);
  assert.deepEqual(
    [file?.disclosed.records, file?.agency.name, file?.provider],
    [1, 'An agency', 'A provider'],
  );
  const entries = entriesOf(cloud, id);
  assert.deepEqual(checkNotice(parts, one.file, entries), { committedBy: entries.at(-1)?.n, differs: [] });
});

test('what is changed of it does not open, and what the log does not say is told', async () => {
  const { cloud, calls, id } = await told();
  const [one] = (await calls.address(id)).subjects;
  assert.ok(one);
  const parts = partsOfCode(one.code);
  const sealed = (await calls.notices.get(parts.tag)) ?? assert.fail();
  for (const at of [0, 11, 12, 40, sealed.length - 1])
    assert.equal(
      await openNotice(
        one.code,
        sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      ),
      undefined,
    );
  assert.equal(await openNotice(one.code, new Uint8Array()), undefined);
  assert.equal(await openNotice(codeOf(new Uint8Array(26)), sealed), undefined);

  const entries = entriesOf(cloud, id);
  const other = { ...one.file, agency: { id: 'agency-2', name: 'Another' } };
  assert.deepEqual(checkNotice(parts, other, entries), { committedBy: undefined, differs: ['agency'] });
  const many = { ...one.file, disclosed: { ...one.file.disclosed, records: 2 } };
  assert.deepEqual(checkNotice(parts, many, entries), { committedBy: undefined, differs: ['records'] });
  assert.equal(
    checkNotice(partsOfCode(codeOf(new Uint8Array(26))), one.file, entries).committedBy,
    undefined,
  );
});

test('I1, I7: what lies for a code names nobody in the clear, and no case; entries hold commitments alone', async () => {
  const { cloud, calls, id } = await told();
  const [one] = (await calls.address(id)).subjects;
  assert.ok(one);
  const items = cloud.store.items('notices');
  assert.equal(items.length, 1);
  const stored = JSON.stringify(
    items.map(({ sealed, ...item }) => [item, Buffer.from(sealed as Uint8Array)]),
  );
  const file = JSON.stringify(one.file);
  for (const secret of ['somebody', 'pseudonym', 'reviewer-1', 'officer-1']) {
    assert.ok(!stored.includes(secret));
    assert.ok(!file.includes(secret), `the file names ${secret}`);
  }
  assert.ok(!stored.includes(id));
  const told1 = JSON.stringify(entriesOf(cloud, id));
  const { tag } = partsOfCode(one.code);
  for (const part of [one.code, one.code.replaceAll('-', ''), tag, one.code.slice(0, 9)])
    assert.ok(!told1.includes(part), 'a part of the code is in the log');
});

test('the same letter is given again as often as it is asked for; a new one takes the place of one that was lost', async () => {
  const { cloud, calls, id } = await told();
  const [first] = (await calls.address(id)).subjects;
  const [again] = (await calls.address(id)).subjects;
  assert.equal(again?.code, first?.code);
  const [anew] = (await calls.address(id, true)).subjects;
  assert.ok(first && anew && anew.code !== first.code);
  assert.equal(await calls.notices.get(partsOfCode(first.code).tag), undefined);
  const sealed = await calls.notices.get(partsOfCode(anew.code).tag);
  assert.deepEqual(await openNotice(anew.code, sealed ?? assert.fail()), anew.file);
  assert.equal(cloud.store.items('notices').length, 1);
  for (let letter = 3; letter <= mostLetters; letter++) await calls.address(id, true);
  await assert.rejects(calls.address(id, true), code('limit-exceeded'));
});

test('no code is given before the person is notified', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const id = await notified(calls);
  await calls.cases.change(id, (current) => ({
    next: { ...current, notice: { ...current.notice, told: 0 } },
    entry: { kind: 'notice.overdue', data: {} },
  }));
  await assert.rejects(calls.address(id), code('case-not-approved'));
  assert.deepEqual(cloud.store.items('notices'), []);
});

test('I10: what the codes open is forgotten with the case', async () => {
  const { cloud, calls, id } = await told();
  const [one] = (await calls.address(id)).subjects;
  await calls.address(id, true);
  await calls.cases.change(id, (current) => ({
    next: { ...current, status: 'Expired', grants: [] },
    entry: { kind: 'case.expired', data: { status: 'Expired' } },
  }));
  await calls.forgetCase(id, '2029-01-01T00:00:00.000Z');
  assert.equal(await calls.cases.get(id), undefined);
  assert.deepEqual(cloud.store.items('notices'), []);
  assert.equal(await calls.notices.get(partsOfCode(one?.code ?? assert.fail()).tag), undefined);
});
