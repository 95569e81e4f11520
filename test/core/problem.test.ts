import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CaseError } from '#core/cases/errors.ts';
import { asProblem, problemSchema, problems, WireError } from '#core/problem.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { ForgedItem } from '#core/store/forged.ts';

const root = new URL('../../', import.meta.url);
const codes = Object.keys(problems).sort();

test('every code has its row in docs/errors.md, and every row its code', () => {
  const file = new URL('docs/errors.md', root);
  assert.ok(existsSync(file), 'docs/errors.md is missing');
  const rows = readFileSync(file, 'utf8').matchAll(/^\|\s*`([a-z-]+)`\s*\|(.*)$/gm);
  const documented = [...rows].map(([, code = '', rest = '']) => ({ code, rest }));
  assert.deepEqual(documented.map((row) => row.code).sort(), codes);
  for (const { code, rest } of documented) {
    const [status] = problems[code as keyof typeof problems];
    assert.match(rest, new RegExp(`\\b${status}\\b`), `the row of ${code} does not say ${status}`);
  }
});

test('every code that an area can throw has an answer, in the range of refusals or of failures', () => {
  const area = (file: string, type: string) => {
    const source = readFileSync(new URL(file, root), 'utf8');
    const union = new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? '';
    return [...union.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code);
  };
  const all = [
    ...area('core/problem.ts', 'WireErrorCode'),
    ...area('core/cases/errors.ts', 'CaseErrorCode'),
    ...area('core/registry/errors.ts', 'RegistryErrorCode'),
    ...area('core/signature/errors.ts', 'SignatureErrorCode'),
  ];
  // What is found out below all areas is answered with a code of theirs.
  assert.ok(codes.includes(new ForgedItem('cases', {}).code));
  assert.equal(new Set(all).size, all.length, 'one code has two areas');
  assert.deepEqual(all.sort(), codes);
  for (const [status, title] of Object.values(problems)) {
    assert.ok(status >= 400 && status <= 599 && title.length > 10);
  }
});

test('a known refusal is answered with its own code, status and title, and where it is', () => {
  assert.deepEqual(asProblem(new WireError('field-invalid', ['/period/from'])), {
    type: 'urn:writ:problem:field-invalid',
    title: problems['field-invalid'][1],
    status: 400,
    code: 'field-invalid',
    at: ['/period/from'],
  });
  const known = [
    [new CaseError('case-closed'), 409],
    [new SignatureError('signature-invalid'), 401],
    [new WireError('not-found'), 404],
  ] as const;
  for (const [error, status] of known) {
    const problem = asProblem(error);
    assert.deepEqual([problem.code, problem.status, 'at' in problem], [error.code, status, false]);
    assert.equal(problem.type, `urn:writ:problem:${error.code}`);
    assert.ok(problemSchema.safeParse(problem).success);
  }
});

test('I1: what was not foreseen is internal, and says nothing of what it said', () => {
  const unforeseen: unknown[] = [
    new Error('alice at 203.0.113.5'),
    new TypeError('alice at 203.0.113.5', { cause: new Error('203.0.113.5') }),
    Object.assign(new Error('alice 203.0.113.5'), { code: 'case-closed', at: ['203.0.113.5'], status: 200 }),
    { code: 'not-found', message: '203.0.113.5', at: ['alice'] },
    'alice 203.0.113.5',
    undefined,
    null,
  ];
  for (const error of unforeseen) {
    const problem = asProblem(error);
    assert.deepEqual(
      [problem.code, problem.status, Object.keys(problem).sort()],
      ['internal', 500, ['code', 'status', 'title', 'type']],
    );
    assert.doesNotMatch(JSON.stringify(problem), /alice|203\.0/);
  }
});

test('an error says its code and nothing else', () => {
  for (const error of [
    new WireError('replayed', ['/x']),
    new CaseError('case-closed'),
    new SignatureError('key-refused'),
  ]) {
    assert.equal(error.message, error.code);
  }
});

test('a client reads the problems of this version, and no code that it does not know', () => {
  const { type: _, ...problem } = asProblem(new WireError('not-found'));
  assert.ok(problemSchema.safeParse({ ...problem, more: 'later versions may say more' }).success);
  for (const code of ['toString', '__proto__', 'newer', '', 7, undefined]) {
    assert.equal(problemSchema.safeParse({ ...problem, code }).success, false, String(code));
  }
});
