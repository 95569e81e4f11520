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
import type { Period, StreamSource } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import type { Held } from './rights.ts';

/** After this time a batch that keeps failing goes to the dead-letter queue. */
const giveUpAfter = Duration.hours(12);

/**
 * Lets streams and the clock wake the functions whose lines in functions.ts say so. No stream has more than two readers,
 * as DynamoDB recommends.
 */
export function setInMotion(
  scope: Construct,
  fn: Record<FunctionName, WritFunction>,
  { held, deadLetters }: { held: Held; deadLetters: sqs.Queue },
): void {
  const fromStart = {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
    maxRecordAge: giveUpAfter,
    onFailure: new sources.SqsDlq(deadLetters),
  };
  for (const name of functionNames) {
    const { stream } = definitionOf(name).wokenBy;
    if (stream !== undefined) fn[name].addEventSource(sourceOf(stream, held, fromStart));
  }
  const rule = (id: string, description: string, minutes: number) => (woken: readonly WritFunction[]) => {
    new events.Rule(scope, id, {
      description,
      schedule: events.Schedule.rate(Duration.minutes(minutes)),
      targets: woken.map((each) => new targets.LambdaFunction(each)),
    });
  };
  const every: Record<Period, (woken: readonly WritFunction[]) => void> = {
    '5 minutes': rule('Clock', 'Writ: what time does', 5),
    hour: rule('Calendar', 'Writ: what hours and months do', 60),
    'hour of the trail': (woken) => held.trail.wakes(woken),
  };
  for (const [period, wake] of Object.entries(every)) {
    wake(functionNames.filter((name) => definitionOf(name).wokenBy.every === period).map((name) => fn[name]));
  }
}

function sourceOf(
  stream: StreamSource,
  { incoming, tables }: Held,
  fromStart: sources.StreamEventSourceProps,
): lambda.IEventSource {
  switch (stream.of) {
    case 'identity-events':
      return new sources.KinesisEventSource(incoming.stream, {
        ...fromStart,
        // A batch of events succeeds in part: an event that cannot be sealed yet holds back no other.
        reportBatchItemFailures: true,
        batchSize: 500,
        maxBatchingWindow: Duration.seconds(1),
      });
    case 'outbox':
      return new sources.DynamoEventSource(tables.source('entries'), {
        ...fromStart,
        batchSize: stream.entries === 'all' ? 1000 : 50,
        filters: [written(stream.entries)],
      });
    case 'log-head':
      return new sources.DynamoEventSource(tables.source('log'), {
        ...fromStart,
        batchSize: 10,
        filters: [
          lambda.FilterCriteria.filter({
            dynamodb: { Keys: { pk: { S: lambda.FilterRule.isEqual('head') } } },
          }),
        ],
      });
  }
}

/**
 * Entries as they are written to the outbox. Each is written once: somebody who changes or deletes one there must not
 * stop the log with it.
 */
function written(entries: 'all' | Woken): Record<string, unknown> {
  const kinds =
    entries === 'all'
      ? {}
      : { dynamodb: { NewImage: { kind: { S: lambda.FilterRule.or(...kindsThatWake(entries)) } } } };
  return lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT'), ...kinds });
}
