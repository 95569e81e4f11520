import type { Watch } from '#core/ports.ts';
import type { ForgedItem } from '#core/store/forged.ts';
import { mayWrite } from '#core/store/tables.ts';
import type { StatePorts } from './commit.ts';
import { entryState } from './entries.ts';

/**
 * What becomes of an item that is not believed: the alarm, and an entry, where this function may write entries.
 *
 * Whoever forges items must not be able to fill an immutable bucket, so a table has 256 entries a day at most: an item
 * has its slot by its key, and a day's first item of a slot its entry.
 *
 * @param by this function
 */
export function forgeryReports(ports: StatePorts & { watch: Watch; by: string }) {
  const { clock, watch, by } = ports;
  const { putSingle } = entryState(ports);
  /** What this instance has recorded of a day. */
  let recorded: { day: string; slots: Set<string> } = { day: '', slots: new Set() };

  return async function report({ table, kind, writer, slot }: ForgedItem): Promise<void> {
    const of = {
      table,
      ...(kind === undefined ? {} : { kind }),
      ...(writer === undefined ? {} : { writer }),
    };
    watch.count('RecordsUnproven');
    watch.error('a table holds what no function of Writ wrote', of);
    if (!mayWrite('entries', by)) return;
    const day = clock.now().slice(0, 'YYYY-MM-DD'.length);
    if (recorded.day !== day) recorded = { day, slots: new Set() };
    const name = `${table}/${slot}`;
    if (recorded.slots.has(name)) return;
    await putSingle(`forgery/${day}/${name}`, { kind: 'record.unproven', data: of });
    recorded.slots.add(name);
  };
}
