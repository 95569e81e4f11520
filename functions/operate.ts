import { z } from 'zod';
import { confirmAsOperator } from '#core/registry/change.ts';
import { honeytokenTag } from './aws/blind-index.ts';
import { reopenEmergencies } from './aws/emergencies.ts';
import { commitChange, getAgency, getChange, standingDeciders } from './aws/registry.ts';

/**
 * What an operator does to Writ while it runs: confirms that an agency's emergencies are taken again, which a reviewer has
 * signed; and has the tag of a decoy made, for the policy. Invoked with AWS credentials, never over the API. It opens
 * nothing, and the tag of an account leads to nothing of that account.
 */
const inputSchema = z.union([
  z.strictObject({ confirm: z.string() }),
  z.strictObject({
    decoy: z.strictObject({
      kind: z.enum(['account', 'phone', 'username']),
      value: z.string().min(1).max(256),
    }),
  }),
]);
export type Operation = z.input<typeof inputSchema>;

/** @throws RegistryError change-closed, change-not-yours, emergencies-open, agency-unknown */
export async function handler(event: unknown): Promise<{ status: string } | { tag: string }> {
  const input = inputSchema.parse(event);
  if ('decoy' in input) return { tag: await honeytokenTag(input.decoy.kind, input.decoy.value) };
  return { status: await confirm(input.confirm) };
}

async function confirm(id: string): Promise<string> {
  const value = await getChange(id);
  if (value === undefined) throw new Error('there is no such change');
  const at = new Date().toISOString();
  const agencyId = value.proposal.kind === 'emergencies' ? value.proposal.agency : undefined;
  const agency = agencyId === undefined ? undefined : await getAgency(agencyId);
  const outcome = confirmAsOperator(value, at, { agency, stands: await standingDeciders(value, at) });
  const isApplied = outcome.next.status === 'Applied' && agencyId !== undefined;
  const effects = isApplied ? { also: await reopenEmergencies(agencyId, id) } : {};
  return (await commitChange(outcome, effects)).status;
}
