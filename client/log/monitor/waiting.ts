import { z } from 'zod';
import { parseStored } from '#core/log/verify/stored.ts';
import type { MonitorStore } from './store.ts';

/** What a monitor waits for, by topic, and since when: how long something lasts is not seen in one round. */
const waited = z.strictObject({
  since: z.number(),
  /** Until the log, or what is cosigned of it, is as large as this. */
  size: z.string().exactOptional(),
  /** The checkpoint that is of this size. */
  note: z.string().exactOptional(),
});
export type Waited = z.output<typeof waited>;

const all = z.record(z.string(), waited);

export class Waiting {
  private readonly store: MonitorStore;

  constructor(store: MonitorStore) {
    this.store = store;
  }

  for(topic: string): Waited | undefined {
    return this.all()[topic];
  }

  set(topic: string, value: Waited | undefined): void {
    const { [topic]: _, ...others } = this.all();
    const next = value === undefined ? others : { ...others, [topic]: value };
    const text = JSON.stringify(next);
    if (text !== this.store.note('waiting')) this.store.setNote('waiting', text);
  }

  private all(): Record<string, Waited> {
    return parseStored(all, this.store.note('waiting') ?? '{}');
  }
}
