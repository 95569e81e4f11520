import { gzipSync } from 'node:zlib';
import type { PageName } from '#core/wire/console.ts';
import { pageFiles } from '#lib/console.ts';

/** Script and style sheet of a page together, with gzip: what a newcomer on a slow line waits for, who reads English. */
export const mostPackedBytes: Readonly<Record<PageName, number>> = {
  desk: 200_000,
  // It proves packages, with what witnesses signed (decision 98).
  portal: 205_000,
  site: 200_000,
};

export interface ConsoleSize {
  name: string;
  whole: number;
  packed: number;
  /** Whether it counts towards the budget: licences and another language are fetched by whoever reads them. */
  isCounted: boolean;
}

export function pageSizes(page: PageName): ConsoleSize[] {
  return pageFiles(page).map(({ name, bytes }) => ({
    name,
    whole: bytes.length,
    packed: gzipSync(bytes).length,
    isCounted: name.startsWith(`${page}-`),
  }));
}
