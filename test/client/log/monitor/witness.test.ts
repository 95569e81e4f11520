import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveWitness } from '#client/cli/witness/serving.ts';
import { witnessesToAsk } from '#client/log/monitor/witness-addresses.ts';
import { formatAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { bytesOf, deskOf, entriesOf, filesOf, ours, refusals } from '../../../core/log/verify/logs.ts';
import { by, keptInMemory, witnessOver } from '../witnessed.ts';
import { assertOk, at, codes, noteOf, Rounds } from './rounds.ts';

const theirs = bytesOf(entriesOf([...deskOf(['one', 'two']), ...refusals(300, 21)]));

test('a log that shows its witness another history than a monitor is found out by the policy’s own address', async (t) => {
  const logs = [ours.key];
  const witness = witnessOver(keptInMemory(), { logs });
  const serving = await serveWitness({ witness, about: 'A witness.\n', host: '127.0.0.1', port: 0 });
  t.after(() => serving.close());
  const url = `http://127.0.0.1:${serving.port}`;
  const policy = parseTrustPolicy(
    `log ${formatVerifierKey(ours.key)}\nwitness w1 ${formatWitnessKey(by.key)} ${url}\nquorum w1\n`,
  );
  const others = witnessesToAsk(policy, ours.key.name);
  const show = async (checkpoint: string) => {
    const body = formatAddCheckpoint({ oldSize: 0n, proof: [], checkpoint });
    assert.equal((await fetch(`${url}/add-checkpoint`, { method: 'POST', body })).status, 200);
  };
  const rounds = await Rounds.begin();
  const early = await rounds.look(at(300), { others });
  assertOk(early);
  assert.deepEqual(early.unasked, [{ name: 'the witness w1', why: 'it has no checkpoint of this log' }]);
  await show(noteOf(filesOf(theirs.slice(0, 250))));
  const round = await rounds.look(at(300), { others });
  assert.deepEqual(codes(round.found), ['log-forked']);
  assert.match(round.found[0]?.evidence?.[1] ?? '', /^— witness\.example\/w1 /m);
});
