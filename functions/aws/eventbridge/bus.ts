import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { chunks } from '#core/parallel.ts';
import type { Bus } from '#core/ports.ts';
import { eventBridge } from '../clients.ts';

/** EventBridge takes no more at once. */
const eventsAtOnce = 10;

/** The bus that notices go out on, for the provider's own messenger or mail. @param name of the bus */
export function eventBridgeBus(name: string): Bus {
  return {
    async send(notices) {
      for (const some of chunks(notices, eventsAtOnce)) {
        const { FailedEntryCount } = await eventBridge.send(
          new PutEventsCommand({
            Entries: some.map((notice) => ({
              EventBusName: name,
              Source: 'writ',
              DetailType: 'Disclosure notice',
              Detail: JSON.stringify(notice),
            })),
          }),
        );
        if (FailedEntryCount !== 0) throw new Error('the bus did not take every notice');
      }
    },
  };
}
