import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { readMonitorSettings } from '../../monitor/settings.ts';
import { LogMonitorStack } from '../../monitor/stack.ts';
import { cosigner } from '../core/log/cosigner.ts';
import { signer } from '../core/log/signer.ts';

const key = formatVerifierKey(signer('log.example/v1/log', 1).key);
const given = { url: 'https://log.example/v1', key, email: 'desk@example.org' };
const folder = mkdtempSync(join(tmpdir(), 'writ-monitor-'));
after(() => rmSync(folder, { recursive: true }));

const read = (settings: Record<string, unknown>) => readMonitorSettings((name) => settings[name]);
const template = Template.fromStack(new LogMonitorStack(new App(), 'WritMonitor', read(given)));

test('a monitor runs by the clock, and knows the log and its key', () => {
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Environment: { Variables: Match.objectLike({ LOG_URL: given.url, LOG_KEY: key }) },
  });
});

test('its alarms and findings go to one topic, and from there to whom the settings name', () => {
  for (const description of [/not what it was/, /could not read the log/, /does not run/])
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp(description.source),
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
    });
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: given.email });
});

test('an alarm tells of a monitor that does not run', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Invocations',
    TreatMissingData: 'breaching',
  });
});

test('its role reads and writes its state, publishes, and does nothing else', () => {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const actions = policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
  );
  for (const action of actions)
    assert.match(action, /^(logs:\w+|s3:ListBucket|s3:GetObject|s3:PutObject|sns:Publish)$/);
  assert.equal(template.toJSON().Resources && policies.length, 1);
});

test('what proves a finding stays when the stack goes', () => {
  template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
});

test('settings that are wrong are named, and nothing is made', () => {
  const policy = join(folder, 'trust.policy');
  writeFileSync(policy, `witness w ${formatWitnessKey(cosigner('w.example', 3).key)}\nquorum w\n`);
  assert.match(read({ ...given, policy }).policy ?? '', /^witness w /);
  assert.throws(() => read({ url: given.url }), /key/);
  assert.throws(() => read({ ...given, key: 'no key' }), /key: verifier-key-malformed/);
  assert.throws(() => read({ ...given, url: 'ftp://log.example' }), /url/);
  assert.throws(() => read({ ...given, everyMinutes: 0 }), /everyMinutes/);
  writeFileSync(policy, 'witness w\n');
  assert.throws(() => read({ ...given, policy }), /policy: line 1: line/);
});
