import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trailVerdict } from '#client/cli/doctor/trail.ts';
import { type LiveTrail, logsChanges } from '#client/doctor/trails.ts';
import { synthesize } from '../../lib/synth.ts';

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

test('without a trail that tells it is wrong, unless the stack was deployed so; in another region IAM’s calls are named', () => {
  const verdict = (setting: string, trails: LiveTrail[], region = 'eu-central-1') => {
    const template = Object.fromEntries(
      synthesize({ stage: 'prod', trail: setting }).resources.map((resource) => [resource.id, resource]),
    );
    return trailVerdict(trails, { template, region });
  };
  const telling = trail({ selectors: [{ IncludeManagementEvents: true }] });
  const stopped = { ...telling, isLogging: false };
  const said = ({ state, message }: { state: string; message: string }) => `${state}: ${message}`;
  for (const setting of ['own', 'the-accounts-trail']) {
    assert.match(
      said(verdict(setting, [stopped])),
      /^wrong: no trail logs what is changed in this region: nobody/,
    );
    assert.match(
      said(verdict(setting, [stopped, telling])),
      /^ok: Writ-Trail logs .* IAM’s calls come only where/,
    );
  }
  assert.match(said(verdict('none', [])), /^ok: deployed with trail=none: no trail logs/);
  assert.doesNotMatch(said(verdict('own', [telling], 'us-east-1')), /IAM/);
});
