import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignCommand } from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { newWitnessKey } from '#client/cli/witness/key.ts';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import { openSession } from '#client/exchange.ts';
import { monitorOnce, type Round } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { findBytes, urlFiles } from '#client/log/source.ts';
import { logHash } from '#client/log/witness/witness.ts';
import { fetchProvider } from '#client/provider.ts';
import { listReviews } from '#client/reviewer.ts';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { formatAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { formatNote, parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type ReadFile, readCheckpoint, readEntries } from '#core/log/reading.ts';
import { tilePath } from '#core/log/tiles.ts';
import { openWitnessed } from '#core/log/tlog-proof.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { LogWriter } from '#core/log/writing.ts';
import { asFunction } from '#dev/as-function.ts';
import { type Cloud, deploy, startCloud } from '#dev/cloud/cloud.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { makeWorld, type World } from '#dev/world.ts';
import { writProgram } from '#dev/writ.ts';

/**
 * Two providers, each on a local cloud of its own, each a witness of the other's log by `writ log witness`. Then one of them
 * shows somebody another log, and the other rotates its key.
 */
const folder = mkdtempSync(join(tmpdir(), 'writ-witnessing-'));
const names = ['one', 'other'] as const;
type Name = (typeof names)[number];
const otherOf = { one: 'other', other: 'one' } as const;

interface Provider {
  world: World;
  key: VerifierKey;
  /** Where this provider's witness of the other's log is. */
  witness: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  await new Promise((done) => server.close(done));
  return address.port;
}

/** Has a log's function start without what it remembers of its witnesses, and ask them. */
async function cosignAnew(world: World): Promise<void> {
  const { aws, outputs } = world;
  const FunctionName = outputs.CosignFunctionName;
  const { Environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, RESTARTED: randomUUID() };
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: aws.lambda, maxWaitTime: 60 }, { FunctionName });
  await invoke(world, 'Cosign', { time: new Date().toISOString() });
}

describe('two providers witness each other', () => {
  const clouds: Cloud[] = [];
  const witnesses: ChildProcess[] = [];
  const at = (name: string) => join(folder, name);
  let providers: Record<Name, Provider>;

  before(async () => {
    const ports = { one: await freePort(), other: await freePort() };
    const keys = { one: '', other: '' };
    for (const name of names)
      keys[name] = formatWitnessKey(await newWitnessKey(at(`${name}.key`), `witness.example/${name}`));
    const start = async (name: Name): Promise<Provider> => {
      const by = otherOf[name];
      const file = at(`${name}-witnesses.policy`);
      writeFileSync(file, `witness ${by} ${keys[by]} http://127.0.0.1:${ports[by]}/\nquorum ${by}\n`);
      const cloud = await startCloud({ stateDir: at(name), say: () => {} });
      clouds.push(cloud);
      const world = await makeWorld(cloud, {
        say: () => {},
        context: { witnesses: file, providerKeys: '1 2' },
      });
      const key = parseVerifierKey(world.provider.log?.verifierKey ?? '');
      return { world, key, witness: `http://127.0.0.1:${ports[name]}` };
    };
    const [one, other] = await Promise.all([start('one'), start('other')]);
    providers = { one, other };
    for (const name of names) {
      const policy = at(`${name}-logs.policy`);
      const { world } = providers[otherOf[name]];
      writeFileSync(policy, `log ${world.provider.log?.verifierKey}\nquorum none\n`);
      const options = ['--key', at(`${name}.key`), '--policy', policy, '--state', at(`${name}-state`)];
      const listen = ['--listen', `127.0.0.1:${ports[name]}`];
      const args = [writProgram, 'log', 'witness', ...options, ...listen];
      witnesses.push(spawn(process.execPath, args, { stdio: 'ignore' }));
      await until(`${name}’s witness answers`, () => fetch(providers[name].witness).catch(() => false));
    }
    // While there was no witness yet, each log was left alone for longer and longer.
    for (const name of names) await cosignAnew(providers[name].world);
  });
  after(async () => {
    for (const child of witnesses) child.kill();
    await Promise.all(clouds.map((cloud) => cloud.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const urlOf = ({ world }: Provider) => `${world.cloud.url}/v1`;

  /** A round of somebody who has never looked at this log before, and asks the other provider's witness. */
  async function look(read: ReadFile, { key }: Provider, by: Provider): Promise<Round> {
    const store = await openMonitorStore(':memory:');
    const seen = async () => {
      const bytes = await findBytes(by.witness, `${logHash(key.name)}/checkpoint`);
      return bytes && new TextDecoder().decode(bytes);
    };
    try {
      return await monitorOnce({
        store,
        read,
        key,
        now: Date.now(),
        others: [{ name: by.witness, read: seen }],
      });
    } finally {
      store.close();
    }
  }

  test('each log’s checkpoint is soon cosigned by the other provider’s witness, and whoever knows its key can tell', async () => {
    for (const name of names) {
      const { world } = providers[name];
      const policy = parseTrustPolicy(
        new TextDecoder().decode(await findBytes(urlOf(providers[name]), 'log/policy')),
      );
      const { checkpoint, cosignatures } = await until(
        'the checkpoint is cosigned',
        async () => {
          const bytes = await findBytes(urlOf(providers[name]), 'log/cosigned');
          const opened = bytes && openWitnessed(new TextDecoder().decode(bytes), policy);
          const newest = await readCheckpoint(urlFiles(urlOf(providers[name])), providers[name].key);
          return opened?.checkpoint.size === newest?.size && opened;
        },
        120_000,
      );
      assert.equal(checkpoint.origin, world.provider.log?.origin);
      assert.deepEqual(
        cosignatures.map(({ key }) => key.name),
        [`witness.example/${otherOf[name]}`],
      );
    }
  });

  test('a provider that shows somebody another log is found out by the other provider’s witness', async () => {
    const { one: honest, other: cheat } = providers;
    const real = urlFiles(urlOf(cheat));
    assert.deepEqual((await look(real, cheat, honest)).found, []);

    // Its newest entry is another one, in a log that its own key signs.
    const newest = await readCheckpoint(real, cheat.key);
    assert.ok(newest);
    const entries = await readEntries(real, 0n, newest.size, newest.size);
    const last = JSON.parse(new TextDecoder().decode(entries.at(-1))) as { at: string };
    const writer = new LogWriter();
    const files = new Map<string, Uint8Array>();
    const later = { ...last, at: new Date(Date.parse(last.at) + 1).toISOString() };
    const changed = [...entries.slice(0, -1), utf8(canonicalJson(later))];
    for (const { tile, bytes } of writer.append(changed)) files.set(tilePath(tile), bytes);
    const text = checkpointText({ origin: cheat.key.name, size: newest.size, root: writer.root() });
    const { kms } = await asFunction(cheat.world, 'Sequence');
    const { Signature } = await kms.send(
      new SignCommand({
        KeyId: cheat.world.outputs.LogKeyArn,
        Message: utf8(text),
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      }),
    );
    const forked = formatNote(text, cheat.key, Signature ?? new Uint8Array());
    files.set('checkpoint', utf8(forked));

    const asked = await fetch(`${honest.witness}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint({ oldSize: newest.size, proof: [], checkpoint: forked }),
    });
    assert.equal(asked.status, 422, await asked.text());
    const { found } = await look(async (path) => files.get(path), cheat, honest);
    assert.deepEqual(
      found.map(({ code }) => code),
      ['log-forked'],
    );
    // Two notes that one key signed, and no tree has both: whoever has them can show them to anybody.
    assert.equal(found[0]?.evidence?.length, 2);
    assert.deepEqual((await look(real, cheat, honest)).found, []);
  });

  test('the provider’s key is rotated without an answer that a client cannot verify', async () => {
    // A deployment of its own: nobody else’s answers change their key meanwhile.
    const { cloud, reviewers } = providers.one.world;
    const kids = async () => (await fetchProvider(cloud.url)).keys.map(({ kid }) => kid);
    const [first, second] = await kids();
    assert.ok(first && second && first !== second, 'the next key is published before it signs');
    const [reviewer] = reviewers;
    assert.ok(reviewer);
    // One who fetched the keys before the next one was made, and one who was told the first by telephone.
    const known = new Map([...reviewer.session.providerKeys].filter(([id]) => id === first));
    const early = { ...reviewer.session, providerKeys: known };
    const { refreshKeys: _, ...pinned } = early;
    await listReviews(pinned);

    let over = false;
    let answers = 0;
    const calling = (async () => {
      while (!over) {
        try {
          await listReviews(early);
          answers++;
        } catch (error) {
          // A function that is being replaced may not answer. What it answers must hold.
          const unanswered =
            (error instanceof RefusedError && error.status >= 500) ||
            (error instanceof ExchangeError && ['unreachable', 'answer-malformed'].includes(error.code));
          if (!unanswered) throw error;
        }
      }
    })();
    try {
      const witnesses = at('one-witnesses.policy');
      const context = { stage: 'dev', authority: cloud.authority, providerKeys: '2 1', witnesses };
      await deploy(cloud, { stackName: 'Writ', say: () => {}, context });
    } finally {
      over = true;
    }
    await calling;
    assert.ok(answers > 0);

    assert.deepEqual(await kids(), [second, first], 'the old key stays published');
    await listReviews(early);
    await listReviews(await openSession({ url: cloud.url, signer: reviewer.session.signer }));
    await assert.rejects(
      listReviews(pinned),
      (error: unknown) => error instanceof ExchangeError && error.code === 'answer-not-verified',
      'who pinned the first key is not led to another',
    );
  });
});
