import { z } from 'zod';
import { registryDesk } from '#core/gateway/registry.ts';
import { subjectKinds } from '#core/vault/subject.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock } from './aws/clock.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { cases, emergencies, heard, registry, suspensions } from './aws/state.ts';

/**
 * What an operator does to Writ while it runs: confirms that an agency's emergencies are accepted again, which a reviewer
 * has signed; and has the tag of a honeytoken made, for the policy. An operator invokes it with AWS credentials, never
 * over the API. It opens nothing, and the tag of an account leads to nothing of that account.
 */
const inputSchema = z.union([
  z.strictObject({ confirm: z.string() }),
  // Operators' scripts say "decoy" for a honeytoken.
  z.strictObject({
    decoy: z.strictObject({
      kind: z.enum(subjectKinds),
      value: z.string().min(1).max(256),
    }),
  }),
]);
export type Operation = z.input<typeof inputSchema>;

const { confirm } = registryDesk({
  registry,
  // A confirmation changes neither an agency's record nor the desk's.
  newest: registry,
  emergencies,
  suspensions,
  heard,
  cases,
  clock: systemClock,
  chance: systemChance,
  watch,
  // A confirmation enrols no key.
  coolOffHours: 0,
});

/** @throws RegistryError change-closed, change-not-yours, emergencies-open, agency-unknown */
export async function handler(event: unknown): Promise<{ status: string } | { tag: string }> {
  const input = inputSchema.parse(event);
  if ('decoy' in input) return { tag: await pseudonyms.honeytokenTag(input.decoy.kind, input.decoy.value) };
  return { status: await confirm(input.confirm) };
}
