import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LiveTrail, logsChanges } from '#client/doctor/trails.ts';

const trail = (given: Partial<LiveTrail>): LiveTrail => ({
  name: 'Writ-Trail',
  isLogging: true,
  selectors: [],
  advancedSelectors: [],
  ...given,
});
const simple = (...selectors: LiveTrail['selectors'][number][]) => logsChanges(trail({ selectors }));
const advanced = (...FieldSelectors: object[]) =>
  logsChanges(trail({ advancedSelectors: [{ FieldSelectors }] }));
const management = { Field: 'eventCategory', Equals: ['Management'] };

test('a trail that logs management events tells of changes, and one that was stopped does not', () => {
  assert.ok(simple({ ReadWriteType: 'All', IncludeManagementEvents: true }));
  assert.ok(simple({ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }));
  const selectors = [{ ReadWriteType: 'All', IncludeManagementEvents: true }];
  assert.ok(!logsChanges(trail({ selectors, isLogging: false })));
});

test('a trail of data events, of what reads, or without KMS does not', () => {
  assert.ok(!simple());
  assert.ok(!simple({ ReadWriteType: 'All', IncludeManagementEvents: false }));
  assert.ok(!simple({ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }));
  assert.ok(!simple({ IncludeManagementEvents: true, ExcludeManagementEventSources: ['kms.amazonaws.com'] }));
});

test('the same goes for advanced selectors', () => {
  assert.ok(advanced(management));
  assert.ok(advanced(management, { Field: 'readOnly', Equals: ['false'] }));
  assert.ok(advanced(management, { Field: 'eventSource', NotEquals: ['rdsdata.amazonaws.com'] }));
  assert.ok(!advanced(management, { Field: 'readOnly', Equals: ['true'] }));
  assert.ok(!advanced(management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }));
  assert.ok(!advanced({ Field: 'eventCategory', Equals: ['Data'] }));
});
