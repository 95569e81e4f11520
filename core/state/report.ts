import { z } from 'zod';
import type { Report } from '#core/log/report/figures.ts';
import { absent, any, less, type Store, StoreConflict } from '#core/store/store.ts';

/**
 * The transparency report as it was last made.
 *
 *   transparency   the report as JSON text; how many of the log's entries it counts
 */
const reportKey = { pk: 'transparency' };
const reportItem = z.object({ report: z.string(), size: z.coerce.bigint() });

export function keptReport(store: Store) {
  return {
    /** @returns undefined before there is a report */
    async read(): Promise<z.infer<typeof reportItem> | undefined> {
      const item = await store.get('report', reportKey);
      return item === undefined ? undefined : reportItem.parse(item);
    },

    /**
     * Keeps a report, unless one of as many entries or more is kept: a slower maker does not turn the report back.
     *
     * @returns whether it was kept
     */
    async keep(report: Report): Promise<boolean> {
      const size = BigInt(report.log.size);
      try {
        await store.write({
          table: 'report',
          put: { ...reportKey, report: JSON.stringify(report), size },
          when: any(absent('pk'), less('size', size)),
        });
        return true;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
        return false;
      }
    },
  };
}
