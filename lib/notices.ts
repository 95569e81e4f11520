import { aws_events as events, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WritFunction } from './function.ts';

/**
 * The bus that notices to persons go out on. What delivers them is the provider's own: a rule of theirs on this bus, with
 * a dead-letter queue, to whatever sends their users messages or mail (docs/cases.md).
 */
export class NoticesBus extends Construct {
  readonly bus: events.EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new events.EventBus(this, 'Bus', {
      eventBusName: `${Stack.of(this).stackName}-notices`,
      description: 'Writ: notices to persons',
    });
  }

  sentBy(fn: WritFunction): void {
    this.bus.grantPutEventsTo(fn);
  }
}
