import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { entryKinds, kinds, streamNames } from '#core/log/kinds.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { dataOf } from '../arbitrary.ts';
import { filesOf, minutes, ours } from './logs.ts';

/** Of which streams no other may have the kinds. The rest record what the provider did, and no rule builds on them. */
const exclusive = [
  'case',
  'preservation',
  'key',
  'change',
  'founding',
  'desk',
  'agency',
  'emergencies',
  'honeytoken',
  'suspension',
  'revocations',
];

for (const kind of kinds) {
  const { stream } = entryKinds[kind];
  const isExclusive = exclusive.includes(stream);
  const [data = {}] = fc.sample(dataOf(kind), { numRuns: 1, seed: 1 });

  test(`${kind} in ${isExclusive ? 'a stream that is not its own is misplaced' : 'any stream is let pass'}`, async () => {
    const codes = async (name: string) => {
      const entry = utf8(canonicalJson({ v: 1, kind, at: minutes(0), stream: name, n: 1, data }));
      const files = filesOf([entry]);
      const { findings } = await verifyLog(async (path) => files.get(path), ours.key);
      return findings.map(({ code }) => code);
    };
    assert.deepEqual(await codes('elsewhere/1'), isExclusive ? ['entry-misplaced'] : []);
    const own = streamNames[stream];
    const here = await codes(own.startsWith('registry/') ? own : `${own}1`);
    // An agency's record and emergencies are of the agency that their stream is named for, which this one is not; a
    // suspension is of such a key.
    if (stream !== 'emergencies' && stream !== 'agency' && stream !== 'suspension')
      assert.ok(!here.includes('entry-misplaced'), String(here));
  });
}
