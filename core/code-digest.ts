import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toBase64 } from './bytes.ts';

/** Which code is deployed, as one number: what the log says of a deployment, and what anybody makes of the files. */

/**
 * SHA-256 over files as `sha-256=:…:`, in the order of their paths: each path and length on a line, and then the bytes.
 *
 * @param files by their paths, such as `seal/index.mjs`
 */
export function codeDigest(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  return `sha-256=:${toBase64(hash.digest())}:`;
}

/** The file of the policy, beside a function's code. */
export const policyFile = 'policy.json';
/** The file that says who witnesses the log (C2SP tlog-policy), beside a function's code. */
export const witnessesFile = 'witnesses.txt';

/** The file that says which other providers' feeds are heeded, beside the code of a function. */
export const subscriptionsFile = 'revocations-from.json';

/** What an operator chose, and no code: the log says of each on its own what is deployed. */
const chosenFiles: readonly string[] = [policyFile, witnessesFile, subscriptionsFile];

/** One function's code: its file in functions/, without `.ts`, and all that is deployed with it. */
export interface FunctionCode {
  file: string;
  files: ReadonlyMap<string, Uint8Array>;
}

/** The digest over the code of all functions. What an operator chose, and lies beside some code, is not part of it. */
export function functionsDigest(functions: readonly FunctionCode[]): string {
  const files = functions.flatMap(({ file, files }) =>
    [...files].flatMap(([name, bytes]) =>
      chosenFiles.includes(name) ? [] : [[`${file}/${name}`, bytes] as const],
    ),
  );
  return codeDigest(new Map(files));
}

/** Under which name a function of the template says its code, in its `Metadata`. */
export const CODE_METADATA = 'writ:code';

/** What is said there: the function's file in functions/, and the digest of each file that is deployed. */
export const deployedCode = z.object({ file: z.string(), digests: z.record(z.string(), z.string()) });
export type DeployedCode = z.infer<typeof deployedCode>;
