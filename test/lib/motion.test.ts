import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { definitionOf, functionNames } from '#lib/functions.ts';
import { arnOf, matches, ofType, roleOf, statementsOf, synthesize } from './synth.ts';

/** What wakes functions, what is tried how often, and where it says what was given up. */
const target = z.object({
  Arn: z.unknown(),
  RetryPolicy: z.object({ MaximumRetryAttempts: z.number(), MaximumEventAgeInSeconds: z.number() }),
  DeadLetterConfig: z.object({ Arn: z.unknown() }),
});
const mapping = z.object({
  EventSourceArn: z.unknown(),
  BisectBatchOnFunctionError: z.literal(true),
  MaximumRecordAgeInSeconds: z.number(),
  MaximumRetryAttempts: z.number().optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown() }) }),
});
const asynchronous = z.object({
  FunctionName: z.object({ Ref: z.string() }),
  MaximumEventAgeInSeconds: z.number(),
  MaximumRetryAttempts: z.number(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown() }) }).optional(),
});

for (const stage of ['dev', 'prod']) {
  const { resources } = synthesize({ stage, provider: 'A provider', authority: 'disclosure.example' });
  const [queue] = ofType(resources, 'AWS::SQS::Queue');
  const nameOf = (id: string | undefined) => id?.slice(0, -8);

  test(`no stream’s batch is tried for ever, and the dead letters say which was given up (${stage})`, () => {
    for (const { id, Properties } of ofType(resources, 'AWS::Lambda::EventSourceMapping')) {
      const found = mapping.parse(Properties);
      assert.equal(arnOf(found.DestinationConfig.OnFailure.Destination), queue?.id, id);
      // Streams keep a day: whoever looks at the dead letters has the other half of it.
      assert.ok(found.MaximumRecordAgeInSeconds <= 12 * 3600, id);
      // No sweep brings an event back: an outage must not use up its tries.
      const isOfEvents = JSON.stringify(found.EventSourceArn).includes('EventStream');
      assert.equal(found.MaximumRetryAttempts, isOfEvents ? undefined : 10, id);
    }
  });

  test(`a function that a stream wakes and that gives up after some tries is woken by the clock too (${stage})`, () => {
    for (const name of functionNames) {
      const { stream, every } = definitionOf(name).wokenBy;
      if (stream !== undefined && stream.of !== 'identity-events') assert.equal(every, '5 minutes', name);
    }
  });

  test(`no call of the clock’s is tried for ever, and the dead letters get what was given up (${stage})`, () => {
    const scheduled = ofType(resources, 'AWS::Events::Rule').filter(
      ({ Properties }) => 'ScheduleExpression' in Properties,
    );
    const policy = ofType(resources, 'AWS::SQS::QueuePolicy').flatMap(({ Properties }) =>
      statementsOf(Properties.PolicyDocument),
    );
    assert.ok(scheduled.length >= 2);
    for (const { id, Properties } of scheduled) {
      const targets = z.array(target).max(5).parse(Properties.Targets);
      for (const { DeadLetterConfig, RetryPolicy } of targets) {
        assert.equal(arnOf(DeadLetterConfig.Arn), queue?.id, id);
        assert.equal(RetryPolicy.MaximumRetryAttempts, 3);
        assert.ok(RetryPolicy.MaximumEventAgeInSeconds <= 3600);
      }
      const admitted = policy.filter(
        (s) =>
          s.Effect === 'Allow' &&
          matches(s, 'sqs:SendMessage') &&
          JSON.stringify(s.Principal).includes('events.amazonaws.com') &&
          arnOf(s.Condition?.ArnEquals?.['aws:SourceArn']) === id,
      );
      assert.equal(admitted.length, 1, `${id} may tell the queue`);
    }
  });

  test(`no call that nobody waits for is tried for ever (${stage})`, () => {
    const configured = new Map(
      ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => {
        const found = asynchronous.parse(Properties);
        return [nameOf(found.FunctionName.Ref), found];
      }),
    );
    const unawaited = functionNames.filter(
      (name) =>
        definitionOf(name).wokenBy.every !== undefined ||
        functionNames.some((other) => definitionOf(other).invokes?.some((invoked) => invoked === name)),
    );
    assert.deepEqual([...configured.keys()].sort(), [...unawaited].sort());
    for (const [name, { MaximumEventAgeInSeconds, MaximumRetryAttempts }] of configured) {
      assert.ok(MaximumEventAgeInSeconds <= 3600 && MaximumRetryAttempts <= 2, name);
    }
  });

  test(`I1: what was given up says nothing of a person: an erasure’s call is told to no queue, the others are (${stage})`, () => {
    for (const { id, Properties } of ofType(resources, 'AWS::Lambda::EventInvokeConfig')) {
      const { FunctionName, DestinationConfig } = asynchronous.parse(Properties);
      const name = nameOf(FunctionName.Ref);
      const destination = arnOf(DestinationConfig?.OnFailure.Destination);
      assert.equal(destination, name === 'Forget' ? undefined : queue?.id, id);
    }
    const role = roleOf(resources, 'Forget');
    const rights = ofType(resources, 'AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${role}"`))
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument));
    assert.ok(rights.length > 0 && !rights.some((s) => matches(s, 'sqs:SendMessage')));
  });
}
