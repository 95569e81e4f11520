import { aws_events as events, Stack, aws_sns as sns, aws_events_targets as targets } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ARRIVAL, EVENT_SOURCE } from '#core/event-names.ts';
import type { Publishing } from './alarms.ts';
import type { WritFunction } from './function.ts';

/** The bus that tells of each case as it arrives. An operator may add rules of their own. */
export class ArrivalsBus extends Construct {
  readonly bus: events.EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new events.EventBus(this, 'Bus', {
      eventBusName: `${Stack.of(this).stackName}-arrivals`,
      description: 'Writ: cases as they arrive, without a name',
    });
  }

  announcedBy(fn: WritFunction): void {
    this.bus.grantPutEventsTo(fn);
  }
}

/**
 * What people are told of arrivals: topics that mail, chat and pagers subscribe to (docs/operator.md, "Told at once"). An
 * emergency goes to the alarms' topic too, which operators listen to already. Under no key of KMS, as the alarms' topic:
 * the messages name nobody.
 */
export class Arrivals extends Construct {
  /** Plain text: mail, SMS, pagers. */
  readonly topic: sns.Topic;
  /** The same for Amazon Q Developer in chat applications, which shows no plain text. */
  readonly chatTopic: sns.Topic;

  constructor(
    scope: Construct,
    id: string,
    { bus, publishing }: { bus: ArrivalsBus; publishing: Publishing },
  ) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Writ arrivals', enforceSSL: true });
    this.chatTopic = new sns.Topic(this, 'ChatTopic', { displayName: 'Writ arrivals', enforceSSL: true });
    const { delivery } = publishing;
    const to = (topic: sns.Topic, message: events.RuleTargetInput) =>
      new targets.SnsTopic(topic, { ...delivery, message });
    const rule = (name: string, detail: Record<string, unknown>, of: events.IRuleTarget[]) =>
      new events.Rule(this, name, {
        eventBus: bus.bus,
        description: 'Writ: a case arrived',
        eventPattern: { source: [EVENT_SOURCE], detailType: [ARRIVAL], ...detail },
        targets: of,
      });
    rule('CaseArrives', {}, [to(this.topic, plainText()), to(this.chatTopic, chatText())]);
    rule('EmergencyArrives', { detail: { priority: ['Emergency'] } }, [to(publishing.topic, plainText())]);
  }
}

const detail = (member: string) => events.EventField.fromPath(`$.detail.${member}`);
const words = () => ({
  what: `Priority ${detail('priority')}: it arrived at ${detail('receivedAt')}, and an answer is due by ${detail('dueAt')}.`,
  waiting: `Waiting for a decision: ${detail('waiting.cases')}, of which emergencies: ${detail('waiting.emergencies')}.`,
});

function plainText(): events.RuleTargetInput {
  const { what, waiting } = words();
  return events.RuleTargetInput.fromText(
    `Writ: a case arrived. ${what} ${waiting} A reviewer sees it with: writ review list`,
  );
}

/** The form that it shows (Amazon Q Developer in chat applications Administrator Guide, "Custom notifications"). */
function chatText(): events.RuleTargetInput {
  const { what, waiting } = words();
  return events.RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `Writ: a case arrived (${detail('priority')})`,
      description: `${what} ${waiting}`,
      nextSteps: ['A reviewer sees it with `writ review list`'],
    },
  });
}
