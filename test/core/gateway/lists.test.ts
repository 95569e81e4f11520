import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { pageAfter, pageLines, placeOfPage } from '#core/wire/list-page.ts';
import { memoryCloud } from '../../memory/cloud.ts';
import { fresh } from '../cases/cases.ts';
import { gateway } from './gateway.ts';

const total = 2 * pageLines + 50;

/** A desk with many cases: ten are due at each instant. */
function busyDesk() {
  const cloud = memoryCloud();
  const { reviews } = gateway(cloud);
  const due = Array.from({ length: total }, (_, i) => {
    const id = randomUUID();
    const dueAt = new Date(Date.UTC(2026, 10, 1) + 3_600_000 * Math.floor(i / 10)).toISOString();
    cloud.store.plant('cases', { pk: `case#${id}`, ...fresh(), id, dueAt });
    return { id, dueAt };
  });
  /** A page as the wire names it. */
  const page = async (next?: string) => {
    const from = next === undefined ? undefined : placeOfPage(next);
    const listed = await reviews.list('AwaitingApproval', { lines: pageLines, from });
    return { ...listed, next: listed.next === undefined ? undefined : pageAfter(listed.next) };
  };
  return { cloud, due, page };
}

test('the pages of a long list hold each case once, those due first before the others', async () => {
  const { due, page } = busyDesk();
  const sizes: number[] = [];
  const seen: { id: string; dueAt: string }[] = [];
  let next: string | undefined;
  do {
    const { reviews, next: following } = await page(next);
    sizes.push(reviews.length);
    seen.push(...reviews.map(({ id, dueAt }) => ({ id, dueAt })));
    next = following;
  } while (next !== undefined);
  assert.deepEqual(sizes, [pageLines, pageLines, 50]);
  assert.equal(new Set(seen.map(({ id }) => id)).size, total);
  assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(due.map(({ id }) => id)));
  assert.deepEqual(
    seen.map(({ dueAt }) => dueAt),
    seen.map(({ dueAt }) => dueAt).toSorted(),
  );
});

test('a case that is decided between two pages leaves the others where they were', async () => {
  const { cloud, page } = busyDesk();
  const first = await page();
  const last = first.reviews.at(-1);
  assert.ok(last);
  const [item] = cloud.store.items('cases').filter(({ id }) => id === last.id);
  cloud.store.plant('cases', { ...item, status: 'Rejected' });
  const second = await page(first.next);
  const again = second.reviews.filter(({ id }) => first.reviews.some((line) => line.id === id));
  assert.deepEqual(again, []);
  assert.equal(second.reviews.length, pageLines);
});
