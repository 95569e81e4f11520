import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyFault, faults, PlannedFault } from './faults.ts';

/** A port that notes what is done. */
function counter() {
  const done: string[] = [];
  return {
    done,
    port: {
      async add(name: string) {
        done.push(name);
        return done.length;
      },
      async *list() {
        yield* done;
      },
    },
  };
}

test('calls are counted over all ports', async () => {
  const disturbed = faults();
  const [a, b] = [counter(), counter()];
  const [first, second] = [disturbed.over('a', a.port), disturbed.over('b', b.port)];
  assert.equal(await first.add('x'), 1);
  await second.add('y');
  assert.deepEqual(await Array.fromAsync(first.list()), ['x']);
  assert.deepEqual(disturbed.calls, ['a.add', 'b.add', 'a.list']);
});

test('a call fails before anything is done', async () => {
  const disturbed = faults({ at: 1, fault: 'fails' });
  const { done, port } = counter();
  const wrapped = disturbed.over('a', port);
  await wrapped.add('x');
  await assert.rejects(wrapped.add('y'), PlannedFault);
  await wrapped.add('z');
  assert.deepEqual(done, ['x', 'z']);
  assert.ok(disturbed.done);
});

test('a call is done and its answer is lost', async () => {
  const { done, port } = counter();
  await assert.rejects(faults({ at: 0, fault: 'answer-lost' }).over('a', port).add('x'), PlannedFault);
  assert.deepEqual(done, ['x']);
});

test('a call is done twice and the second answer is seen', async () => {
  const { done, port } = counter();
  assert.equal(await faults({ at: 0, fault: 'twice' }).over('a', port).add('x'), 2);
  assert.deepEqual(done, ['x', 'x']);
});

test('somebody else acts just before a call', async () => {
  const { done, port } = counter();
  const fault = async () => {
    done.push('else');
  };
  await faults({ at: 0, fault }).over('a', port).add('x');
  assert.deepEqual(done, ['else', 'x']);
});

test('a list fails at its beginning or in the middle', async () => {
  const { port } = counter();
  for (const name of ['w', 'x', 'y', 'z']) await port.add(name);
  const read = async (fault: 'fails' | 'answer-lost' | 'twice') => {
    const seen: string[] = [];
    try {
      for await (const name of faults({ at: 0, fault }).over('a', port).list()) seen.push(name);
    } catch (error) {
      assert.ok(error instanceof PlannedFault);
    }
    return seen.join('');
  };
  assert.equal(await read('fails'), '');
  assert.equal(await read('answer-lost'), 'wx');
  assert.equal(await read('twice'), 'wxyz');
});

test('every fault at every call is planned once', () => {
  const plans = everyFault(3).map(({ at, fault }) => `${at} ${fault}`);
  assert.equal(new Set(plans).size, 9);
});
