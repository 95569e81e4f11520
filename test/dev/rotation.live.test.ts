import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import { openSession } from '#client/exchange.ts';
import { fetchProvider } from '#client/provider.ts';
import { listReviews } from '#client/reviewer.ts';
import { type Cloud, deploy, startCloud } from '#dev/cloud/cloud.ts';
import { makeWorld, type World } from '#dev/world.ts';

/** Rotating the provider's key on a deployment of its own: nobody else's answers change their key meanwhile. */
const stateDir = mkdtempSync(join(tmpdir(), 'writ-rotation-'));
const say = () => {};
let cloud: Cloud;
let world: World;
before(async () => {
  cloud = await startCloud({ stateDir, say });
  world = await makeWorld(cloud, { say, context: { providerKeys: '1 2' } });
});
after(async () => {
  await cloud?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const kids = async () => (await fetchProvider(cloud.url)).keys.map(({ kid }) => kid);

test('the provider’s key is rotated without an answer that a client cannot verify', async () => {
  const [first, second] = await kids();
  assert.ok(first && second && first !== second, 'the next key is published before it signs');
  const [reviewer] = world.reviewers;
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
    const context = { stage: 'dev', authority: cloud.authority, providerKeys: '2 1' };
    await deploy(cloud, { stackName: 'Writ', say, context });
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
