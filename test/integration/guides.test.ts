import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publicJwk } from '#client/keys.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { masked, type Part, readGuide } from '#dev/guides/guide.ts';
import { guideFiles, guideNames, operatorEnv } from '#dev/guides/guides.ts';
import { homeOf, type Walk, walkGuide } from '#dev/guides/walk.ts';
import type { World } from '#dev/world.ts';
import { newPhone, theWorld } from '../harness.ts';

/** The guides, walked through as they stand: what their readers type does what they read, on the running stack. */
const root = mkdtempSync(join(tmpdir(), 'writ-guides-'));
after(() => rmSync(root, { recursive: true, force: true }));
let walk: Walk;

before(async () => {
  const world = await theWorld();
  const { cloud, outputs, provider } = world;
  const run = randomInt(10 ** 6);
  const [first, second] = world.reviewers;
  assert.ok(first && second);
  walk = {
    cloud,
    root,
    env: operatorEnv(cloud),
    isFresh: false,
    names: {
      ...guideNames(cloud, outputs, provider),
      'r.jansen': first.holder,
      'm.diaz': second.holder,
      'k.novak': `k.novak-${run}`,
      'lka-example': `lka-${run}`,
      'bka-example': `bka-${run}`,
      'officer-17': `officer-17-${run}`,
      'officer-30': `officer-30-${run}`,
      'user-2041': `user-${randomUUID()}`,
      '+4915112345678': newPhone(),
    },
  };
  settleReviewer('r.jansen', first, world);
  settleReviewer('m.diaz', second, world);
});

/** The deployment has its reviewers already: each comes with the profile that they would have by now. */
function settleReviewer(
  person: string,
  { privateKeyFile, session }: World['reviewers'][number],
  world: World,
) {
  const dir = join(homeOf(walk, person), '.config/writ/default');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { cloud, provider } = world;
  const publicKey = publicKeyOf(privateKeyFile);
  const profile = {
    v: 1,
    role: 'reviewer',
    signing: { at: 'file', file: privateKeyFile, publicKey, keyId: session.signer.keyId },
    provider: {
      url: cloud.url,
      name: provider.name,
      keys: provider.keys.map((key) => ({ ...importPublicKey(key).jwk })),
    },
  };
  writeFileSync(join(dir, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
}

const publicKeyOf = (file: string) => publicJwk(readFileSync(file, 'utf8'));

describe('the guides do what they say', () => {
  for (const file of guideFiles) {
    test(file, async () => {
      const parts = readGuide(readFileSync(file, 'utf8'));
      assert.ok(parts.filter(({ kind }) => kind === 'transcript').length > 4);
      const walked: Part[] = [];
      for await (const part of walkGuide(parts, walk)) walked.push(part);
      for (const [i, part] of walked.entries()) {
        const written = parts[i];
        if (part.kind !== 'transcript' || written?.kind !== 'transcript' || part.isFresh) continue;
        for (const [n, { command, output }] of part.steps.entries())
          assert.equal(masked(output), masked(written.steps[n]?.output ?? ''), `${part.person}$ ${command}`);
      }
    });
  }
});
