import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { masked, type Part, readGuide } from '#dev/guides/guide.ts';
import { guideFiles, guideNames, operatorEnv } from '#dev/guides/guides.ts';
import { homeOf, type Walk, walkGuide } from '#dev/guides/walk.ts';
import { writeProfile } from '#dev/profiles.ts';
import { newPhone, theWorld } from '../harness.ts';

/** The guides, walked through as they stand: what their readers type does what they read, on the running stack. */
const root = mkdtempSync(join(tmpdir(), 'writ-guides-'));
after(() => rmSync(root, { recursive: true, force: true }));
let walk: Walk;

describe('the guides do what they say', () => {
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
        'officer-18': `officer-18-${run}`,
        'officer-30': `officer-30-${run}`,
        'user-2041': `user-${randomUUID()}`,
        '+4915112345678': newPhone(),
      },
    };
    // The deployment has its reviewers already: each comes with the profile that they would have by now.
    for (const [person, { privateKeyFile }] of [
      ['r.jansen', first],
      ['m.diaz', second],
    ] as const)
      await writeProfile(
        join(homeOf(walk, person), '.config/writ/default'),
        { privateKeyFile },
        { url: cloud.url, provider },
      );
  });

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
