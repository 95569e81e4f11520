import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newTiles } from '#core/log/tiles.ts';
import { functions } from '#lib/functions.ts';
import { assumed, batchSizes, costTable, filesOfLevel, logCost, price } from '../../bench/log-cost.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = ['docs/log.md', 'docs/log-figures.md']
  .filter((file) => existsSync(join(home, file)))
  .map(read)
  .find((text) => text.includes('<!-- log-cost -->'));

const near = (actual: number, expected: number, within = 0.01) =>
  assert.ok(Math.abs(actual - expected) <= within * expected, `${actual} is not ${expected}`);

describe('what the documentation says the log costs', () => {
  test('its tables are what the command prints, to the letter', () => {
    const [, printed] = /<!-- log-cost -->\n([\s\S]*)\n<!-- \/log-cost -->/.exec(doc ?? '') ?? [];
    assert.equal(printed?.trim(), costTable());
  });

  test('the prices that it names are those of the model', () => {
    for (const said of [
      `$${(price.kmsSign * 10_000).toFixed(2)} for 10,000`,
      `$${(price.s3Put * 1000).toFixed(3)} for 1,000`,
      `$${(price.s3Get * 1000).toFixed(4)} for 1,000`,
      `$${price.s3GbMonth} a GB and month`,
      `${assumed.lambdaMsPerBatch} ms a batch and ${assumed.lambdaMsPerEntry} ms an entry`,
    ]) {
      assert.ok(doc?.includes(said), said);
    }
  });
});

describe('the model of what the log costs', () => {
  test('it counts the files that the log writes, and what is in them', () => {
    for (const k of [1, 3, 100, 255, 256, 257, 1000]) {
      // Until they begin at the same places of a level-0 tile again, so often that level 1 is in its mean too.
      const batches = 256 * Math.min(256, Math.ceil(15_000 / k));
      const seen = new Map<number | 'entries', { files: number; hashes: number }>();
      for (let i = 0; i < batches; i++) {
        for (const { level, width } of newTiles(BigInt(i * k), BigInt((i + 1) * k))) {
          const { files, hashes } = seen.get(level) ?? { files: 0, hashes: 0 };
          seen.set(level, { files: files + 1, hashes: hashes + width });
        }
      }
      for (const [level, { files, hashes }] of seen) {
        const model = filesOfLevel(level === 'entries' ? 0 : level, k);
        // Of the higher levels there are too few to be in their mean, and too few to matter.
        const within = level === 'entries' || level === 0 ? 0.001 : level === 1 ? 0.03 : Infinity;
        near(files / batches, model.files, within);
        near(hashes / batches, model.hashes, within);
      }
    }
  });

  test('it agrees with sums done by hand for batches of a hundred', () => {
    const value = logCost(100);
    // 1 + 96/256 of bundles and as many level-0 tiles, 100/256 of the level above, 100/65536 of the next, a hundred places,
    // a head, a checkpoint.
    near(value.s3Puts, (2 * 1.375 + 0.390625 + 0.001526 + 100 + 2) / 100);
    // Three checkpoints, a bundle, three tiles, two hundred places.
    near(value.s3Gets, (4 + 3 + 200) / 100);
    // 45,350 bytes of stage are 45 KB, written and deleted; the head twice.
    near(value.writeUnits, (2 * 45 + 2) / 100);
    // The head twice, 12 times 4 KB of stage twice.
    near(value.readUnits, (2 + 2 * 12) / 100);
    // 226 entries and hashes, 50 hashes of the level above, a hundred places, a head, a checkpoint.
    near(value.keptBytes, (226 * (452 + 32) + 50 * 32 + 100 * 75 + 90 + 250) / 100);
    const { s3, kms, dynamo, lambda, all, keptMonth } = value.dollarsPerMillion;
    near(s3, 10_000 * (105.142 * 0.000005 + 207 * 0.0000004));
    near(kms, 0.15);
    near(dynamo, 0.92 * 0.625 + 0.26 * 0.125);
    near(lambda, 10_000 * (0.7 * (1769 / 1024) * 0.0000133334 + 0.0000002));
    near(all, s3 + kms + dynamo + lambda);
    near(keptMonth, ((1e6 * value.keptBytes) / 2 ** 30) * 0.023);
  });

  test('an entry alone costs five files and a signature, and keeps what decision 24 says', () => {
    const value = logCost(1);
    near(value.s3Puts, 5.004);
    near(value.signatures, 1);
    near(value.keptBytes, 62_700);
    assert.match(read('docs/decisions/0024-what-object-lock-holds.md'), /keeps 62 KB on average/);
  });

  test('more in a batch costs less for each', () => {
    const all = batchSizes.map((k) => logCost(k).dollarsPerMillion);
    for (const [i, { all: cost, kept }] of all.entries()) {
      const next = all[i + 1];
      if (next !== undefined) assert.ok(next.all < cost && next.kept < kept);
    }
  });

  test('its numbers are those of what is deployed', () => {
    const said = (file: string, pattern: RegExp) =>
      Number(pattern.exec(read(file))?.[1]?.replaceAll('_', ''));
    assert.equal(said('core/state/log-stage.ts', /partBytes = ([\d_]+)/), assumed.stagePartBytes);
    assert.equal(functions.Sequence.memoryMb, assumed.lambdaMb);
  });
});
