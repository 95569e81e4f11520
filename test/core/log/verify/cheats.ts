/** What a log's own writer could tell that was not so, for the tests of the rules; and what is found of it. */

import assert from 'node:assert/strict';
import { mint } from '#core/cases/acts.ts';
import { policyHash } from '#core/cases/policy.ts';
import type { EntryBody } from '#core/log/entry.ts';
import type { Finding } from '#core/log/verify/findings.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { grant, policy } from '../../cases/cases.ts';
import { bytesOf, caseStream, Desk, deskOf, entriesOf, filesOf, minutes, ours, type Told } from './logs.ts';
import { readGrowing } from './parts.ts';

/** Who can sign in the tests of the rules. */
const reviewers = ['one', 'two', 'three', 'four', 'five'];

/**
 * What is found in a log that its own key signed: what is told comes behind an honest desk, which has adopted every
 * policy that is named. Indices are those of what is told.
 */
export async function findings(told: readonly Told[]): Promise<string[]> {
  const named = told.flatMap(({ body }) => ('policyHash' in body.data ? (body.data.policyHash ?? []) : []));
  const others = [...new Set(named)].filter((hash) => hash !== policyHash(policy));
  const desk = deskOf(reviewers, others);
  const found = await findingsOf([...desk, ...told]);
  return found.map((text) => text.replace(/\d+$/, (index) => `${Number(index) - desk.length}`));
}

/**
 * The same of a log that begins with what is told. Whoever read each of its entries on a day of its own has found the same.
 */
export async function findingsOf(told: readonly Told[]): Promise<string[]> {
  const bytes = bytesOf(entriesOf(told));
  const files = filesOf(bytes);
  const report = await verifyLog(async (path) => files.get(path), ours.key);
  const growing = bytes.map((_, i) => filesOf(bytes.slice(0, i + 1)));
  const { found } = readGrowing(growing, ours.key);
  assert.deepEqual(sorted(found), sorted(report.findings), 'read in parts');
  return report.findings.map(({ code, index }) => `${code} @${index}`);
}

const sorted = (findings: readonly Finding[]) =>
  findings.map(({ code, index, message }) => `${index} ${code} ${message}`).sort();

/** A case that was approved by two and minted, and what it told: received, approved twice, minted. */
export function openCase(): Desk {
  const desk = new Desk();
  desk.approve('one', 6);
  desk.approve('two', 7);
  desk.commit(mint(desk.it, [grant]), 8);
  return desk;
}

/** What a case tells without its acts: what a cheat would write. */
export const tell = (minute: number, body: EntryBody, stream = caseStream): Told => ({
  stream,
  body,
  at: minutes(minute),
});
export const told = (all: readonly Told[], kind: EntryBody['kind']): Told => {
  const found = all.find(({ body }) => body.kind === kind);
  assert.ok(found, kind);
  return found;
};
export const left = (all: readonly Told[], ...kinds: EntryBody['kind'][]) =>
  all.filter(({ body }) => !kinds.includes(body.kind));

/** The same act, with other data. */
export function but(entry: Told, data: object, minute?: number): Told {
  const body: EntryBody = Object.assign(structuredClone(entry.body), {
    data: { ...entry.body.data, ...data },
  });
  return { ...entry, body, at: minute === undefined ? entry.at : minutes(minute) };
}
