import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '#core/cases/case.ts';
import { formsOf } from '../../invariants/scanner.ts';
import { type MemoryCloud, memoryCloud } from '../../memory/cloud.ts';
import { preservationOrder } from './acts.ts';
import { asked, gateway, inhabited, people } from './gateway.ts';

const { alice, officer } = people;
/** People write the number that they ask for into the reference. */
const number = '+4915112345678';
const reference = `GS-4711/26 re ${number}`;

/** Every text and byte of every table. */
function everythingIn({ store }: MemoryCloud): string {
  const text = (value: unknown): string => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    if (typeof value !== 'object' || value === null) return String(value);
    return Object.entries(value)
      .map(([name, part]) => `${name}\0${text(part)}`)
      .join('\0');
  };
  const tables = ['registry', 'calls', 'cases', 'entries', 'log', 'vault', 'vaultKeys', 'report'] as const;
  return tables.map((table) => store.items(table).map(text).join('\n')).join('\n');
}

test('I1 a number that somebody writes into a reference is in no table, and in every answer', async () => {
  const cloud = await inhabited();
  const { requests, preservations, reviews, call } = gateway(cloud);
  const requested = await requests.submit(await call(officer, { ...asked, reference }));
  const order = { ...preservationOrder, reference };
  const preserved = await preservations.submit(await call(officer, order));
  assert.deepEqual([requested.reference, preserved.reference], [reference, reference]);
  const listed = await reviews.list('AwaitingApproval', { lines: 10 });
  const shown = await reviews.show(await call(alice, undefined, requested.id));
  const followed = await requests.follow(await call(officer, undefined, requested.id));
  const kept = await preservations.follow(await call(officer, undefined, preserved.id));
  for (const seen of [...listed.reviews, shown, followed, kept]) assert.equal(seen.reference, reference);

  const everything = everythingIn(cloud);
  assert.ok(everything.includes(requested.id), 'the search sees what is there');
  for (const value of [reference, number, number.slice(1), 'GS-4711/26']) {
    for (const form of formsOf(value)) assert.ok(!everything.includes(form), value);
  }
});

test('one reference of an agency is one request, whichever function instance looks', async () => {
  const cloud = await inhabited();
  const ask = async (body: typeof asked) => {
    const { requests, call } = gateway(cloud);
    return requests.submit(await call(officer, body));
  };
  const first = await ask({ ...asked, reference });
  assert.equal((await ask({ ...asked, reference })).id, first.id);
  await assert.rejects(ask({ ...asked, reference, categories: ['SubscriberData'] }), {
    code: 'reference-conflict',
  });
  assert.notEqual((await ask({ ...asked, reference: `${reference} ` })).id, first.id);
});

test('a reference opens as its own case’s alone, and not where a byte of it was changed', async () => {
  const { references } = gateway(memoryCloud());
  const [id, other] = ['one', 'other'];
  const sealed = await references.seal('agency-1', reference, id);
  const of: Pick<Case, 'id' | 'agency' | 'reference'> = { id, agency: 'agency-1', reference: sealed };
  assert.equal(await references.open(of), reference);
  const refused = { name: 'KmsRefusal', code: 'not-sealed' };
  await assert.rejects(references.open({ ...of, id: other }), refused);
  await assert.rejects(references.open({ ...of, agency: 'agency-2' }), refused);
  for (let i = 0; i < sealed.sealed.length; i++) {
    const bytes = Uint8Array.from(sealed.sealed, (byte, at) => (at === i ? byte ^ 1 : byte));
    await assert.rejects(references.open({ ...of, reference: { ...sealed, sealed: bytes } }), refused);
  }
  for (const length of [0, 12, 27]) {
    const bytes = sealed.sealed.subarray(0, length);
    await assert.rejects(references.open({ ...of, reference: { ...sealed, sealed: bytes } }), refused);
  }
});

test('a reference’s MAC differs by agency, and its sealed text each time', async () => {
  const { references } = gateway(memoryCloud());
  const [one, again, other] = [
    await references.seal('agency-1', reference, 'one'),
    await references.seal('agency-1', reference, 'one'),
    await references.seal('agency-2', reference, 'one'),
  ];
  assert.equal(one.tag, again.tag);
  assert.notEqual(one.tag, other.tag);
  assert.notDeepEqual(one.sealed, again.sealed);
});
