import { z } from 'zod';
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
    this.store.setNote('waiting', JSON.stringify(next));
  }

  private all(): Record<string, Waited> {
    return all.parse(JSON.parse(this.store.note('waiting') ?? '{}'));
  }
}
