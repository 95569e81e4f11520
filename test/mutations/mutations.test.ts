import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Item } from '#core/store/store.ts';
import { type TableName, tableNames } from '#core/store/tables.ts';
import { type Ending, endingOf, honestDisclosure } from './judging.ts';
import { list } from './list.ts';
import { type Mutation, mutationsOf, sampled, sortOf } from './mutations.ts';
import { type Chapter, type Disclosed, steps, story } from './way.ts';

/**
 * Somebody can write every table, has read all of it and kept every version, and holds no key. Whatever they do to one
 * item on the whole way, the agency gets the same disclosure or nothing, and an operator is told (I11).
 *
 * `WRIT_MUTATIONS=all` tries each mutation in each chapter: it takes a quarter of an hour.
 */
const isWhole = process.env.WRIT_MUTATIONS === 'all';

describe('I11 whoever writes tables changes nothing that leaves', () => {
  let chapters: Chapter[];
  let honest: Disclosed;
  before(async () => {
    chapters = await story();
    honest = await honestDisclosure(chapters);
  });

  test('what is disclosed to begin with is all of the person’s, to the officer’s own key', () => {
    const { recipient, package: disclosed } = honest;
    assert.equal(recipient, 'officersOwn');
    assert.deepEqual(
      disclosed.records.map((record) => ('ip' in record ? record.ip : record.phone)).sort(),
      ['+4915112345678', '192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].flatMap((what) => [what, what]),
    );
  });

  test('I11: every table, item and attribute on the way has a line in the list, and every line its item', () => {
    const seen = new Map<string, Set<string>>();
    const last = chapters.at(-1);
    for (const { table, item } of last?.versions ?? []) note(seen, table, item);
    const listed = new Map(
      tableNames.flatMap((table) =>
        Object.entries(list[table]).map(([sort, { attributes }]) => [
          `${table} ${sort}`,
          new Set(attributes.split(' ')),
        ]),
      ),
    );
    assert.deepEqual(named(seen), named(listed));
  });

  test('I11: each mutation of each item ends in the same disclosure, or in a refusal with its code and an alarm', async (t) => {
    const started = performance.now();
    const all = isWhole
      ? chapters.flatMap((chapter) => [...mutationsOf(chapter)].map((mutation) => ({ chapter, mutation })))
      : sampled(chapters);
    const counts = { same: 0, refused: 0, quiet: 0 };
    const wrong: string[] = [];
    // KMS is one for all of them. Later chapters come first, so that no grant that they hold was ended by an earlier one.
    for (const { chapter, mutation } of all.toSorted((a, b) => b.chapter.step - a.chapter.step)) {
      const ending = await endingOf(chapter, mutation, honest);
      if (ending.is === 'other') wrong.push(told(chapter, mutation, ending));
      else if (ending.is === 'same') counts.same++;
      else if (ending.alarms.length > 0) counts.refused++;
      else if (list[mutation.table][mutation.sort]?.quiet !== undefined) counts.quiet++;
      else wrong.push(told(chapter, mutation, ending));
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    t.diagnostic(
      `${all.length} mutations in ${seconds} s: ${counts.same} with the same disclosure, ` +
        `${counts.refused} refused with an alarm, ${counts.quiet} refused as the list says`,
    );
    assert.deepEqual(wrong, []);
    assert.ok(all.length > 1500, 'there are that many');
    assert.ok(counts.refused > 600, 'they do reach what decides');
  });
});

function note(seen: Map<string, Set<string>>, table: TableName, item: Item): void {
  const name = `${table} ${sortOf(table, item)}`;
  const attributes = seen.get(name) ?? new Set();
  for (const attribute of Object.keys(item)) attributes.add(attribute);
  seen.set(name, attributes);
}

function named(attributes: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...attributes].map(([name, some]) => `${name}: ${[...some].sort().join(' ')}`).sort();
}

function told({ step }: Chapter, { table, sort, what }: Mutation, ending: Ending): string {
  const how =
    ending.is === 'refused' ? `refused without an alarm (${ending.code} at ${ending.step})` : ending.is;
  return `after "${steps[step]?.name}": ${table}, ${sort}: ${what} → ${how}`;
}
