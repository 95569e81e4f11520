import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from '#core/canonical.ts';
import { issueFile, view, withdraw } from '#core/cases/acts.ts';
import { type CaseFile, caseFileSchema, makeCaseFile, openEntry } from '#core/cases/case-file.ts';
import { decide } from '#core/cases/deciding.ts';
import { validate } from '#core/cases/obligations.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { approval, by, committed, emergency, officerKey, policy, received, receivedAt } from './cases.ts';

/** A case that two reviewers approved, with its entries. */
function story() {
  const entries: Entry[] = [];
  const commit = (outcome: Parameters<typeof committed>[0]) => {
    const { it: current, entry } = committed(outcome, receivedAt);
    entries.push(entry);
    return current;
  };
  let value = commit(received());
  for (const name of ['one', 'two']) value = commit(decide(value, approval(value), by(name)));
  value = commit(view(value, 'somebody else'));
  value = commit(issueFile(value, 'one'));
  return { it: value, entries };
}

const opened = (file: CaseFile, entries: readonly Entry[]) =>
  entries.flatMap((entry) =>
    openEntry(file, entry).map(({ label, value }) => [entry.kind, label, value !== undefined]),
  );

test('a case’s file opens what its entries commit to, and leaves shut what it does not have', () => {
  const { it: current, entries } = story();
  const file = caseFileSchema.parse(JSON.parse(JSON.stringify(makeCaseFile(current))));
  assert.deepEqual(opened(file, entries), [
    ['request.received', 'request', true],
    ['request.received', 'resolved', true],
    ['decision.approved', 'request', true],
    ['decision.approved', 'scope', true],
    ['decision.approved', 'reviewer', true],
    ['decision.approved', 'request', true],
    ['decision.approved', 'scope', true],
    ['decision.approved', 'reviewer', true],
    ['review.opened', 'reviewer', false],
    ['case-file.issued', 'reviewer', true],
  ]);
  const [first] = entries;
  assert.ok(first);
  assert.equal(openEntry(file, first)[0]?.value, current.requestDigest);
});

test('what the case does not hold, a file is given: who looked, whom it was disclosed to, what left', () => {
  const { it: current, entries } = story();
  const file = makeCaseFile(current, {
    reviewer: ['somebody else'],
    recipient: ['thumbprint'],
    package: ['digest'],
  });
  assert.ok(opened(file, entries).every(([, , isOpen]) => isOpen));
  const completed: Entry = {
    v: 1,
    kind: 'collection.completed',
    at: receivedAt,
    stream: `case/${current.id}`,
    n: 9,
    data: {
      collection: 1,
      page: 1,
      more: false,
      records: 1,
      drawers: 1,
      package: commitment(current.salt, 'package', 'digest'),
    },
  };
  assert.deepEqual(
    openEntry(file, completed).map(({ label, value }) => [label, value]),
    [['package', 'digest']],
  );
});

test('a file opens an emergency’s validated authorisation; and the officers who acted, where it is given them', () => {
  const digest = `sha-256=:${'V'.repeat(43)}=:`;
  const start = committed(received(emergency), receivedAt).it;
  const validation = {
    authoriserRole: 'JudgeCourtOrInvestigatingJudge' as const,
    validatedAt: receivedAt,
    digest,
  };
  const validated = committed(
    validate(start, validation, { officer: 'the officer', key: officerKey, at: receivedAt, policy }),
    receivedAt,
  );
  const withdrawn = committed(withdraw(validated.it, 'another officer'), receivedAt);
  const { it: current } = withdrawn;
  const entries = [validated.entry, withdrawn.entry];
  assert.deepEqual(opened(makeCaseFile(current), entries), [
    ['authorisation.validated', 'officer', false],
    ['authorisation.validated', 'validation', true],
    ['case.withdrawn', 'officer', false],
  ]);
  const file = caseFileSchema.parse(makeCaseFile(current, { officer: ['the officer', 'another officer'] }));
  assert.deepEqual(
    entries.flatMap((entry) => openEntry(file, entry).map(({ value }) => value)),
    ['the officer', canonicalJson(validation), 'another officer'],
  );
  // Before it was validated there is nothing that could be opened.
  assert.deepEqual(opened(makeCaseFile(start), [validated.entry]).at(-1), [
    'authorisation.validated',
    'validation',
    false,
  ]);
});

test('another case’s entries, another salt and another label open nothing', () => {
  const { it: current, entries } = story();
  const file = makeCaseFile(current);
  const others = entries.map((entry) => ({ ...entry, stream: 'case/another' }));
  assert.deepEqual(opened(file, others), []);
  const salted = { ...file, salt: Buffer.alloc(32, 9).toString('base64url') };
  assert.ok(opened(salted, entries).every(([, , isOpen]) => !isOpen));
  const swapped = {
    ...file,
    values: file.values.map(({ value }) => ({ label: 'recipient' as const, value })),
  };
  assert.ok(opened(swapped, entries).every(([, , isOpen]) => !isOpen));
});

test('a file whose salt is not 32 bytes, or that holds anything else, is none', () => {
  const file = makeCaseFile(story().it);
  for (const bad of [
    { ...file, salt: `${file.salt}A` },
    { ...file, salt: file.salt.slice(0, -2) },
    { ...file, v: 2 },
    { ...file, more: 1 },
    { ...file, values: [{ label: 'cursor', value: 'x' }] },
  ]) {
    assert.equal(caseFileSchema.safeParse(bad).success, false);
  }
});
