import { gzipSync } from 'node:zlib';
import { consoleFiles } from '#lib/console.ts';

/** Script, style sheet and the longest language together, with gzip: what a newcomer on a slow line waits for. */
export const mostPackedBytes = 200_000;

export interface ConsoleSize {
  name: string;
  whole: number;
  packed: number;
  /** Whether it counts towards the budget: the licences are fetched by whoever reads them. */
  isCounted: boolean;
}

export function consoleSizes(): ConsoleSize[] {
  const sizes = consoleFiles().map(({ name, bytes }) => ({
    name,
    whole: bytes.length,
    packed: gzipSync(bytes).length,
  }));
  const [longest] = sizes.filter(({ name }) => isLanguage(name)).toSorted((a, b) => b.packed - a.packed);
  return sizes.map((size) => ({
    ...size,
    isCounted: isLanguage(size.name) ? size === longest : /\.(?:js|css)$/.test(size.name),
  }));
}

/** The words of a language other than English, which is in the script. */
const isLanguage = (name: string) => /^[a-z]{2}-/.test(name);
