import { pageNames } from '#core/wire/console.ts';
import { mostPackedBytes, pageSizes } from '#dev/console-sizes.ts';

/** What a browser fetches to open each page for the first time, beside its budget. */
const kB = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

for (const page of pageNames) {
  const sizes = pageSizes(page);
  for (const { name, whole, packed } of sizes) console.log(`${kB(whole)}  ${kB(packed)} with gzip  ${name}`);
  const sum = sizes.filter(({ isCounted }) => isCounted).reduce((bytes, { packed }) => bytes + packed, 0);
  console.log(
    `${page}: script and style with gzip: ${kB(sum).trim()} of at most ${kB(mostPackedBytes[page]).trim()}`,
  );
}
