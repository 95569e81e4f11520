import { effectsOf } from '#core/gateway/effects.ts';
import type { Proposal } from '#core/registry/change.ts';
import type { Terms } from '#core/registry/terms.ts';
import { type Holder, holder, terms } from '../registry/registry.ts';
import { agencyKey, officer, one, two } from './people.ts';
import type { World } from './world.ts';

/** Changes of the registry as its desk applies them, in the world of the tests of access. */
let changes = 0;

/** @param confirming the officer who confirms, where the agency has one */
export async function change(
  current: World,
  proposal: Proposal,
  { confirming, by = [one, two] }: { confirming?: Holder; by?: readonly [Holder, Holder] } = {},
): Promise<string> {
  const id = `c0ffee00-0000-4000-9000-${String(changes++).padStart(12, '0')}`;
  const outcome = await current.applied(proposal, id, by, confirming);
  const { registry, emergencies, suspensions, cases } = current.state;
  const concerned = 'agency' in proposal && typeof proposal.agency === 'string' ? proposal.agency : undefined;
  const agency = concerned === undefined ? undefined : await registry.getAgency(concerned);
  const facts = { at: current.clock.now(), coolOffHours: 0, salt: new Uint8Array(32) };
  await registry.commitChange(
    outcome,
    await effectsOf({ registry, emergencies, suspensions, cases }, outcome.next, agency, facts),
  );
  return id;
}

/** Another agency, with an officer of its own. */
export async function enrolled(current: World, id: string, its: Terms = terms): Promise<Holder> {
  const person = holder(`officer of ${id}`.replaceAll(' ', '-'), 'agency', id);
  const { holder: name, publicKey } = person.key;
  await change(current, {
    kind: 'agency',
    agency: { id, name: 'Another agency', encryptionKey: agencyKey.jwk, terms: its },
    officer: { holder: name, publicKey },
  });
  await current.log.publish();
  return person;
}

/** Another encryption key of the agency, which its officer confirms. */
export async function encryptTo(current: World, encryptionKey: Record<string, unknown>): Promise<string> {
  const id = await change(
    current,
    { kind: 'encryption-key', agency: 'agency-1', encryptionKey },
    { confirming: officer },
  );
  await current.log.publish();
  return id;
}
