import { globSync, readFileSync } from 'node:fs';
import { root } from './bundles.ts';

/** The packages that files of these names are of, by their folders. */
export function packagesOf(files: readonly string[]): string[] {
  return files.flatMap(
    (file) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
}

/**
 * What goes with files that packages were bundled into: their names and licences.
 *
 * @param folders of the packages, below our own
 * @throws Error where one has no licence to hand on
 */
export function licencesOf(folders: readonly string[]): string {
  const texts = [...new Set(folders)].sort().map((path) => {
    const [licence] = globSync('{LICENSE,LICENCE,license}*', { cwd: `${root}${path}` });
    if (licence === undefined) throw new Error(`${path} has no licence to hand on`);
    return `${path.replace(/^.*node_modules\//, '')}\n\n${readFileSync(`${root}${path}/${licence}`, 'utf8').trim()}\n`;
  });
  return `The files beside this one hold these packages, each under its licence.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
