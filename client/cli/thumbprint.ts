import { hexOf, isThumbprint, wordsOf } from '#client/thumbprint.ts';

/** Thumbprints on a terminal, for people to compare. */
const wordsPerLine = 6;
const groupsPerLine = 8;

/** A thumbprint as people compare it: as it is, in words, in hex. Five lines, of at most 53 characters. */
export async function comparable(thumbprint: string): Promise<string> {
  if (!isThumbprint(thumbprint)) return thumbprint;
  const said = [
    ...lines(await wordsOf(thumbprint), wordsPerLine),
    ...lines(hexOf(thumbprint), groupsPerLine),
  ];
  return [thumbprint, ...said].join('\n');
}

/** Thumbprints for a person to compare, indented. @param keys each with what it is for, where that is to be said */
export async function comparables(keys: Iterable<{ what?: string; thumbprint: string }>): Promise<string> {
  const blocks: string[] = [];
  for (const { what, thumbprint } of keys) {
    const shown = (await comparable(thumbprint)).replaceAll(/^/gm, what === undefined ? '  ' : '    ');
    blocks.push(what === undefined ? shown : `  ${what}\n${shown}`);
  }
  return blocks.join('\n');
}

function lines(parts: readonly string[], each: number): string[] {
  return Array.from({ length: Math.ceil(parts.length / each) }, (_, i) =>
    parts.slice(i * each, (i + 1) * each).join(' '),
  );
}
