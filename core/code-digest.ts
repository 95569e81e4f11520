import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Which code is deployed, as one number: what the log says of a deployment, and what anybody makes of the bundles. */

/**
 * SHA-256 over all functions' code as `sha-256=:…:`, in the order of their names. The policy that lies beside some code has
 * a digest of its own.
 *
 * @param bundles each function's code by its file in functions/, without `.ts`
 */
export function codeDigest(bundles: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [file, code] of [...bundles].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${file}/index.mjs ${code.length}\n`).update(code);
  return `sha-256=:${hash.digest('base64')}:`;
}

/** Under which name a function of the template says its code, in its `Metadata`. */
export const CODE_METADATA = 'writ:code';

/** What is said there: the function's file in functions/, and the digest of each file that is deployed. */
export const deployedCode = z.object({ file: z.string(), digests: z.record(z.string(), z.string()) });
export type DeployedCode = z.infer<typeof deployedCode>;
