import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { z } from 'zod';
import { commitment } from '#core/log/commitment.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { enrolKey } from './aws/registry.ts';

/**
 * Enrols the first keys. Invoked by an operator with AWS credentials, never over the API; every enrolment is an
 * entry in the log. A key belongs to one person and is enrolled once.
 */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const publicKey = z.union([z.string(), z.record(z.string(), z.unknown())]);

const inputSchema = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('agency'),
    holder: name,
    publicKey,
    agency: z.strictObject({
      id: name,
      name: z.string().min(1).max(200),
      encryptionKey: z.record(z.string(), z.unknown()),
    }),
  }),
  z.strictObject({ role: z.literal('reviewer'), holder: name, publicKey }),
]);

export type Enrolment = z.input<typeof inputSchema>;

/** @returns the key's id, which is its RFC 7638 thumbprint, and whether it is new */
export async function handler(event: unknown): Promise<{ keyId: string; enrolled: boolean }> {
  const input = inputSchema.parse(event);
  const { jwk, thumbprint: keyId } = importPublicKey(input.publicKey);
  const agency = input.role === 'agency' ? await agencyOf(input.agency) : undefined;
  const salt = randomBytes(32);
  const affiliation = agency === undefined ? {} : { agency: agency.id };
  const enrolled = await enrolKey(
    {
      keyId,
      role: input.role,
      holder: input.holder,
      ...affiliation,
      publicKey: { ...jwk },
      enrolledAt: new Date().toISOString(),
      salt,
    },
    agency,
    {
      kind: 'key.enrolled',
      data: {
        role: input.role,
        ...affiliation,
        key: commitment(salt, 'key', keyId),
        holder: commitment(salt, 'holder', input.holder),
      },
    },
  );
  return { keyId, enrolled };
}

/** An agency with the public part of its encryption key: P-256 or X25519, as ECDH-ES takes them. */
async function agencyOf(input: { id: string; name: string; encryptionKey: Record<string, unknown> }) {
  const { kty, crv, x, y } = z
    .object({
      kty: z.enum(['EC', 'OKP']),
      crv: z.enum(['P-256', 'X25519']),
      x: z.string(),
      y: z.string().optional(),
    })
    .parse(input.encryptionKey);
  const encryptionKey = { kty, crv, x, ...(y === undefined ? {} : { y }) };
  await importJWK(encryptionKey, 'ECDH-ES');
  return {
    id: input.id,
    name: input.name,
    encryptionKey,
    thumbprint: await calculateJwkThumbprint(encryptionKey),
  };
}
