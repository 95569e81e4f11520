import { z } from 'zod';
import { storedDigest, storedThumbprint } from '#core/bounds.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type EntryBody, noEntries, streamHead } from '#core/log/entry.ts';
import { mostWitnessCharacters, witnessCharacters } from '#core/log/limits.ts';
import { asOfEntry, commit, decideUntilFirst, record, type StatePorts } from './commit.ts';

/** What the log says is deployed, beside the registry. */
const itemKey = { pk: 'deployment' };

const deploymentSchema = z.object({
  code: storedDigest,
  console: storedDigest.optional(),
  portal: storedDigest.optional(),
  site: storedDigest.optional(),
  policy: storedDigest,
  keys: z.array(storedThumbprint).max(5),
  witnesses: z.string().max(mostWitnessCharacters).regex(witnessCharacters).optional(),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const storedDeployment = deploymentSchema.extend({ entries: streamHead });

export function deploymentState(ports: StatePorts) {
  const { store, clock } = ports;
  return {
    /** Records what is deployed, and that the policy changed where it did; nothing if nothing changed. */
    record(next: Deployment): Promise<void> {
      return decideUntilFirst(ports, async () => {
        const item = await store.get('registry', itemKey);
        const before = item === undefined ? undefined : storedDeployment.parse(item);
        if (before !== undefined && canonicalJson(deploymentSchema.parse(before)) === canonicalJson(next))
          return;
        const bodies: EntryBody[] = [{ kind: 'deployment.made', data: next }];
        if (before !== undefined && before.policy !== next.policy)
          bodies.unshift({ kind: 'policy.changed', data: { from: before.policy, to: next.policy } });
        const since = before?.entries ?? noEntries;
        const { entries, head } = record('deployment', since, clock.now(), ...bodies);
        const put = { ...itemKey, ...next, entries: head };
        await commit(store, {
          writes: [{ table: 'registry', put, when: asOfEntry(since) }],
          entries,
        });
      });
    },
  };
}
export type DeploymentState = ReturnType<typeof deploymentState>;
