import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedError } from '#client/errors.ts';
import { problems } from '#core/problem.ts';
import { formBefore } from '../../../client/cli/collect/form.ts';
import { request } from '../../core/cases/cases.ts';

const refused = (code: 'field-invalid' | 'field-unknown' | 'case-closed') => {
  const [status, title] = problems[code];
  return new RefusedError({ type: `urn:writ:problem:${code}`, title, status, code }, true);
};

test('a provider who knows no third form is asked for the second, and one who knows none for the first', () => {
  assert.deepEqual(formBefore({ form: 3, request }, refused('field-invalid')), { form: 2, request });
  assert.deepEqual(formBefore({ form: 3 }, refused('field-invalid')), { form: 2 });
  assert.deepEqual(formBefore({ form: 3, request }, refused('field-unknown')), {});
  assert.deepEqual(formBefore({ form: 2 }, refused('field-unknown')), {});
});

test('a call that was refused for something else is not made again', () => {
  assert.equal(formBefore({ form: 3 }, refused('case-closed')), undefined);
  assert.equal(formBefore({ form: 2 }, refused('field-invalid')), undefined);
  assert.equal(formBefore({}, refused('field-unknown')), undefined);
  assert.equal(formBefore({ form: 3 }, new Error('no connection')), undefined);
});
