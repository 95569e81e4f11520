import type { Entry } from '#core/log/entry.ts';
import { agencyOfProposal, type Change } from '#core/registry/change.ts';
import { isSuspended, type KeyRecord } from '#core/registry/records.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyStream, foundingStream, keyStream } from '#core/state/registry-changes.ts';
import { isShownEnrolled, type KeyEvidence, type RegistryEvidence, readOrigin } from './enrolment.ts';
import { type LogReader, readWhole } from './streams.ts';
import { isSuspendedInLog } from './suspended.ts';

/** What is to be proven: keys by their ids; and what an origin gave the right to, such as `change/<id>`. */
export interface Wanted {
  keys: readonly string[];
  origins?: readonly string[];
}

/**
 * More keys than a desk and its agencies ever had. Somebody who writes tables could otherwise keep a function reading until
 * its time is over, and no other case would be served meanwhile.
 */
export const keysGathered = 500;

/**
 * Gathers what shows who was enrolled by whom: the wanted keys, and those that vouch for them and for the wanted origins,
 * level by level back to the founding. It judges nothing.
 *
 * @param limit how many keys are gathered
 */
export async function gatherRegistry(
  { keys: wanted, origins = [] }: Wanted,
  log: LogReader,
  registry: Pick<RegistryState, 'getKey' | 'getChange'>,
  limit = keysGathered,
): Promise<RegistryEvidence> {
  const keys = new Map<string, KeyEvidence>();
  const foundings = new Map<string, Entry>();
  const changes = new Map<string, Change>();
  const agencies = new Map<string, readonly Entry[]>();

  /** What an origin rests on in turn: the keys that signed a change. */
  async function follow(by: string): Promise<string[]> {
    const origin = readOrigin(by);
    if (origin === undefined || foundings.has(by) || changes.has(by)) return [];
    if ('founding' in origin) {
      const founding = await log.find(foundingStream, origin.founding);
      if (founding !== undefined) foundings.set(by, founding.entry);
      return [];
    }
    const change = await registry.getChange(origin.change);
    if (change === undefined) return [];
    changes.set(by, change);
    const agency = agencyOfProposal(change.proposal);
    if (agency !== undefined && !agencies.has(agency))
      agencies.set(agency, await readWhole(log, agencyStream(agency)));
    return change.decisions.map(({ keyId }) => keyId);
  }

  const waiting = new Set(wanted);
  for (const by of origins) for (const keyId of await follow(by)) waiting.add(keyId);
  // What is added to a set while it is walked is walked too, once.
  for (const keyId of waiting) {
    if (keys.size >= limit) break;
    const key = await registry.getKey(keyId);
    // An operator has no key; and a record under another key's id is nobody's.
    if (key?.keyId !== keyId) continue;
    const shown = await shownBy(log, key);
    keys.set(keyId, shown);
    // A key that the log does not show proves nothing, whatever its record says further.
    if (isShownEnrolled(shown)) for (const other of await follow(key.enrolledBy)) waiting.add(other);
  }
  return { keys, foundings, changes, agencies };
}

async function shownBy(log: LogReader, key: KeyRecord): Promise<KeyEvidence> {
  const enrolled = await log.find(keyStream(key), 1);
  return {
    key,
    enrolled: enrolled?.entry,
    isRevoked: await isRevokedInLog(log, key),
    isSuspended: isSuspended(key) || (key.role === 'agency' && (await isSuspendedInLog(log, key))),
  };
}

/** Whether the log shows that a key was revoked: nothing else can follow its enrolment. */
export function isRevokedInLog(
  log: Pick<LogReader, 'follows'>,
  key: Pick<KeyRecord, 'keyId' | 'salt'>,
): Promise<boolean> {
  return log.follows(keyStream(key), 1);
}
