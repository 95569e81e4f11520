import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedError } from '#client/errors.ts';
import { formBefore, packageForm } from '#client/package/form.ts';
import { problems } from '#core/problem.ts';
import { request } from '../../core/cases/cases.ts';
import { coverageOf, disclosed, disclosedScope, epoc, Keys } from './pages.ts';

const [made] = (await disclosed(new Keys(), [[]], { order: epoc })).disclosures;
assert.ok(made);
const firstPage = made;

const refused = (code: 'field-invalid' | 'field-unknown' | 'case-closed') => {
  const [status, title] = problems[code];
  return new RefusedError({ type: `urn:writ:problem:${code}`, title, status, code }, true);
};

test('a provider who does not know the newest form is asked for the one before, down to the first', () => {
  assert.deepEqual(formBefore({ form: 4, request }, refused('field-invalid')), { form: 3, request });
  assert.deepEqual(formBefore({ form: 3, request }, refused('field-invalid')), { form: 2, request });
  assert.deepEqual(formBefore({ form: 3 }, refused('field-invalid')), { form: 2 });
  assert.deepEqual(formBefore({ form: 3, request }, refused('field-unknown')), {});
  assert.deepEqual(formBefore({ form: 4 }, refused('field-unknown')), {});
  assert.deepEqual(formBefore({ form: 2 }, refused('field-unknown')), {});
});

test('a call that was refused for something else is not made again', () => {
  assert.equal(formBefore({ form: 3 }, refused('case-closed')), undefined);
  assert.equal(formBefore({ form: 2 }, refused('field-invalid')), undefined);
  assert.equal(formBefore({}, refused('field-unknown')), undefined);
  assert.equal(formBefore({ form: 3 }, new Error('no connection')), undefined);
});

test('a collection that goes on asks for the form that its first page has', () => {
  const page = { ...firstPage, order: undefined };
  assert.deepEqual(packageForm(undefined, request), { form: 4, request });
  assert.deepEqual(packageForm(undefined, undefined), { form: 4 });
  assert.deepEqual(packageForm(page, request), {});
  assert.deepEqual(packageForm(firstPage, request), { form: 2 });
  const completeness = { ...coverageOf(disclosedScope), found: [] };
  assert.deepEqual(packageForm({ ...firstPage, completeness }, request), { form: 3 });
  const tlogProof = 'c2sp.org/tlog-proof@v1';
  assert.deepEqual(packageForm({ ...firstPage, completeness, tlogProof }, request), { form: 4 });
  const named = { ...firstPage, subjects: [{ subject: 0, kind: 'phone', value: '+491512345678' }] };
  assert.deepEqual(packageForm(named, request), { form: 2, request });
  assert.equal(packageForm(named, undefined), undefined, 'nobody knows any more whom it names');
});

test('a request that leaves no room for itself in a call is not handed in again', () => {
  const long = {
    ...request,
    subjects: Array.from({ length: 4000 }, () => ({ kind: 'phone', value: '+4915112345678' }) as const),
  };
  assert.deepEqual(packageForm(undefined, long), { form: 4 });
});
