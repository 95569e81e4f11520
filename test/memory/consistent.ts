import assert from 'node:assert/strict';
import { z } from 'zod';
import { caseSchema } from '#core/cases/case.ts';
import { type Entry, entryHash, entrySchema, type StreamHead, streamHead } from '#core/log/entry.ts';
import { letterKeysOf } from '#core/state/letters.ts';
import { messageKeysOf } from '#core/state/messages.ts';
import { notificationItem } from '#core/state/notifications.ts';
import { outboxItem, placeName } from '#core/state/outbox.ts';
import { agencyStream, deskStream, foundingStream, keyStream } from '#core/state/registry-changes.ts';
import type { Item } from '#core/store/store.ts';
import type { MemoryStore } from './store.ts';

/**
 * I6 over everything that is stored: each stream is numbered from 1 without a gap, chained, and never goes back in time;
 * what has a stream stands where its stream does; and there is no entry of a thing that is not there.
 *
 * @returns the entries of each stream
 */
export function consistent(store: MemoryStore): Map<string, Entry[]> {
  const streams = streamsOf(store);
  for (const [stream, entries] of streams) checkChain(stream, entries);
  const heads = headsOf(store);
  for (const [stream, head] of heads) {
    const last = streams.get(stream)?.at(-1);
    assert.deepEqual(head, last && { n: last.n, hash: entryHash(last) }, `${stream} stands where it says`);
  }
  for (const [stream, entries] of streams) {
    const belongs = heads.has(stream) || isAlone(stream, entries) || isForgotten(entries);
    assert.ok(belongs, `nothing stands behind the entries of ${stream}`);
  }
  checkReferences(store);
  checkMessages(store);
  checkNotifications(store);
  checkMembers(store);
  return streams;
}

/** The kinds of entries that a store has and another has not, in their order by name. */
export function newKinds(before: MemoryStore, after: MemoryStore): string[] {
  const known = new Set(before.items('entries').map(placeOf));
  return after
    .items('entries')
    .filter((item) => !known.has(placeOf(item)))
    .map(({ kind }) => z.string().parse(kind))
    .sort();
}

/**
 * What cases, preservations and the registry have come to, without what differs between two runs of the same acts: ids,
 * salts, what is sealed.
 */
export function shapes(store: MemoryStore): string[] {
  return [...store.items('cases'), ...store.items('registry')]
    .map(({ pk, status, version, entries, listed, awake, revokedAt, suspendedBy, ...item }) => {
      const counts = ['decisions', 'members', 'policies', 'encryptionKeys', 'grants'].map((name) =>
        Array.isArray(item[name]) ? item[name].length : 0,
      );
      const { n } = streamHead.safeParse(entries).data ?? { n: 0 };
      const isSet = [revokedAt, suspendedBy, item.keptUntil, item.case].map((value) => value !== undefined);
      const what = z.string().parse(pk).split('#')[0];
      return JSON.stringify([what, status, version, n, listed, awake, isSet, counts]);
    })
    .sort();
}

const placeOf = (item: Item) => placeName(outboxItem.parse(item));

function streamsOf(store: MemoryStore): Map<string, Entry[]> {
  const streams = new Map<string, Entry[]>();
  const items = new Map(store.items('entries').map((item) => [placeOf(item), outboxItem.parse(item)]));
  for (const item of items.values()) {
    const entry = entrySchema.parse(JSON.parse(item.entry));
    assert.deepEqual([entry.stream, entry.n], [item.stream, item.n]);
    streams.set(entry.stream, [...(streams.get(entry.stream) ?? []), entry]);
    // Entries of one transaction name each other.
    for (const place of item.together ?? [])
      assert.deepEqual(items.get(placeName(place))?.together, item.together, placeName(place));
  }
  return streams;
}

function checkChain(stream: string, entries: readonly Entry[]): void {
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1];
    assert.equal(entry.n, i + 1, `${stream} has no gap`);
    assert.equal(entry.previous, before && entryHash(before), `${stream} is chained`);
    assert.ok(before === undefined || before.at <= entry.at, `${stream} does not go back in time`);
  }
}

const versioned = z.looseObject({ id: z.string(), version: z.int(), entries: streamHead });
const keyed = z.looseObject({ keyId: z.string(), salt: z.custom<Uint8Array>(), entries: streamHead });

/** Where everything that has a stream says that it stands. */
function headsOf(store: MemoryStore): Map<string, StreamHead> {
  const heads = new Map<string, StreamHead>();
  for (const item of [...store.items('cases'), ...store.items('registry')]) {
    const [what, name = ''] = z.string().parse(item.pk).split('#');
    if (what === 'case' || what === 'preservation' || what === 'change') {
      const { id, version, entries } = versioned.parse(item);
      assert.equal(version, entries.n, `${what} ${id} has an entry an act`);
      heads.set(`${what}/${id}`, entries);
    } else if (what === 'key') {
      heads.set(keyStream(keyed.parse(item)), keyed.parse(item).entries);
    } else if (what === 'emergencies') heads.set(`emergencies/${name}`, streamHead.parse(item.entries));
    else if (what === 'deployment') heads.set('deployment', streamHead.parse(item.entries));
    else if (what === 'agency') heads.set(agencyStream(name), streamHead.parse(item.entries));
    else if (what === 'desk') {
      heads.set(foundingStream, streamHead.parse(item.foundings));
      heads.set(deskStream, streamHead.parse(item.entries));
    }
  }
  return heads;
}

/** What was forgotten left its entries, and nothing else. */
function isForgotten(entries: readonly Entry[]): boolean {
  return ['case.forgotten', 'preservation.forgotten'].includes(entries.at(-1)?.kind ?? '');
}

/** Entries that stand alone belong to nothing that is stored. */
function isAlone(stream: string, entries: readonly Entry[]): boolean {
  return entries.length === 1 && /^(refusal|strangers|decoy|sweep|vault-policy|erasure)\//.test(stream);
}

/** A party's members are the unrevoked keys of its side: whoever enrols or revokes one changes both. */
function checkMembers(store: MemoryStore): void {
  const items = store.items('registry');
  const keys = items.filter(({ pk, revokedAt }) => String(pk).startsWith('key#') && revokedAt === undefined);
  const membersOf = (item: Item) => z.array(z.object({ keyId: z.string() })).parse(item.members);
  for (const item of items.filter(({ pk }) => pk === 'desk' || String(pk).startsWith('agency#'))) {
    const own = keys.filter(({ agency }) => agency === item.id);
    assert.deepEqual(
      membersOf(item)
        .map(({ keyId }) => keyId)
        .sort(),
      own.map(({ keyId }) => String(keyId)).sort(),
      `the members of ${item.pk}`,
    );
  }
}

/** What people wrote about a case is there as often as the case says, and is nobody else's. */
function checkMessages(store: MemoryStore): void {
  const items = store.items('cases').map(({ pk, ...item }) => ({ ...item, pk: String(pk) }));
  const written = items.map(({ pk }) => pk).filter((pk) => /^(note|question|answer|letters)#/.test(pk));
  const counted = items
    .filter(({ pk }) => pk.startsWith('case#'))
    .flatMap((item) => {
      const its = counting.parse(item);
      return [...messageKeysOf(its), ...letterKeysOf(its)].map(({ pk }) => pk);
    });
  assert.deepEqual(written.sort(), counted.sort());
}

const counting = z.object(caseSchema.pick({ id: true, messages: true, letters: true }).shape);

/** A case that an authority is notified of has a notification beside it, which says what the case says, and no other has. */
function checkNotifications(store: MemoryStore): void {
  const items = store.items('cases').map((item) => ({ ...item, pk: String(item.pk) }));
  const kept = items
    .filter(({ pk }) => pk.startsWith('notification#'))
    .map(({ pk, ...item }) => {
      const { agency, until, status, answer } = z.object(notificationItem.shape).parse({ pk, ...item });
      assert.equal(status === 'Pending', answer === undefined);
      return { pk, authority: agency, until, status };
    });
  const told = items.flatMap((item) => {
    if (!item.pk.startsWith('case#')) return [];
    const { id, notified } = notifying.parse(item);
    if (notified === undefined) return [];
    const { authority, until, answer } = notified;
    const status = { consent: 'Consented', object: 'Objected', none: 'Pending' }[answer?.decision ?? 'none'];
    return [{ pk: `notification#${id}`, authority, until, status }];
  });
  const byKey = (a: { pk: string }, b: { pk: string }) => (a.pk < b.pk ? -1 : 1);
  assert.deepEqual(kept.sort(byKey), told.sort(byKey));
}

const notifying = z.object(caseSchema.pick({ id: true, notified: true }).shape);

/** A reference stands for something, and everything has one. */
function checkReferences(store: MemoryStore): void {
  const items = store.items('cases');
  const of = (prefix: string) => items.filter(({ pk }) => String(pk).startsWith(prefix));
  const named = (prefix: string, by: (item: Item) => unknown) =>
    of(prefix)
      .map((item) => String(by(item)))
      .sort();
  assert.deepEqual(
    named('reference#', (item) => `case#${item.case}`),
    named('case#', ({ pk }) => pk),
  );
  assert.deepEqual(
    named('preservation-reference#', (item) => `preservation#${item.preservation}`),
    // What a request preserves by itself is found by no reference.
    of('preservation#')
      .filter(({ ofRequest }) => ofRequest !== true)
      .map(({ pk }) => String(pk))
      .sort(),
  );
}
