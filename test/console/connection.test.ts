import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedError } from '#client/errors.ts';
import { connectionAfter } from '#console/state/connection.ts';
import { type ProblemCode, problems } from '#core/problem.ts';

const refused = (code: ProblemCode) => {
  const [status, title] = problems[code];
  return new RefusedError({ type: `urn:writ:problem:${code}`, title, status, code }, true);
};

test('a key that is suspended is told of as that, and not as one that is not enrolled', () => {
  assert.deepEqual(connectionAfter(refused('key-suspended')), { is: 'suspended' });
  assert.deepEqual(connectionAfter(refused('signature-key-unknown')), { is: 'key-refused' });
  assert.equal(connectionAfter(refused('not-found')), undefined);
});
