import { z } from 'zod';
import { bytesUpTo } from '#core/bounds.ts';
import { concat, utf8 } from '#core/bytes.ts';
import type { Report } from '#core/log/report/figures.ts';
import { absent, any, less, type Put, type Store, StoreConflict } from '#core/store/store.ts';

/**
 * The transparency report as it was last made. It grows with each year and country, so its text is kept in parts: an item
 * takes 400 KB, and all parts are written in one transaction, of 4 MB.
 *
 *   transparency        how many of the log's entries it counts, in how many parts its text is
 *   transparency#<n>    a part of the JSON text, from 0, and of which report
 */
const reportKey = { pk: 'transparency' };
const partKey = (part: number) => ({ pk: `transparency#${part}` });

export const reportPartBytes = 300_000;
/** 3.6 MB in all: a century of reports in which 30 countries ask. */
export const mostReportParts = 12;

const size = z.coerce.bigint();
export const reportItem = z.object({ size, parts: z.int().positive().max(mostReportParts) });
export const reportPartItem = z.object({ size, text: bytesUpTo(reportPartBytes) });

export function keptReport(store: Store) {
  /** @returns undefined before there is a report; `torn` while a newer one takes its place */
  async function readOnce(): Promise<{ report: string; size: bigint } | 'torn' | undefined> {
    const { data } = reportItem.safeParse(await store.get('report', reportKey));
    // None, or one of before reports had parts: the next hour's takes its place.
    if (data === undefined) return undefined;
    const { size, parts } = data;
    const texts = await Promise.all(Array.from({ length: parts }, (_, part) => textOf(part, size)));
    const whole = texts.filter((text) => text !== undefined);
    return whole.length < parts ? 'torn' : { report: new TextDecoder().decode(concat(...whole)), size };
  }

  return {
    /** @returns undefined before there is a report */
    async read(): Promise<{ report: string; size: bigint } | undefined> {
      const first = await readOnce();
      const kept = first === 'torn' ? await readOnce() : first;
      return kept === 'torn' ? undefined : kept;
    },

    /**
     * Keeps a report, unless one of as many entries or more is kept: a slower maker does not turn the report back.
     *
     * @returns whether it was kept
     * @throws RangeError if it is longer than fits
     */
    async keep(report: Report): Promise<boolean> {
      const size = BigInt(report.log.size);
      const text = utf8(JSON.stringify(report));
      const parts = Math.ceil(text.length / reportPartBytes);
      if (parts > mostReportParts) throw new RangeError('the report is longer than its table takes');
      const head: Put = {
        table: 'report',
        put: { ...reportKey, size, parts },
        when: any(absent('pk'), less('size', size)),
      };
      const texts = Array.from({ length: parts }, (_, part): Put => {
        const from = part * reportPartBytes;
        const put = { ...partKey(part), size, text: text.slice(from, from + reportPartBytes) };
        return { table: 'report', put };
      });
      try {
        await store.write(head, ...texts);
        return true;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
        return false;
      }
    },
  };

  async function textOf(part: number, of: bigint): Promise<Uint8Array | undefined> {
    const item = await store.get('report', partKey(part));
    const found = item === undefined ? undefined : reportPartItem.parse(item);
    return found?.size === of ? found.text : undefined;
  }
}
