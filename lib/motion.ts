import {
  Duration,
  aws_lambda_destinations as destinations,
  aws_events as events,
  aws_lambda as lambda,
  aws_lambda_event_sources as sources,
  type aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { kindsThatWake, type Woken } from '#core/log/kinds.ts';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import type { Period, StreamSource } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import type { Held } from './rights.ts';

/** After this time a batch that keeps failing goes to the dead-letter queue. */
const giveUpAfter = Duration.hours(12);

/**
 * So often a part of a batch is tried again. A batch is halved until what fails stands alone (halving takes no try), and
 * then the stream goes on without it. The clock brings what was given up: sweeps.
 */
const tries = 10;

const minutesOf: Record<Period, number> = { '5 minutes': 5, hour: 60, 'hour of the trail': 60 };

/**
 * Lets streams and the clock wake the functions whose lines in functions.ts say so. No stream has more than two readers,
 * as DynamoDB recommends. Nothing is tried for ever, and what is given up is told to the dead-letter queue
 * (docs/decisions/0063).
 */
export function setInMotion(
  scope: Construct,
  fn: Record<FunctionName, WritFunction>,
  { held, deadLetters, config }: { held: Held; deadLetters: sqs.Queue; config: Config },
): void {
  const moved = functionNames.filter(
    (name) =>
      definitionOf(name).wokenBy.whereWitnessed === undefined || config.witnesses.witnesses.length > 0,
  );
  const fromStart = {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
    maxRecordAge: giveUpAfter,
    onFailure: new sources.SqsDlq(deadLetters),
  };
  for (const name of moved) {
    const { stream } = definitionOf(name).wokenBy;
    if (stream !== undefined) fn[name].addEventSource(sourceOf(stream, held, fromStart));
  }
  /** A rule takes five targets (EventBridge quotas, "Targets per rule"). */
  const rule = (id: string, description: string, period: Period) => (woken: events.IRuleTarget[]) => {
    const schedule = events.Schedule.rate(Duration.minutes(minutesOf[period]));
    new events.Rule(scope, id, { description, schedule, targets: woken });
  };
  const every: Record<Period, (woken: events.IRuleTarget[]) => void> = {
    '5 minutes': rule('Clock', 'Writ: what time does', '5 minutes'),
    hour: rule('Calendar', 'Writ: what hours and months do', 'hour'),
    'hour of the trail': (woken) => held.trail.wakes(woken),
  };
  for (const [period, wake] of Object.entries(every)) {
    const woken = moved.filter((name) => definitionOf(name).wokenBy.every === period);
    wake(woken.map((name) => targetOf(fn[name], minutesBetween(name), deadLetters)));
  }
  const asked = new Set(
    functionNames.flatMap((name): readonly FunctionName[] => definitionOf(name).invokes ?? []),
  );
  for (const name of functionNames) {
    if (definitionOf(name).wokenBy.every !== undefined || asked.has(name))
      retryAsynchronously(name, fn[name], deadLetters);
  }
}

/** From one tick of a function's clock to the next. */
function minutesBetween(name: FunctionName): number {
  return minutesOf[definitionOf(name).wokenBy.every ?? 'hour'];
}

/** The clock's next tick does all that this one was to do, so that none is kept for longer than until then. */
function targetOf(fn: WritFunction, minutes: number, deadLetterQueue: sqs.Queue): events.IRuleTarget {
  return new targets.LambdaFunction(fn, {
    deadLetterQueue,
    maxEventAge: Duration.minutes(minutes),
    retryAttempts: 3,
  });
}

/**
 * EventBridge's calls, and those of functions that do not wait for the answer, go into a queue of Lambda's own, which
 * tries twice more and for six hours where it is not told otherwise (Lambda Developer Guide, "How Lambda handles errors
 * and retries with asynchronous invocation").
 */
function retryAsynchronously(name: FunctionName, fn: WritFunction, deadLetters: sqs.Queue): void {
  const minutes = minutesBetween(name);
  fn.configureAsyncInvoke({
    maxEventAge: Duration.minutes(minutes),
    retryAttempts: minutes < 60 ? 0 : 2,
    // What is told of a call that failed holds its payload: to forget an account, its name (I1).
    ...(namesPerson(name) ? {} : { onFailure: new destinations.SqsDestination(deadLetters) }),
  });
}

/** The provider's backend calls it about a person's account. */
export function namesPerson(name: FunctionName): boolean {
  return definitionOf(name).wokenBy.hand === 'backend';
}

function sourceOf(
  stream: StreamSource,
  { incoming, tables }: Held,
  fromStart: sources.StreamEventSourceProps,
): lambda.IEventSource {
  switch (stream.of) {
    case 'identity-events':
      return new sources.KinesisEventSource(incoming.stream, {
        // By age alone: no sweep brings an event back, so no outage must use up its tries. `seal` itself goes on without
        // an event that no try would seal.
        ...fromStart,
        // A batch of events succeeds in part: an event that cannot be sealed yet holds back no other.
        reportBatchItemFailures: true,
        batchSize: 500,
        maxBatchingWindow: Duration.seconds(1),
      });
    case 'outbox':
      return new sources.DynamoEventSource(tables.source('entries'), {
        ...fromStart,
        retryAttempts: tries,
        batchSize: stream.entries === 'all' ? 1000 : 50,
        filters: [written(stream.entries)],
      });
    case 'log-head':
      return new sources.DynamoEventSource(tables.source('log'), {
        ...fromStart,
        retryAttempts: tries,
        batchSize: stream.newest ? 1000 : 10,
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
