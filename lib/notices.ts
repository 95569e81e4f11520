import { aws_events as events, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WritFunction } from './function.ts';

/**
 * The bus for notices to persons. The provider delivers them: with a rule of its own on this bus, and a dead-letter queue,
 * to the system that sends its users messages or mail (docs/cases.md).
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
