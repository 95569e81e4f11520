import { z } from 'zod';
import { LogError } from '#core/log/errors.ts';
import { mostActivationDays, mostCallSeconds, mostMintingSeconds } from '#core/log/limits.ts';
import { SKEW_MS } from './case-state.ts';
import type { Here } from './here.ts';
import { storedTime } from './stored.ts';

/**
 * Who signs: the keys that the log enrols. An act counts if its key was enrolled by right before it, for that role and
 * agency, may act by then, and was not revoked.
 *
 * A revocation may reach the log later than an act that it precedes, so both look at what the other leaves here.
 */
const CALL_MS = mostCallSeconds * 1000 + SKEW_MS;
export const MINTING_MS = mostMintingSeconds * 1000 + SKEW_MS;
export const ACTIVATION_MS = mostActivationDays * 86_400_000;

/** Instants are Unix milliseconds. */
export class SigningKey {
  /** What the log calls it. */
  id = '';
  role = '';
  /** Of an officer. */
  agency = '';
  activeFrom = Number.NaN;
  /** Whether a founding or an approved change enrolled it. */
  isProven = false;
  revokedAt = Number.POSITIVE_INFINITY;
  /** From when to when it was suspended; the last of them may last. */
  readonly suspensions: { from: number; to: number }[] = [];
  /** When it last signed something; and when something was minted that nothing but its signature allowed. */
  signedAt = Number.NEGATIVE_INFINITY;
  neededAt = Number.NEGATIVE_INFINITY;
  /** Keys that the log shows to be another person's: both signed one decision, or one founding names both. */
  readonly others = new Set<SigningKey>();

  /** @param afterMs from the check of a key to the entry, at most */
  isRevoked(at: number, afterMs = CALL_MS): boolean {
    return at > this.revokedAt + afterMs;
  }

  /** @param afterMs from the check of a key to the entry, at most */
  isSuspended(at: number, afterMs = CALL_MS): boolean {
    return this.suspensions.some(({ from, to }) => at > from + afterMs && at < to - SKEW_MS);
  }

  /** Where something stored has a key, the name stands for it. */
  toJSON(): string {
    return this.id;
  }
}

/** There is one for each key that was ever enrolled: as many as people, and their replacements. */
export const storedSigners = z.strictObject({
  isFounded: z.boolean(),
  keys: z.array(
    z.strictObject({
      id: z.string(),
      role: z.string(),
      agency: z.string(),
      activeFrom: storedTime,
      isProven: z.boolean(),
      revokedAt: storedTime,
      suspensions: z.array(z.strictObject({ from: storedTime, to: storedTime })),
      signedAt: storedTime,
      neededAt: storedTime,
      /** By their places in this list. */
      others: z.array(z.int()),
    }),
  ),
});

export class Signers {
  private isFounded = false;
  /** By what the log calls them. */
  private readonly keys = new Map<string, SigningKey>();

  /** @param stored what another had come to know */
  constructor(stored?: z.output<typeof storedSigners>) {
    if (stored === undefined) return;
    this.isFounded = stored.isFounded;
    const keys = stored.keys.map(({ id, others: _, ...given }) => this.add(id, given));
    for (const [place, { others }] of stored.keys.entries())
      for (const other of others) {
        const key = keys[other];
        if (key !== undefined) keys[place]?.others.add(key);
      }
  }

  stored(): z.input<typeof storedSigners> {
    const keys = [...this.keys.values()];
    const places = new Map(keys.map((key, place) => [key, place]));
    const others = (key: SigningKey) => [...key.others].map((other) => places.get(other) ?? -1);
    return { isFounded: this.isFounded, keys: keys.map((key) => ({ ...key, others: others(key) })) };
  }

  /** A key that something stored names. @throws LogError state-malformed if there is none */
  named(id: string): SigningKey {
    const key = this.keys.get(id);
    if (key === undefined) throw new LogError('state-malformed');
    return key;
  }

  /** Somebody was named who may sign. It happens again only where fewer than two people are left. */
  found(here: Here): void {
    const left = [...this.keys.values()].filter(
      ({ role, isProven, revokedAt }) => role === 'reviewer' && isProven && !(revokedAt <= here.at),
    );
    if (left.some(({ others }) => left.some((key) => others.has(key))))
      here.report('founding-out-of-place', 'two people are left who could enrol another');
    this.isFounded = true;
  }

  checkFounded(here: Here): boolean {
    if (!this.isFounded) here.report('founding-missing', 'no founding stands before it');
    return this.isFounded;
  }

  enrol(id: string, given: Pick<SigningKey, 'role' | 'agency' | 'activeFrom'>, here: Here): SigningKey {
    if (!(given.activeFrom <= here.at + ACTIVATION_MS))
      here.report('activation-too-late', 'no key may act from then on');
    const known = this.keys.get(id);
    if (known !== undefined) here.report('key-out-of-place', 'the key was enrolled before');
    return known ?? this.add(id, given);
  }

  revoke(id: string, here: Here): void {
    const { at } = here;
    const key = this.keys.get(id);
    if (key === undefined) here.report('key-out-of-place', 'the key was never enrolled');
    else if (key.revokedAt < Number.POSITIVE_INFINITY)
      here.report('key-revoked-twice', 'the key was revoked before');
    const revoked = key ?? this.add(id, {});
    revoked.revokedAt = Math.min(revoked.revokedAt, at);
    if (revoked.isRevoked(revoked.signedAt))
      here.report('signer-revoked', 'an entry before it was signed by the key later than this');
    if (revoked.isRevoked(revoked.neededAt, MINTING_MS))
      here.report('revoked-key-used', 'an entry before it was minted on the key later than this');
  }

  /** It may do nothing from now on, unless it is reinstated. */
  suspend(id: string, agency: string, here: Here): void {
    const key = this.keys.get(id);
    if (key === undefined || key.role !== 'agency' || key.agency !== agency) {
      here.report('key-out-of-place', 'no such key of this agency was enrolled');
      return;
    }
    key.suspensions.push({ from: here.at, to: Number.POSITIVE_INFINITY });
    if (key.isSuspended(key.signedAt))
      here.report('signer-suspended', 'an entry before it was signed by the key later than this');
    if (key.isSuspended(key.neededAt, MINTING_MS))
      here.report('revoked-key-used', 'an entry before it was minted on the key later than this');
  }

  reinstate(id: string, here: Here): void {
    const last = this.keys.get(id)?.suspensions.at(-1);
    if (last !== undefined) last.to = here.at;
  }

  /** Whether an agency has an officer's key. */
  hasOfficer(agency: string, at: number): boolean {
    const isOne = (key: SigningKey) => key.agency === agency && key.isProven && !(key.revokedAt <= at);
    return agency !== '' && [...this.keys.values()].some(isOne);
  }

  /** The officer's key that asked for something. Before a founding there can be none. */
  asked(id: string | undefined, agency: string, here: Here): SigningKey | undefined {
    return this.checkFounded(here) ? this.signed(id, { role: 'agency', agency }, here) : undefined;
  }

  /**
   * The key that signed an act.
   *
   * @param id what the entry calls it
   * @param agency whose officer's it must be
   * @returns undefined where it does not count, which is reported
   */
  signed(
    id: string | undefined,
    { role, agency }: { role: string; agency?: string | undefined },
    here: Here,
  ): SigningKey | undefined {
    const { at } = here;
    const key = this.keys.get(id ?? '');
    if (id === undefined) here.report('signer-unnamed', 'it does not say which key signed it');
    else if (key?.isProven !== true)
      here.report('signer-unproven', 'nothing before it enrolled the key by right');
    else if (key.role !== role || key.agency !== (agency ?? key.agency))
      here.report('signer-misplaced', 'the key is of another role or agency');
    else {
      if (at > key.signedAt) key.signedAt = at;
      if (!(at >= key.activeFrom - SKEW_MS)) here.report('signer-inactive', 'the key could not act yet');
      else if (key.isRevoked(at)) here.report('signer-revoked', 'the key had been revoked');
      else if (key.isSuspended(at)) here.report('signer-suspended', 'the key was suspended');
      else return key;
    }
    return undefined;
  }

  private add(id: string, given: Partial<SigningKey>): SigningKey {
    const key = Object.assign(new SigningKey(), { ...given, id });
    this.keys.set(id, key);
    return key;
  }
}
