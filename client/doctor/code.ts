import { z } from 'zod';
import { digestMember } from '#core/canonical.ts';
import { CODE_METADATA, type DeployedCode, deployedCode } from '#core/code-digest.ts';

/** The code that runs, held against what the template and the log say of it. */

/** What a function's template says of its code; undefined of a stack that an older version deployed. */
export function codeOfTemplate(metadata: unknown): DeployedCode | undefined {
  return z.looseObject({ [CODE_METADATA]: deployedCode }).safeParse(metadata).data?.[CODE_METADATA];
}

/** What differs between a function's files and its template: a line each. */
export function codeDrift({ digests }: DeployedCode, files: ReadonlyMap<string, Uint8Array>): string[] {
  const names = new Set([...Object.keys(digests), ...files.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const bytes = files.get(name);
    if (bytes === undefined) return [`its file ${name} is gone`];
    if (digests[name] === undefined) return [`its file ${name} was added`];
    return digests[name] === digestMember(bytes) ? [] : [`its file ${name} is not the one that was deployed`];
  });
}
