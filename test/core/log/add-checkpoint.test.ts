import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddCheckpoint, formatSize, parseAddCheckpoint, parseSize } from '#core/log/add-checkpoint.ts';

/** The example of C2SP tlog-witness, `add-checkpoint`. */
const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

test('the specification’s request is read, and written as it is', () => {
  const read = parseAddCheckpoint(example);
  assert.equal(read?.oldSize, 20_852_014n);
  assert.equal(read.proof.length, 4);
  assert.ok(read.checkpoint.startsWith('example.com/behind-the-sofa\n20852163\n'));
  assert.equal(formatAddCheckpoint(read), example);
});

test('what is written is read', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const size = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(size, fc.array(hash, { maxLength: 63 }), (oldSize, proof) => {
      const request = { oldSize, proof, checkpoint: 'origin\n1\nroot\n\n— origin AAAAAAA=\n' };
      assert.deepEqual(parseAddCheckpoint(formatAddCheckpoint(request)), request);
      assert.equal(parseSize(formatSize(oldSize)), oldSize);
    }),
  );
});

test('what is no request is none', () => {
  const hash = 'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=';
  const requests = [
    '',
    'old 1',
    example.replace('old 20852014', 'old 020852014'),
    example.replace('old 20852014', 'old -1'),
    example.replace('old 20852014', 'old  20852014'),
    example.replace('old 20852014', `old ${2n ** 64n}`),
    example.replace('old ', 'Old '),
    example.replace(hash, hash.slice(4)),
    example.replace(hash, `${hash} `),
    example.replace(hash, `${hash}\n`.repeat(61).trimEnd()),
    `${example}${'x'.repeat(600_000)}`,
  ];
  for (const text of requests) assert.equal(parseAddCheckpoint(text), undefined, text.slice(0, 100));
});

test('what is no size is none', () => {
  for (const text of ['', '1', '01\n', '-1\n', '1\n\n', 'x\n', `${2n ** 64n}\n`, '1 \n', '1\r\n'])
    assert.equal(parseSize(text), undefined, JSON.stringify(text));
});
