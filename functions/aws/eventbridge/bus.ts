import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, type EventName } from '#core/event-names.ts';
import { chunks } from '#core/parallel.ts';
import type { Bus } from '#core/ports.ts';
import { eventBridge } from '../clients.ts';

/** EventBridge takes no more at once. */
const eventsAtOnce = 10;

/** A bus and what its events are called: notices to persons, or cases that arrive. @param name of the bus */
export function eventBridgeBus(name: string, event: EventName): Bus {
  return {
    async send(details) {
      for (const some of chunks(details, eventsAtOnce)) {
        const { FailedEntryCount } = await eventBridge.send(
          new PutEventsCommand({
            Entries: some.map((detail) => ({
              EventBusName: name,
              Source: EVENT_SOURCE,
              DetailType: event,
              Detail: JSON.stringify(detail),
            })),
          }),
        );
        if (FailedEntryCount !== 0) throw new Error('the bus did not take every event');
      }
    },
  };
}
