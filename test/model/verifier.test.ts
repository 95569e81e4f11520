import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyHash } from '#core/cases/policy.ts';
import { appendEntry, type Entry, entryHash } from '#core/log/entry.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { hoursAfter, inLog, receivedAt } from '../core/cases/cases.ts';
import {
  bytesOf,
  changeOf,
  deskOf,
  enrolment,
  entriesOf,
  filesOf,
  ours,
  some,
  type Told,
} from '../core/log/verify/logs.ts';
import { type History, histories, officers, policies, readable, reviewers } from './acts.ts';
import { inMemory } from './driver.ts';
import { authorities } from './notified-steps.ts';

/** What is in the log before: all of the model's policies and keys, each let in by two founders. */
const before: Told[] = [
  ...deskOf(['one', 'two'], policies.map(policyHash)),
  ...Object.keys(reviewers).flatMap((key) => [
    ...changeOf(key, { change: 'reviewer' }),
    enrolment(inLog(key), { role: 'reviewer', by: `change/${key}` }, 3),
  ]),
  ...officers.flatMap((key) => [
    ...changeOf(key, { change: 'agency', agency: `agency of ${key}` }),
    enrolment(inLog(key), { role: 'agency', agency: `agency of ${key}`, by: `change/${key}` }, 3),
  ]),
  ...Object.entries(authorities).flatMap(([key, agency]) => [
    ...changeOf(key, { change: 'agency', agency }),
    enrolment(inLog(key), { role: 'agency', agency, by: `change/${key}` }, 3),
  ]),
];

/** The log of a history: both cases, and each revocation when it was. */
async function logOf({ asked, steps }: History): Promise<Entry[]> {
  const driver = inMemory(asked);
  const log = entriesOf(before.map((told) => ({ ...told, at: receivedAt })));
  const enrolled = new Map(log.map((entry) => [entry.stream, entry]));
  const seen = new Set<Entry>();
  const look = async () => {
    for (const which of [0, 1] as const)
      for (const entry of (await driver.look(which)).entries) {
        if (!seen.has(entry)) log.push(entry);
        seen.add(entry);
      }
  };
  await look();
  let minutes = 0;
  for (const step of steps) {
    const { grants = [] } = (await driver.look(step.of)).it;
    // `collect` announces nothing that no grant opens; the machine leaves that to it.
    if (step.do !== 'ask' || grants.length > 0) await driver.act(step);
    if (step.do === 'wait') minutes += step.minutes;
    const key = step.do === 'revoke' ? enrolled.get(`key/${inLog(step.key)}`) : undefined;
    if (step.do === 'revoke' && key !== undefined) {
      enrolled.delete(key.stream);
      const data = { role: 'reviewer', key: inLog(step.key), by: some('who'), because: 'lost' };
      const head = { n: 1, hash: entryHash(key) };
      const at = hoursAfter(receivedAt, minutes / 60);
      log.push(appendEntry(key.stream, head, { kind: 'key.revoked', data }, at).entry);
    }
    await look();
  }
  return log;
}

test('I3, I11: whatever history the desk has, the verifier finds nothing to say against its log', async () => {
  const property = fc.asyncProperty(histories, async (history) => {
    // The stack's clock comes every five minutes, a history's when it likes: late, and at the end at the latest.
    const steps: History['steps'] = [...history.steps, { do: 'clock', of: 0 }];
    const files = filesOf(bytesOf(await logOf({ ...history, steps })));
    const { findings } = await verifyLog(async (path) => files.get(path), ours.key);
    assert.deepEqual(
      findings.filter(({ code }) => code !== 'reveal-late').map(({ code, message }) => `${code}: ${message}`),
      [],
      readable(history),
    );
  });
  await fc.assert(property, { numRuns: 300 });
});
