import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from '#core/canonical.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { callState, type Refusal, refusalsAnHour } from '#core/state/calls.ts';
import { faults } from '../../memory/faults.ts';
import { memoryChance, memoryClock } from '../../memory/outside.ts';
import { memoryStore } from '../../memory/store.ts';
import { holder } from '../registry/registry.ts';

const at = '2026-11-20T09:10:00.000Z';
const later = '2026-11-20T10:00:00.000Z';
const officer = holder('officer-1', 'agency', 'agency-1').key;
const reviewer = holder('reviewer-1', 'reviewer').key;

function world() {
  const store = memoryStore();
  const counted = faults();
  const ports = { clock: memoryClock(at), chance: memoryChance() };
  const calls = callState({ ...ports, store: counted.over('store', store) });
  const entries = (): Entry[] =>
    store.items('entries').map((item) => entrySchema.parse(JSON.parse(String(item.entry))));
  return { calls, entries, counted };
}

const refused = (key: Refusal['key'], proven?: string, code = 'key-role', when = at): Refusal => ({
  code,
  at: when,
  key,
  proven,
});

test('I8 a thousand refused calls of one known key are a few entries, and one total an hour', async () => {
  const { calls, entries } = world();
  for (let i = 0; i < 1000; i++) await calls.traceRefusal(refused(officer, `nonce ${i}`));
  await calls.reportStrangers(later);
  await calls.reportStrangers(later);
  const data = entries().map(({ kind, data }) => ({ kind, data }));
  const one = { role: 'agency', agency: 'agency-1', code: 'key-role', proven: true };
  const rest = { 'key-role': 1000 - refusalsAnHour };
  assert.deepEqual(data, [
    ...Array.from({ length: refusalsAnHour }, () => ({ kind: 'request.refused', data: one })),
    {
      kind: 'strangers.refused',
      data: { hour: '2026-11-20T09', role: 'agency', agency: 'agency-1', counts: rest },
    },
  ]);
});

test('I8 a message that is sent again and again is one entry, and leaves the others their place', async () => {
  const { calls, entries } = world();
  for (let i = 0; i < 50; i++) await calls.traceRefusal(refused(officer, 'the same nonce'));
  await calls.traceRefusal(refused(officer, 'another'));
  assert.equal(entries().length, 2);
});

test('I8 each key, each code and each hour has entries of its own', async () => {
  const { calls, entries } = world();
  for (let i = 0; i < 20; i++) {
    await calls.traceRefusal(refused(officer, `a ${i}`));
    await calls.traceRefusal(refused(reviewer, `b ${i}`));
    await calls.traceRefusal(refused(officer, `c ${i}`, 'key-cooling'));
    await calls.traceRefusal(refused(officer, `d ${i}`, 'key-role', later));
  }
  assert.equal(entries().length, 4 * refusalsAnHour);
});

test('I8 whoever merely names a key adds no entry but the hour’s total of its side', async () => {
  const { calls, entries } = world();
  for (let i = 0; i < 100; i++) {
    await calls.traceRefusal(refused(officer, undefined, 'signature-invalid'));
    await calls.traceRefusal(refused(reviewer, undefined, 'signature-invalid'));
    await calls.traceRefusal(refused(undefined, undefined, 'signature-key-unknown'));
  }
  assert.deepEqual(entries(), []);
  await calls.reportStrangers(later);
  const hour = '2026-11-20T09';
  const expected = [
    { hour, counts: { 'signature-key-unknown': 100 } },
    { hour, role: 'agency', agency: 'agency-1', counts: { 'signature-invalid': 100 } },
    { hour, role: 'reviewer', counts: { 'signature-invalid': 100 } },
  ];
  assert.deepEqual(
    entries()
      .map(({ data }) => canonicalJson(data))
      .sort(),
    expected.map(canonicalJson).sort(),
  );
});

test('I8 naming an enrolled key costs the very calls that naming an unknown one does', async () => {
  const costs = await Promise.all(
    [officer, reviewer, undefined].map(async (key) => {
      const { calls, counted } = world();
      for (let i = 0; i < 3; i++) await calls.traceRefusal(refused(key));
      return counted.calls;
    }),
  );
  assert.deepEqual(costs[0], ['store.write', 'store.write', 'store.write']);
  for (const cost of costs) assert.deepEqual(cost, costs[0]);
});
