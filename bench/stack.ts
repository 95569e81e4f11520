import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { collect, followRequest, submitRequest } from '#client/agency.ts';
import { fetchProvider } from '#client/provider.ts';
import { decideReview } from '#client/reviewer.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { startCloud } from '#dev/cloud/cloud.ts';
import { home } from '#dev/cloud/emulator.ts';
import { readKmsJournal } from '#dev/cloud/journal.ts';
import { countSealed, recordsExpected, sendEvents, until } from '#dev/feed.ts';
import { readLog } from '#dev/log.ts';
import { samplePlot } from '#dev/plot.ts';
import { grantsOf } from '#dev/story.ts';
import { makeWorld } from '#dev/world.ts';

/**
 * How long each act of a disclosure takes on the local cloud, beside the floor of the same run: one unsigned call
 * through the same front door to a function that does next to nothing. The emulator is not AWS; the ratios tell
 * what Writ adds, the milliseconds tell about this machine.
 */
const rounds = 15;
const say = (line: string) => process.stderr.write(`${line}\n`);
const stateDir = join(home, '.writ/bench');
const cloud = await startCloud({ stateDir, say });
try {
  const world = await makeWorld(cloud, { say });
  const plot = samplePlot(new Date().toISOString());
  const sealing = await timed(async () => {
    await sendEvents(world.aws, world.outputs, plot.events);
    await until(
      'all is sealed',
      async () => (await countSealed(world.aws, world.outputs)) >= recordsExpected(plot.events),
    );
  });

  const sealCalls = callsSince(0, 'Encrypt');
  const epochKeys = new Set(plot.events.map((e) => `${e.account} ${e.kind} ${epochOf(e.at)}`)).size;
  const before = readKmsJournal(stateDir).length;
  const known = plot.events.filter((e) => e.kind === 'access');
  const steady = Array.from({ length: 20 }, (_, i) =>
    known.map((e) => ({ ...e, port: e.port + 1000 + i })),
  ).flat();
  const records = recordsExpected(plot.events);
  await sendEvents(world.aws, world.outputs, steady);
  await until(
    'the steady stream is sealed',
    async () => (await countSealed(world.aws, world.outputs)) >= records + steady.length,
    120_000,
  );
  const steadyCalls = callsSince(before);

  const times: Record<string, number[]> = {};
  const measure = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    let result: T | undefined;
    const ms = await timed(async () => {
      result = await act();
    });
    times[what] = [...(times[what] ?? []), ms];
    return result as T;
  };
  const { agency, reviewers } = world;
  let minted = 0;
  for (let round = -2; round < rounds; round++) {
    if (round === 0) for (const key of Object.keys(times)) delete times[key];
    await measure('floor: an unsigned call', () => fetchProvider(cloud.url));
    const request = { ...plot.request, reference: `BENCH-${round}-${Date.now()}` };
    const view = await measure('ask', () => submitRequest(agency.session, request));
    await measure('follow', () => followRequest(agency.session, view.id));
    const decision = {
      decision: 'approve',
      requestDigest: view.requestDigest,
      scope: plot.scope,
      reason: 'bench',
    } as const;
    for (const reviewer of reviewers.slice(0, 2)) {
      await measure('decide', () => decideReview(reviewer.session, view.id, decision));
    }
    await measure('approved, logged, minted', () =>
      until('minted', async () =>
        (await readLog(world)).some(
          ({ entry }) => entry.kind === 'grant.minted' && entry.stream === `case/${view.id}`,
        ),
      ),
    );
    await measure('collect, logged first', () => collect(agency.session, view.id, agency.encryptionKey));
    minted += (await grantsOf(world.aws, world)).filter(({ Name }) => Name?.includes(view.id)).length;
  }

  const floor = median(times['floor: an unsigned call'] ?? []);
  process.stdout.write(`${'act'.padEnd(28)}${'median ms'.padStart(10)}${'× floor'.padStart(10)}\n`);
  for (const [what, all] of Object.entries(times)) {
    const ms = median(all);
    process.stdout.write(
      `${what.padEnd(28)}${ms.toFixed(1).padStart(10)}${(ms / floor).toFixed(1).padStart(10)}\n`,
    );
  }
  process.stdout.write(
    `\n${plot.events.length} events from the stream into the vault: ${sealing.toFixed(0)} ms\n`,
  );
  process.stdout.write(`\nKMS calls on the running stack\n`);
  const counted: [string, number, number][] = [
    ['Encrypt, for each new subject, kind and month', sealCalls, epochKeys],
    ['any, for each further log-in', steadyCalls, steady.length],
    ['CreateGrant, for each subject, kind and month approved', callsSince(0, 'CreateGrant'), minted],
    ['Decrypt, for each subject, kind and month collected', callsSince(0, 'Decrypt', 'epoch'), minted],
  ];
  for (const [what, calls, of] of counted) {
    process.stdout.write(`${what.padEnd(58)}${calls} / ${of} = ${(calls / of).toFixed(3)}\n`);
  }
} finally {
  await cloud.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

/** Calls on vault keys and for pseudonyms since a place in the journal: all, or of one operation and context. */
function callsSince(from: number, name?: string, context = 'kind'): number {
  return readKmsJournal(stateDir)
    .slice(from)
    .filter(({ eventName, requestParameters: { encryptionContext }, errorCode }) => {
      if (errorCode !== undefined) return false;
      if (name === undefined) return ['Encrypt', 'GenerateMac', 'GetKeyPolicy'].includes(eventName);
      const grants = eventName === 'CreateGrant';
      return eventName === name && (grants || encryptionContext?.[context] !== undefined);
    }).length;
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}
