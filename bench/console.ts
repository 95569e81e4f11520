import { consoleSizes, mostPackedBytes } from '#dev/console-sizes.ts';

/** What a browser fetches to open the console for the first time, beside its budget. */
const kB = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

for (const { name, whole, packed } of consoleSizes())
  console.log(`${kB(whole)}  ${kB(packed)} with gzip  ${name}`);
const counted = consoleSizes().filter(({ isCounted }) => isCounted);
const sum = counted.reduce((bytes, { packed }) => bytes + packed, 0);
console.log(`script and style with gzip: ${kB(sum).trim()} of at most ${kB(mostPackedBytes).trim()}`);
