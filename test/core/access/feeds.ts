import assert from 'node:assert/strict';
import { expirer } from '#core/access/expire.ts';
import { revocationFeed } from '#core/access/publishing.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { beginning, type FeedSigner, verifyFeedPage } from '#core/revocations/verify.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Faults } from '../../memory/faults.ts';
import { memoryKms } from '../../memory/kms.ts';
import { receivedAt } from '../cases/cases.ts';
import { holder } from '../registry/registry.ts';
import { memoryLog } from './log.ts';
import { type World, world } from './world.ts';

/** A provider in memory that revokes keys, and the feed that it publishes of them. */
export const sweepIn = (current: World, f?: Faults) =>
  expirer(current.expirePorts(f)).sweep(current.clock.now());

/** Enrols keys of an agency and revokes each for a reason. @returns their thumbprints */
export async function revoke(
  current: World,
  reasons: readonly string[],
  role: KeyRecord['role'] = 'agency',
): Promise<string[]> {
  const keys: string[] = [];
  for (const reason of reasons) {
    const name = `officer-${current.store.items('registry').length}`;
    const { key } = holder(name, role, role === 'agency' ? 'agency-1' : undefined);
    await revokeKey(current, key, reason);
    keys.push(key.keyId);
  }
  return keys;
}

/** Enrols a key and revokes it. */
export async function revokeKey(current: World, key: KeyRecord, reason: string): Promise<void> {
  const since = { enrolledAt: receivedAt, activeFrom: receivedAt };
  const pk = { pk: `key#${key.keyId}`, listed: 'enrolled', since: receivedAt };
  current.store.plant('registry', { ...pk, ...key, ...since });
  await revokeAs(current, key.keyId, reason);
}

/** Another provider, with a log and keys of its own. */
export async function otherProvider(): Promise<World> {
  const kms = memoryKms({ seed: 'another provider', origin: 'other.example/log' });
  const begun = await world();
  return { ...begun, kms: { ...begun.kms, ...kms }, log: memoryLog(begun.store, kms.log) };
}

export function feedOf(current: World) {
  return revocationFeed({
    revocations: current.state.revocations,
    readLog: current.log.read,
    provider: current.kms.provider,
    logOrigin: current.kms.log.verifierKey.name,
    clock: current.clock,
    watch: current.watch,
  });
}

export async function signerOf(current: World): Promise<FeedSigner> {
  return { log: await current.kms.log.key(), keys: [importPublicKey(current.kms.provider.jwk)] };
}

export async function readPage(current: World, page = 0, seen = beginning) {
  const jws = await feedOf(current)(page);
  return verifyFeedPage(jws, await signerOf(current), { page, seen, now: current.clock.now() });
}

export async function published(current: World): Promise<World> {
  await current.log.publish();
  return current;
}

/** Revokes a key that is enrolled. */
export async function revokeAs(current: World, keyId: string, reason: string): Promise<void> {
  const known = await current.state.registry.getKey(keyId);
  assert.ok(known);
  await current.state.registry.commitRevocation(known, 'reviewer-1', reason, current.clock.now(), {});
  current.clock.advance(1000);
}
