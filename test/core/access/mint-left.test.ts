import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { type LeftPorts, leftMinter, mintedWithinMinutes } from '#core/access/mint-left.ts';
import { everyFault, faults, PlannedFault } from '../../memory/faults.ts';
import { policy } from '../cases/cases.ts';
import { one, third } from './people.ts';
import { fork, months, ofKind, type World, world } from './world.ts';

const minutes = 60_000;

async function approve(current: World, id: string): Promise<void> {
  await current.approve(one, id);
  await current.approve(third, id);
}

/** One case that is approved, in the log, and has no grants. */
const waiting = async (): Promise<World> => fork(await first);
const first = (async () => {
  const current = await world();
  await approve(current, current.id);
  await current.log.publish();
  return current;
})();

/** What the log's head brings: all from an entry on. */
const mintFrom = async (current: World, from: bigint, ports = current.mintPorts()) =>
  minter(ports)([{ from, to: await current.size() }]);

/** A case whose request the desk's key does not open, whatever is tried. */
function poisoned(ports: LeftPorts, id: string): LeftPorts {
  const open: LeftPorts['desk']['open'] = (sealed, context) => {
    if (context.case === id) throw new TypeError(`not of ${context.part}`);
    return ports.desk.open(sealed, context);
  };
  return { ...ports, desk: { open } };
}

const grantsOf = async (current: World, id: string) => (await current.stored(id)).grants?.length;

test('I3 one case that cannot be minted keeps no other from it, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.boolean(), { maxLength: 4 }),
      async (which, cuts) => {
        const current = await waiting();
        const ids = [current.id];
        while (ids.length < 4) ids.push(await current.receive());
        const poison = ids[which] ?? '';
        const ports = poisoned(current.mintPorts(), poison);
        let from = 0n;
        for (const [i, id] of ids.entries()) {
          if (id !== current.id) await approve(current, id);
          // What is published comes in one batch, or in several.
          if (cuts[i] !== true && i < ids.length - 1) continue;
          await current.log.publish();
          await mintFrom(current, from, ports);
          from = await current.size();
        }
        for (const id of ids)
          assert.equal(await grantsOf(current, id), id === poison ? undefined : months.length);
        assert.deepEqual(
          current.watch.lines.map(({ facts }) => facts),
          current.watch.lines.map(() => ({ case: poison, error: 'TypeError' })),
          'by its name alone: what a failure says may quote a request',
        );
        assert.ok((current.watch.counts.get('MintingsFailed') ?? 0) >= 1);
        // What was in its way is gone.
        await leftMinter(current.mintPorts())();
        assert.equal(await grantsOf(current, poison), months.length);
      },
    ),
    { numRuns: 12 },
  );
});

test('I3 the clock mints an approved case that the log’s head never brought, and one that is minted no second time', async () => {
  const current = await waiting();
  const mintLeft = leftMinter(current.mintPorts());
  await mintLeft();
  assert.equal(await grantsOf(current, current.id), months.length);
  await mintLeft();
  await mintFrom(current, 0n);
  assert.equal(current.kms.liveGrants().length, months.length);
  assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1);
  assert.equal(current.watch.counts.get('ApprovalsNotMinted'), undefined);
});

test('I3 minting by the clock and by the log’s head at the same moment makes one set of grants', async () => {
  const undisturbed = faults();
  await leftMinter((await waiting()).mintPorts(undisturbed))();
  assert.ok(undisturbed.calls.includes('grants.create'));
  for (let at = 0; at < undisturbed.calls.length; at++) {
    const current = await waiting();
    const other = () => mintFrom(current, 0n);
    await leftMinter(current.mintPorts(faults({ at, fault: other })))();
    const what = `before ${at}: ${undisturbed.calls[at]}`;
    const held = (await current.stored()).grants?.map(({ grantId }) => grantId).sort();
    assert.deepEqual(
      current.kms
        .liveGrants()
        .map(({ id }) => id)
        .sort(),
      held,
      what,
    );
    assert.equal(held?.length, months.length, what);
    assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1, what);
    assert.deepEqual(current.watch.lines, [], what);
  }
});

test('I3 whatever call of the clock’s minting fails, the next run mints once', async () => {
  const undisturbed = faults();
  await leftMinter((await waiting()).mintPorts(undisturbed))();
  for (const plan of everyFault(undisturbed.calls.length)) {
    const current = await waiting();
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    await leftMinter(current.mintPorts(faults(plan)))().catch((error: unknown) => {
      if (!(error instanceof PlannedFault)) throw error;
    });
    await leftMinter(current.mintPorts())();
    assert.equal(current.kms.liveGrants().length, months.length, what);
    assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1, what);
  }
});

test('a case that is not minted in time raises the alarm in every run until it is', async () => {
  const current = await waiting();
  const failing = leftMinter(poisoned(current.mintPorts(), current.id));
  const counted = () => current.watch.counts.get('ApprovalsNotMinted') ?? 0;
  await failing();
  assert.equal(counted(), 0, 'it has time');
  current.clock.advance(mintedWithinMinutes * minutes);
  await failing();
  await failing();
  assert.equal(counted(), 2);
  // This run says so once more, and mints it.
  await leftMinter(current.mintPorts())();
  await leftMinter(current.mintPorts())();
  assert.equal(counted(), 3);
});

test('a run that ends at its first case begins with another one the next time', async () => {
  const current = await waiting();
  const ids = [current.id, await current.receive(), await current.receive()];
  for (const id of ids.slice(1)) await approve(current, id);
  await current.log.publish();
  const begun = new Set<string>();
  for (let run = 0; run < ids.length; run++) {
    const ports = current.mintPorts();
    const asked: string[] = [];
    const get: LeftPorts['cases']['get'] = async (id) => {
      asked.push(id);
      return undefined;
    };
    await leftMinter({ ...ports, cases: { ...ports.cases, get } })();
    begun.add(asked[0] ?? '');
    current.clock.advance(5 * minutes);
  }
  assert.deepEqual([...begun].sort(), [...ids].sort());
});

test('I3 the clock mints nothing that the log does not prove, whatever the table lists as approved', async () => {
  const current = await world();
  await current.approve(one);
  await current.log.publish();
  await current.forge((stored) => ({ ...stored, status: 'AwaitingDisclosure', scope: stored.asked }));
  await leftMinter(current.mintPorts())();
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.equal(current.watch.counts.get('ApprovalsNotProven'), 1);
});

test('I4 the clock mints nothing of which an entry is not in the log yet', async () => {
  const current = await world();
  await approve(current, current.id);
  const mintLeft = leftMinter(current.mintPorts());
  await mintLeft();
  assert.deepEqual(current.kms.liveGrants(), []);
  await current.log.publish();
  await mintLeft();
  assert.equal(current.kms.liveGrants().length, months.length);
});

test('I9 an approval that could not be minted before its time to collect was over is not minted', async () => {
  const current = await waiting();
  current.clock.advance(policy.collectHours * 60 * minutes);
  const f = faults();
  await leftMinter(current.mintPorts(f))();
  assert.ok(!f.calls.includes('grants.create'));
  assert.equal((await current.stored()).status, 'Expired');
  await expirer(current.expirePorts()).sweep(current.clock.now());
  assert.equal((await current.stored()).status, 'Expired');
});
