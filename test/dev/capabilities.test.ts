import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, lacks, missingWords } from '#dev/cloud/capabilities.ts';

test('a test that needs what a cloud has is not skipped', () => {
  assert.equal(lacks({ can: ['iam', 'kms'] }, 'iam', 'kms'), false);
  assert.equal(lacks({ can: [] }), false, 'nor one that needs nothing');
});

test('a test that needs more is skipped, with each reason in words', () => {
  assert.equal(
    lacks({ can: ['iam'] }, 'iam', 'kmsJournal', 'objectLock'),
    'nothing here records what KMS did; the log’s bucket has no Object Lock here',
  );
  for (const name of capabilities) assert.match(String(lacks({ can: [] }, name)), / here/, name);
});

test('what a cloud lacks is said once each, but for that it is not ours', () => {
  assert.deepEqual(missingWords({ can: capabilities }), []);
  assert.equal(missingWords({ can: [] }).length, capabilities.length - 1);
});
