import { z } from 'zod';

/**
 * What a command and the key agent say to each other: one JSON object on a line each way, a connection for each. A private
 * key is in none of them but the order that starts the agent, which goes through a pipe of its own.
 */
const base64 = z.base64();
const keyId = z.string().max(64);

export const agentCall = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('about') }),
  /** Signs the signature base of a call (RFC 9421 section 2.5). */
  z.strictObject({ op: z.literal('sign'), keyId, base: base64 }),
  /** Decrypts a compact JWE. */
  z.strictObject({ op: z.literal('decrypt'), keyId, jwe: z.string() }),
  z.strictObject({ op: z.literal('lock') }),
]);
export type AgentCall = z.infer<typeof agentCall>;

/** `not-held`: it has another key. `not-a-call`: no call of Writ's, or of another time. `not-decrypted`: for another key. */
export const agentRefusals = ['malformed', 'not-held', 'not-a-call', 'not-decrypted', 'over'] as const;
export type AgentRefusal = (typeof agentRefusals)[number];

export const agentAnswer = z.union([
  z.strictObject({ refused: z.enum(agentRefusals) }),
  /** Until when it holds which keys, by their thumbprints, and which process it is. */
  z.strictObject({ until: z.iso.datetime(), keys: z.array(keyId), pid: z.int() }),
  z.strictObject({ signature: base64 }),
  z.strictObject({ plaintext: base64 }),
  z.strictObject({ locked: z.literal(true) }),
]);
export type AgentAnswer = z.infer<typeof agentAnswer>;

/** What starts an agent: where it listens, until when, and the keys in PKCS#8. */
export const agentOrder = z.strictObject({
  place: z.string(),
  until: z.iso.datetime(),
  signing: z.string().optional(),
  encryption: z.string().optional(),
});
export type AgentOrder = z.infer<typeof agentOrder>;

/** A page of a disclosure is 10 MB at most, in base64 twice. */
export const mostLineBytes = 32 * 1024 * 1024;

/** What the command that starts an agent waits for on its standard output. */
export const readyLine = 'ready';
