import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { formatVerifierKey, parseVerifierKey } from '#core/log/note.ts';
import {
  formatTrustPolicy,
  isWitnessed,
  parseTrustPolicy,
  TrustPolicyError,
  type TrustPolicyFault,
  unwitnessed,
} from '#core/log/trust-policy.ts';
import { cosigner } from './cosigner.ts';
import { signer } from './signer.ts';

const published: { policy: string } = JSON.parse(
  readFileSync(new URL('../../vectors/tlog/cosignatures.json', import.meta.url), 'utf8'),
);
const log = parseVerifierKey(formatVerifierKey(signer('log.example/writ', 1).key));
const names = ['X1', 'X2', 'X3', 'Y1', 'Y2'];
const witnesses = names.map((name, i) => cosigner(`witness.example/${name}`, 10 + i).key);
const [x1, x2, x3, y1, y2] = witnesses.map(formatWitnessKey);
const logLine = `log ${formatVerifierKey(log)}`;

/** The example of C2SP tlog-policy, with one witness less. */
const example = `# a policy
${logLine}

witness X1 ${x1} https://x1.example/
witness\tX2  ${x2}
  witness X3 ${x3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${y1}
witness Y2 ${y2}
group Y-witnesses any Y1 Y2

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function refused(text: string, fault: TrustPolicyFault, line?: number): void {
  assert.throws(
    () => parseTrustPolicy(text),
    (error) => {
      assert.ok(error instanceof TrustPolicyError);
      assert.deepEqual([error.fault, error.line], [fault, line], text);
      return true;
    },
  );
}

test('a policy is read: its logs, witnesses, groups and quorum', () => {
  const policy = parseTrustPolicy(example);
  assert.deepEqual(policy.logs, [{ key: log }]);
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    [['X1', 'https://x1.example/'], ...names.slice(1).map((name) => [name, undefined])],
  );
  assert.deepEqual(policy.groups[0], { name: 'X-witnesses', threshold: 2, members: ['X1', 'X2', 'X3'] });
  assert.deepEqual(
    policy.groups.map(({ threshold }) => threshold),
    [2, 1, 2],
  );
  assert.equal(policy.quorum, 'X-and-Y');
});

test('a policy that another program has read is read here too', () => {
  assert.equal(parseTrustPolicy(published.policy).quorum, 'W');
});

test('what is written is read as the same policy', () => {
  const policy = parseTrustPolicy(example);
  assert.deepEqual(parseTrustPolicy(formatTrustPolicy(policy)), policy);
  assert.deepEqual(parseTrustPolicy(formatTrustPolicy(unwitnessed(log))), unwitnessed(log));
});

test('a checkpoint is witnessed if as many cosigned it as the quorum asks for', () => {
  const policy = parseTrustPolicy(example);
  const by = (...some: string[]) => witnesses.filter((_, i) => some.includes(names[i] ?? ''));
  for (const some of [['X1', 'X2', 'Y1'], ['X2', 'X3', 'Y2'], names])
    assert.ok(isWitnessed(policy, by(...some)), some.join());
  for (const some of [[], ['X1', 'Y1', 'Y2'], ['X1', 'X2', 'X3']])
    assert.ok(!isWitnessed(policy, by(...some)), some.join());
  // A name says nothing: the key counts.
  assert.ok(
    !isWitnessed(
      policy,
      by('X1', 'X2', 'Y1').map((key, i) => ({ ...cosigner(key.name, 60 + i).key })),
    ),
  );
  assert.ok(isWitnessed(unwitnessed(log), []));
});

test('any member more never makes a checkpoint less witnessed', () => {
  const policy = parseTrustPolicy(example);
  fc.assert(
    fc.property(fc.subarray(witnesses), fc.constantFrom(...witnesses), (some, more) => {
      assert.ok(!isWitnessed(policy, some) || isWitnessed(policy, [...some, more]));
    }),
  );
});

test('what is no policy is refused with its line', () => {
  const w = `witness X1 ${x1}\n`;
  refused('', 'quorum-missing');
  refused(`${w}`, 'quorum-missing');
  refused(`${w}quorum X1\nquorum X1\n`, 'quorum-repeated', 3);
  refused('quorum X1\n', 'name-unknown', 1);
  refused(`quorum X1\n${w}`, 'name-unknown', 1);
  refused('nothing known\nquorum none\n', 'line', 1);
  refused(`${w.trim()} https://a https://b\n`, 'line', 1);
  refused('witness X1\n', 'line', 1);
  refused(`group g any\n`, 'line', 1);
  refused(`${w}witness X1 ${x2}\n`, 'name-repeated', 2);
  refused(`witness none ${x2}\n`, 'name-repeated', 1);
  refused(`${w}group X1 any X1\n`, 'name-repeated', 2);
  refused(`${w}witness X2 ${x1}\n`, 'key-repeated', 2);
  refused(`${logLine}\n${logLine}\n`, 'key-repeated', 2);
  refused(`${w}group g 2 X1\n`, 'threshold', 2);
  for (const many of ['0', '-1', '1.5', '01', 'some']) refused(`${w}group g ${many} X1\n`, 'threshold', 2);
  refused(`${w}group g any X1 X1\n`, 'member-repeated', 2);
  refused(`${w}group g any X1\ngroup h any X1\n`, 'member-repeated', 3);
  refused(`group g any none\n`, 'name-unknown', 1);
  refused(`witness X1 ${formatVerifierKey(log)}\n`, 'witness-key', 1);
  refused(`log ${x1}\n`, 'log-key', 1);
  refused('quorum none\r\n', 'character', 1);
  refused('quorum\u007fnone\n', 'character', 1);
  refused(' '.repeat(300_000), 'too-long');
  const many = Array.from(
    { length: 65 },
    (_, i) => `witness w${i} ${formatWitnessKey(cosigner('w', i).key)}`,
  );
  refused(many.join('\n'), 'too-many', 65);
});

test('an error never says what the policy says', () => {
  const secret = 'https://user:secret@witness.example';
  for (const text of [`witness ${secret}\n`, `log ${secret}\n`, `${secret}\n`, `quorum ${secret}\n`]) {
    assert.throws(
      () => parseTrustPolicy(text),
      (error: Error) => !String(error).includes('secret'),
    );
  }
});

test('whatever is read, is read or refused', () => {
  const word = fc.constantFrom(
    'log',
    'witness',
    'group',
    'quorum',
    'none',
    'any',
    'X1',
    x1 ?? '',
    '2',
    '#',
    '\t',
  );
  const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      try {
        const policy = parseTrustPolicy(lines.join('\n'));
        assert.deepEqual(parseTrustPolicy(formatTrustPolicy(policy)), policy);
      } catch (error) {
        assert.ok(error instanceof TrustPolicyError, String(error));
      }
    }),
  );
});
