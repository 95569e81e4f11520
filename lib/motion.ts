import {
  Duration,
  aws_events as events,
  aws_lambda as lambda,
  aws_lambda_event_sources as sources,
  type aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { kindsThatWake, type Woken } from '#core/log/kinds.ts';
import type { WritFunction } from './function.ts';
import type { EventStream } from './ingest.ts';
import { Tables } from './tables.ts';

/** How late a batch that keeps failing is given up to the dead-letter queue. */
const giveUpAfter = Duration.hours(12);

type Moved = 'seal' | 'sequence' | 'expire' | 'preserve' | 'authorise' | 'prepare' | 'forget' | 'report';

/**
 * What sets each function in motion that no caller does: a stream, or the clock. No stream has more than two readers,
 * which is what DynamoDB recommends: `sequence` and `expire` read what was committed, `authorise` what the log shows.
 */
export function setInMotion(
  scope: Construct,
  fn: Record<Moved, WritFunction>,
  by: { incoming: EventStream; tables: Tables; deadLetters: sqs.Queue },
): void {
  const fromStart = {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
    maxRecordAge: giveUpAfter,
    onFailure: new sources.SqsDlq(by.deadLetters),
  };
  fn.seal.addEventSource(
    new sources.KinesisEventSource(by.incoming.stream, {
      ...fromStart,
      reportBatchItemFailures: true,
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(1),
    }),
  );
  fn.sequence.addEventSource(
    new sources.DynamoEventSource(Tables.source(by.tables.entries), {
      ...fromStart,
      batchSize: 1000,
      // An entry is written once: whoever changes or deletes one in the outbox must not stop the log with it.
      filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT') })],
    }),
  );
  fn.expire.addEventSource(
    new sources.DynamoEventSource(Tables.source(by.tables.entries), {
      ...fromStart,
      batchSize: 50,
      filters: [waking('expire')],
    }),
  );
  fn.authorise.addEventSource(
    new sources.DynamoEventSource(Tables.source(by.tables.log), {
      ...fromStart,
      batchSize: 10,
      filters: [
        lambda.FilterCriteria.filter({
          dynamodb: { Keys: { pk: { S: lambda.FilterRule.isEqual('head') } } },
        }),
      ],
    }),
  );
  new events.Rule(scope, 'Clock', {
    description: 'Writ: what time does',
    schedule: events.Schedule.rate(Duration.minutes(5)),
    targets: [new targets.LambdaFunction(fn.expire)],
  });
  new events.Rule(scope, 'Calendar', {
    description: 'Writ: what hours and months do',
    schedule: events.Schedule.rate(Duration.hours(1)),
    targets: [fn.prepare, fn.preserve, fn.forget, fn.report].map(
      (writFunction) => new targets.LambdaFunction(writFunction),
    ),
  });
}

/** Entries that wake a function as soon as they are committed. */
function waking(name: Woken): Record<string, unknown> {
  return lambda.FilterCriteria.filter({
    eventName: lambda.FilterRule.isEqual('INSERT'),
    dynamodb: { NewImage: { kind: { S: lambda.FilterRule.or(...kindsThatWake(name)) } } },
  });
}
