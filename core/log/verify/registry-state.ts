import { z } from 'zod';
import type { Approval } from './approvals.ts';
import type { SigningKey } from './signers.ts';
import { type KeyNamed, storedCount, storedTime } from './stored.ts';

/** What is kept of the registry's changes while they are followed, and how it is stored. */

export interface ChangeSoFar {
  kind: string;
  agency: string;
  digest: string;
  approvals: Approval[];
  /** By an operator; and by an officer of the agency, with this key. */
  isConfirmed: boolean;
  confirmedBy: SigningKey | undefined;
  policyHash: string;
  proposedAt: number;
}

export const storedChange = z.strictObject({
  kind: z.string(),
  agency: z.string(),
  digest: z.string(),
  approvals: z.array(z.strictObject({ person: z.string(), key: z.string() })),
  isConfirmed: z.boolean(),
  confirmedBy: z.string().optional(),
  policyHash: z.string(),
  proposedAt: storedTime,
});

export function changeOf(stored: z.output<typeof storedChange>, keyNamed: KeyNamed): ChangeSoFar {
  const { approvals, confirmedBy } = stored;
  return {
    ...stored,
    approvals: approvals.map(({ person, key }) => ({ person, key: keyNamed(key) })),
    confirmedBy: confirmedBy === undefined ? undefined : keyNamed(confirmedBy),
  };
}

/** A key that the log is still to enrol. */
export interface Due {
  role: string;
  agency: string;
  /** For a founding, the key itself; and those of its keys that are enrolled, each another person's. */
  key?: string;
  founders?: SigningKey[];
  /** Whether what asks for it could. */
  isRightful: boolean;
  index: number;
  /** When the entry that asks for it was committed. */
  at: number;
}

const texts = z.array(z.tuple([z.string(), z.string()]));

/** What changes of the registry leave behind, each a little: as much as there were changes. */
export const storedRegistry = z.strictObject({
  adopted: z.array(z.string()),
  due: z.array(
    z.tuple([
      z.string(),
      z.array(
        z.strictObject({
          role: z.string(),
          agency: z.string(),
          key: z.string().exactOptional(),
          founders: z.array(z.string()).exactOptional(),
          isRightful: z.boolean(),
          index: storedCount,
          at: storedTime,
        }),
      ),
    ]),
  ),
  areAccepted: z.array(z.tuple([z.string(), z.boolean()])),
  reopenings: texts,
  reinstatements: z.array(z.string()),
  holds: texts,
  givers: texts,
});
export type StoredRegistry = z.output<typeof storedRegistry>;

export function dueOf(some: StoredRegistry['due'][number][1], keyNamed: KeyNamed): Due[] {
  // All keys of a founding share one list of those that are enrolled.
  const founders = some.find((one) => one.founders !== undefined)?.founders?.map(keyNamed) ?? [];
  return some.map(({ founders: of, ...one }) => (of === undefined ? one : { ...one, founders }));
}

export function storedDue({ founders, ...due }: Due): StoredRegistry['due'][number][1][number] {
  return founders === undefined ? due : { ...due, founders: founders.map(({ id }) => id) };
}
