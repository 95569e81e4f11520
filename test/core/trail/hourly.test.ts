import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Case } from '#core/cases/case.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { outbox } from '#core/state/outbox.ts';
import { readPublishedLog } from '#core/state/published-log.ts';
import { StoreConflict } from '#core/store/store.ts';
import type { KmsCall } from '#core/trail/cloudtrail.ts';
import { lookAt, lookByTheClock, type ReconciliationPorts, type TrailPart } from '#core/trail/hourly.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { memoryChance, memoryClock } from '../../memory/outside.ts';
import { commitAt, received } from '../cases/cases.ts';
import { instanceOf, newLog, type OwnLog, streamOf } from '../sequencer/own-log.ts';

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/vault';
const roles = {
  collect: 'arn:aws:iam::111122223333:role/collect',
  preserve: 'arn:aws:iam::111122223333:role/preserve',
};

/** A case that may open one person's log-ins of November. */
const approvedCase: Case = {
  ...commitAt(received()),
  subjects: [[{ subject: 'somebody' }]],
  scope: {
    subjects: [0],
    categories: ['TrafficData'],
    period: { from: '2026-11-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  },
};

const decrypt = (time: string, subject = 'somebody'): KmsCall => ({
  time,
  operation: 'Decrypt',
  by: roles.collect,
  keys: [arn],
  context: { subject, kind: 'access', epoch: '2026-11' },
  failed: false,
});
const part = (delivered: string, ...calls: KmsCall[]): TrailPart => ({ delivered, calls, malformed: [] });

/** One collection, at ten past ten, of one epoch key. */
async function logOfOneCollection(): Promise<OwnLog> {
  const log = newLog();
  const commitment = 'A'.repeat(43);
  const page = { collection: 1, page: 1 };
  const acts: [at: string, body: EntryBody][] = [
    [
      '10:10:00',
      { kind: 'collection.intended', data: { ...page, scope: commitment, recipient: commitment } },
    ],
    [
      '10:10:05',
      {
        kind: 'collection.completed',
        data: { ...page, more: false, records: 3, drawers: 1, package: commitment },
      },
    ],
  ];
  const items = streamOf(
    `case/${approvedCase.id}`,
    acts.map(([at, body]) => ({ at: `2026-11-24T${at}.000Z`, body })),
  );
  await instanceOf(log).deliver(items);
  return log;
}

interface Deployment extends ReconciliationPorts {
  own: OwnLog;
  /** What CloudTrail has delivered. */
  parts: TrailPart[];
  /** Streams that were recorded. */
  recorded: { stream: string; data: EntryBody['data'] }[];
}

function deployment(own: OwnLog, at: string): Deployment {
  const parts: TrailPart[] = [];
  const recorded: Deployment['recorded'] = [];
  return {
    own,
    parts,
    recorded,
    trail: {
      async *read({ from, to }) {
        for (const part of parts)
          if (Date.parse(part.delivered) > Date.parse(from) - 60_000 && part.delivered <= to) yield part;
      },
      everDelivered: async () => parts.length > 0,
    },
    log: () => readPublishedLog(own),
    vaultKeys: async () => [{ arn }],
    getCase: async (id) => (id === approvedCase.id ? approvedCase : undefined),
    committed: outbox(own.store).get,
    async record(stream, body) {
      const [item = {}] = streamOf(stream, [{ at, body }]);
      try {
        await own.store.write({ table: 'entries', put: item, when: { test: 'absent', at: 'n' } });
      } catch (error) {
        if (error instanceof StoreConflict) return false;
        throw error;
      }
      recorded.push({ stream, data: body.data });
      return true;
    },
    roles,
    clock: memoryClock(at),
    chance: memoryChance(),
    watch: own.watch,
  };
}

const hour = '2026-11-24T10';
/** When the clock brings the reconciliation to that hour first, and when once more. */
const [firstLook, secondLook] = ['2026-11-24T12:20:00.000Z', '2026-11-24T18:20:00.000Z'];

describe('CloudTrail against the log, hour by hour', () => {
  test('a collection that KMS opened is recorded once, and raises no alarm', async () => {
    const ports = deployment(await logOfOneCollection(), firstLook);
    ports.parts.push(part('2026-11-24T10:15:00.000Z', decrypt('2026-11-24T10:10:02.000Z')));
    const counts = { hour, decrypts: 1, collections: 1, surplus: 0, missing: 0 };
    for (let i = 0; i < 2; i++) {
      const [look] = await lookByTheClock(ports);
      assert.deepEqual(look, {
        ...counts,
        attempts: 0,
        rewraps: 0,
        silent: false,
        findings: [],
        entry: `reconciliation/${hour}`,
      });
    }
    assert.deepEqual(ports.recorded, [{ stream: `reconciliation/${hour}`, data: counts }]);
    assert.equal(ports.own.watch.counts.get('DecryptsDiffer'), undefined);
  });

  test('what nobody announced, and what KMS did not open, is recorded and raises an alarm once', async () => {
    const ports = deployment(await logOfOneCollection(), firstLook);
    // Of another person than the case's.
    ports.parts.push(part('2026-11-24T10:15:00.000Z', decrypt('2026-11-24T10:10:02.000Z', 'another')));
    for (let i = 0; i < 2; i++) {
      const [look] = await lookByTheClock(ports);
      assert.deepEqual([look?.surplus, look?.missing], [1, 1]);
      assert.deepEqual(
        look?.findings.map(({ why }) => why),
        ['other-drawer', 'not-decrypted'],
      );
    }
    assert.equal(ports.own.watch.counts.get('DecryptsDiffer'), 2);
    assert.deepEqual(
      ports.own.watch.lines.map(({ facts }) => facts),
      [{ hour, silent: false, why: { 'other-drawer': 1, 'not-decrypted': 1 } }],
    );
  });

  test('a later look at an hour is an entry of its own, if it sees something else', async () => {
    const log = await logOfOneCollection();
    const first = deployment(log, firstLook);
    first.parts.push(part('2026-11-24T11:15:00.000Z'));
    await lookByTheClock(first);
    const later = deployment(log, secondLook);
    later.parts.push(...first.parts, part('2026-11-24T17:00:00.000Z', decrypt('2026-11-24T10:10:02.000Z')));
    const [, look] = await lookByTheClock(later);
    assert.deepEqual([look?.hour, look?.missing], [hour, 0]);
    assert.deepEqual(
      [...first.recorded, ...later.recorded].map(({ stream }) => stream),
      [`reconciliation/${hour}`, `reconciliation/${hour}/2026-11-24T18`],
    );
  });

  test('a later look that sees the same leaves no entry', async () => {
    const log = await logOfOneCollection();
    for (const [at, streams] of [
      [firstLook, [`reconciliation/${hour}`]],
      [secondLook, []],
    ] as const) {
      const ports = deployment(log, at);
      ports.parts.push(part('2026-11-24T10:15:00.000Z', decrypt('2026-11-24T10:10:02.000Z')));
      ports.parts.push(part('2026-11-24T17:00:00.000Z'));
      await lookByTheClock(ports);
      assert.deepEqual(
        ports.recorded.map(({ stream }) => stream),
        streams,
      );
    }
  });

  test('an hour of nothing leaves no entry by the clock, and by hand neither', async () => {
    const ports = deployment(newLog(), firstLook);
    assert.deepEqual(
      (await lookByTheClock(ports)).map(({ entry, silent }) => [entry, silent]),
      [
        [undefined, false],
        [undefined, false],
      ],
    );
    assert.equal((await lookAt(ports, hour)).entry, undefined);
    assert.deepEqual(ports.recorded, []);
  });

  test('a trail that delivers nothing any more is a finding', async () => {
    const ports = deployment(newLog(), firstLook);
    ports.parts.push(part('2026-11-20T10:15:00.000Z'));
    const look = await lookAt(ports, hour);
    assert.deepEqual([look.silent, look.missing], [true, 1]);
    assert.match(look.entry ?? '', new RegExp(`^reconciliation/${hour}/`));
    assert.equal(ports.own.watch.counts.get('DecryptsDiffer'), 1);
  });

  test('by hand, files are looked for until a day after, or until it is said', async () => {
    const ports = deployment(await logOfOneCollection(), firstLook);
    ports.parts.push(
      part('2026-11-24T11:15:00.000Z'),
      part('2026-11-26T10:00:00.000Z', decrypt('2026-11-24T10:10:02.000Z')),
    );
    const span = { from: '2026-11-24T10:09:00.000Z', to: '2026-11-24T10:11:00.000Z' };
    assert.equal((await lookAt(ports, span)).missing, 1);
    assert.equal((await lookAt(ports, span, '2026-11-27T00:00:00.000Z')).missing, 0);
    assert.equal(
      (await lookAt(ports, { ...span, from: span.to, to: '2026-11-24T10:12:00.000Z' })).collections,
      0,
    );
    assert.equal(ports.recorded.length, 2);
  });

  test('a case that the log knows and the table does not may open nothing', async () => {
    const ports = deployment(await logOfOneCollection(), firstLook);
    ports.parts.push(part('2026-11-24T10:15:00.000Z', decrypt('2026-11-24T10:10:02.000Z')));
    const look = await lookAt({ ...ports, getCase: async () => undefined }, hour);
    assert.deepEqual([look.surplus, look.missing], [1, 1]);
  });

  test('what cannot be read belongs to the hour in which it came', async () => {
    const ports = deployment(newLog(), firstLook);
    ports.parts.push({
      delivered: '2026-11-24T10:30:00.000Z',
      calls: [],
      malformed: [{}, { time: '2026-11-24T09:00:00.000Z' }],
    });
    const look = await lookAt(ports, hour);
    assert.deepEqual(look.findings, [{ time: '2026-11-24T10:30:00.000Z', why: 'malformed' }]);
  });

  test('calls on keys that are none of the vault’s are nobody’s business', async () => {
    const ports = deployment(newLog(), firstLook);
    ports.parts.push(
      part('2026-11-24T10:30:00.000Z', { ...decrypt('2026-11-24T10:10:02.000Z'), keys: ['another'] }),
    );
    assert.deepEqual((await lookAt(ports, hour)).findings, []);
  });

  test('whatever happens at any call, each hour has one entry, the same as undisturbed, and its alarm', async () => {
    const log = await logOfOneCollection();
    const run = async (plan: ReturnType<typeof faults>, before?: Deployment) => {
      const own = before?.own ?? { ...newLog(), files: log.files };
      const ports = before ?? deployment(own, firstLook);
      if (before === undefined)
        ports.parts.push(part('2026-11-24T10:15:00.000Z', decrypt('2026-11-24T10:10:02.000Z', 'another')));
      const { log: read, vaultKeys, getCase, committed, record } = ports;
      const port = plan.over('ports', { read, vaultKeys, getCase, committed, record });
      const trail = plan.over('trail', ports.trail);
      const disturbed = {
        ...ports,
        trail,
        ...port,
        log: port.read,
        vaultKeys: port.vaultKeys,
        getCase: port.getCase,
        committed: port.committed,
        record: port.record,
      };
      await lookByTheClock(disturbed).catch((error: unknown) => assert.ok(isPlanned(error)));
      return ports;
    };
    const counted = faults();
    const undisturbed = (await run(counted)).recorded;
    assert.equal(undisturbed.length, 1);
    assert.ok(counted.calls.length >= 10);
    for (const each of everyFault(counted.calls.length)) {
      const ports = await run(faults(each));
      await run(faults(), ports);
      assert.deepEqual(ports.recorded, undisturbed, `${each.at} ${each.fault}`);
      assert.ok(
        (ports.own.watch.counts.get('DecryptsDiffer') ?? 0) >= 2,
        `${each.at} ${each.fault}: no alarm`,
      );
    }
  });
});
