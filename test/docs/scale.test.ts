import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  assumed,
  quota,
  type Scale,
  scale,
  scaleTable,
  scaleText,
  usersAtGrantQuota,
} from '../../bench/scale.ts';

const home = join(import.meta.dirname, '../..');
const doc = readFileSync(join(home, 'docs/scale.md'), 'utf8');

describe('docs/scale.md', () => {
  test('its tables are what the command prints, to the letter', () => {
    const [, printed] = /<!-- scale -->\n([\s\S]*)\n<!-- \/scale -->/.exec(doc) ?? [];
    const command = execFileSync(process.execPath, ['bench/scale.ts'], { cwd: home, encoding: 'utf8' });
    assert.equal(printed?.trim(), command.trim());
    assert.equal(command, `${scaleText()}\n`);
  });

  test('the case stays open in the model for as long as in the policy that comes with Writ', () => {
    const policy = JSON.parse(readFileSync(join(home, 'policy/eu-e-evidence.json'), 'utf8'));
    assert.equal(assumed.collectHours, policy.collectHours);
  });

  test('the numbers that its sentences repeat are those of the model', () => {
    const { dailyShare, phoneChanges, collectHours, retentionMonths, kinds, sparingEpochs } = assumed;
    for (const said of [
      `${100 * dailyShare} % of them come on a given day`,
      `a number set or changed by\n  ${100 * phoneChanges} %`,
      `\`collectHours\`, ${collectHours} in`,
      `Each one more costs ${kinds * (retentionMonths + sparingEpochs)} keys`,
      `${quota.cryptographicVirginia.toLocaleString('en-US')}/s in N. Virginia`,
      `${quota.cryptographicFrankfurt.toLocaleString('en-US')}/s in Frankfurt`,
      `KMS takes ${quota.grantsPerKey.toLocaleString('en-US')} grants a key`,
    ]) {
      assert.ok(doc.includes(said), said);
    }
  });

  test('its links lead somewhere', () => {
    for (const [, target = ''] of doc.matchAll(/\]\((?!#|https)([^)#]+)/g)) {
      assert.ok(statSync(join(home, 'docs', target)).isFile(), target);
    }
  });
});

describe('the model of scale', () => {
  test('it has the three sizes, and what Writ asks of KMS grows with users and not with log-ins', () => {
    assert.deepEqual(
      scaleTable().map(({ users }) => users),
      [1e6, 1e8, 1e9],
    );
    for (const { users, events, writ } of scaleTable()) {
      assert.ok(writ.kmsRequests < 1.1 * users && writ.kmsRequests > users);
      assert.ok(events > 40 * users);
    }
  });

  test('the naive design asks for every record, and costs more at every size', () => {
    for (const { events, writ, naive } of scaleTable()) {
      assert.ok(naive.kmsRequests > events && naive.kmsRequests < 1.01 * events);
      assert.ok(naive.kmsDollars > writ.kmsDollars);
      assert.ok(naive.allDollars > writ.allDollars);
      // But for KMS the two do the same, and Writ counts what it writes.
      const rest = ({ allDollars, kmsDollars }: Scale['naive']) => allDollars - kmsDollars;
      assert.ok(rest(writ) > 1.7 * rest(naive) && rest(writ) < 2.3 * rest(naive));
    }
  });

  test('it agrees with sums done by hand for a thousand million users', () => {
    const near = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual / expected - 1) < 0.01, `${actual} is not ${expected}`);
    const { cases, events, grants, writ, naive } = scale(1e9);
    near(events, 1e9 * (0.68 * 2 * 30.4375 + 0.03));
    near(cases, 11_670);
    // Five epoch keys for each of 1.7276 subjects of the 76.9 % that are approved.
    near(grants.minted, 77_520);
    near(grants.onFullestKey, 15_290);
    // An Encrypt for each user and number, a GenerateMac for each number.
    near(writ.kmsRequests, 1.06e9);
    near(writ.kmsDollars, (1.06e9 / 10_000) * 0.03 + 33);
    near(writ.firstOfMonthRate, ((0.68e9 + 2 * (0.03e9 / 30.4375)) / 86_400) * 2);
    near(naive.kmsDollars, (41.5e9 / 10_000) * 0.03);
    // 41.4 G events: Kinesis 1 KB each, $0.12 a GB; Lambda 1 ms; DynamoDB four writes and a read each; 360 bytes for a year.
    const [kinesis, lambda, dynamo, kept] = [4741, 552 + 83, 103_550 + 5180, 41_660];
    // A new epoch key two writes more and three reads, and a number eight and four; an item each, or two.
    const [more, moreKept] = [1_440 + 400, 1_100];
    near(writ.allDollars, 3213 + kinesis + lambda + dynamo + kept + more + moreKept);
  });

  test('grants reach the quota at the number of users that it says', () => {
    const users = usersAtGrantQuota();
    assert.ok(Math.abs(scale(users).grants.onFullestKey - quota.grantsPerKey) < 1);
  });
});
