import { toHex, utf8 } from '#core/bytes.ts';
import type { Case, StoredDecision } from '#core/cases/case.ts';
import { restoreMessage } from '#core/evidence.ts';
import type { Entry } from '#core/log/entry.ts';
import { leafHash } from '#core/log/tree.ts';
import { type DeskSeal, KmsRefusal } from '#core/ports.ts';
import type { Change } from '#core/registry/change.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';
import type { PublishedLog } from '#core/state/published-log.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { foundingStream, keyStream } from '#core/state/registry-changes.ts';
import { isShownEnrolled, type KeyEvidence, type RegistryEvidence, readOrigin } from './enrolment.ts';

/**
 * All that decides whether a case may be opened, gathered before anything is judged. Reading is here, judging is in
 * approval.ts, which reads nothing.
 */
export interface ApprovalEvidence {
  case: Case;
  /** The first entry of the case's stream, as the log has it. */
  received: Entry | undefined;
  /** The officer's key that asked, as the registry has it now. */
  asker: KeyRecord | undefined;
  decisions: readonly DecisionEvidence[];
  /** By which founding or change the case's policy was adopted, as the desk's record says. */
  policyBy: string | undefined;
  registry: RegistryEvidence;
}

export interface DecisionEvidence {
  decision: StoredDecision;
  /** The signed message as it arrived; undefined where the desk never sealed one for this case. */
  message: Message | undefined;
  /** The entry that records the decision, as the log has it. */
  entry: Entry | undefined;
}

/** Where the evidence comes from, beside the log. */
export interface EvidenceSources {
  registry: Pick<RegistryState, 'getKey' | 'getChange' | 'getDesk'>;
  /** Entries as they were committed. */
  outbox: { get(place: { stream: string; n: number }): Promise<{ entry: string } | undefined> };
  desk: Pick<DeskSeal, 'open'>;
}

/**
 * More reviewers than a desk ever had. Somebody who writes tables could otherwise keep `authorise` reading until its
 * time is over, and no other case would be opened meanwhile.
 */
const keysGathered = 500;

/**
 * Gathers the evidence for a case: its received entry; of each decision the entry, the message and the key; the policy's
 * adoption; and, from key to key, what enrolled the reviewers back to the founding.
 *
 * @param limit how many keys are gathered
 * @throws Error if an entry of the case was committed and is not in the log yet: it is read again once the log moves
 */
export async function gatherEvidence(
  current: Case,
  log: PublishedLog,
  sources: EvidenceSources,
  limit = keysGathered,
): Promise<ApprovalEvidence> {
  const received = await committedEntry(current, 1, log, sources);
  const asker = await sources.registry.getKey(current.askedBy);
  const desk = await sources.registry.getDesk();
  const policyBy = desk?.policies.find(({ policyHash }) => policyHash === current.policyHash)?.by;
  const decisions: DecisionEvidence[] = [];
  for (const decision of current.decisions) {
    const entry = await committedEntry(current, decision.entry, log, sources);
    const message = await openedMessage(current, decision, sources);
    decisions.push({ decision, message, entry });
  }
  const deciders = current.decisions.map(({ keyId }) => keyId);
  const registry = await gatherRegistry(deciders, policyBy, log, { ...sources, limit });
  return { case: current, received, asker, decisions, policyBy, registry };
}

/**
 * Entry n of the case as the log has it; undefined if none was ever committed.
 *
 * @throws Error if it is not there yet
 */
async function committedEntry(
  { id }: Case,
  n: number,
  log: PublishedLog,
  { outbox }: EvidenceSources,
): Promise<Entry | undefined> {
  const stream = `case/${id}`;
  const committed = await outbox.get({ stream, n });
  if (committed === undefined) return undefined;
  const published = await log.find(stream, n, toHex(leafHash(utf8(committed.entry))));
  if (published === undefined) throw new Error('an entry of the case is not in the log yet');
  return published.entry;
}

async function openedMessage(
  { id }: Case,
  { message }: StoredDecision,
  { desk }: EvidenceSources,
): Promise<Message | undefined> {
  try {
    return restoreMessage(await desk.open(message, { case: id, part: 'decision' }));
  } catch (error) {
    // Forged, not unreadable for now: trying again would keep the stream from bringing the next case.
    if (error instanceof KmsRefusal && error.code === 'not-sealed') return undefined;
    throw error;
  }
}

/** The deciders' keys, and those that vouch for them and for the policy, level by level back to the founding. */
async function gatherRegistry(
  deciders: readonly string[],
  policyBy: string | undefined,
  log: PublishedLog,
  sources: EvidenceSources & { limit: number },
): Promise<RegistryEvidence> {
  const keys = new Map<string, KeyEvidence>();
  const foundings = new Map<string, Entry>();
  const changes = new Map<string, Change>();

  /** What an origin rests on in turn: the keys that signed a change. */
  async function follow(by: string): Promise<string[]> {
    const origin = readOrigin(by);
    if (origin === undefined || foundings.has(by) || changes.has(by)) return [];
    if ('founding' in origin) {
      const founding = await log.find(foundingStream, origin.founding);
      if (founding !== undefined) foundings.set(by, founding.entry);
      return [];
    }
    const change = await sources.registry.getChange(origin.change);
    if (change === undefined) return [];
    changes.set(by, change);
    return change.decisions.map(({ keyId }) => keyId);
  }

  const waiting = new Set(deciders);
  if (policyBy !== undefined) for (const keyId of await follow(policyBy)) waiting.add(keyId);
  // What is added to a set while it is walked is walked too, once.
  for (const keyId of waiting) {
    if (keys.size >= sources.limit) break;
    const key = await sources.registry.getKey(keyId);
    // An operator has no key; and a record under another key's id is nobody's.
    if (key?.keyId !== keyId) continue;
    const shown = await shownBy(log, key);
    keys.set(keyId, shown);
    // A key that the log does not show proves nothing, whatever its record says further.
    if (isShownEnrolled(shown)) for (const other of await follow(key.enrolledBy)) waiting.add(other);
  }
  return { keys, foundings, changes };
}

async function shownBy(log: PublishedLog, key: KeyRecord): Promise<KeyEvidence> {
  const stream = keyStream(key);
  const enrolled = await log.find(stream, 1);
  const isRevoked = (await log.find(stream, 2)) !== undefined;
  return { key, enrolled: enrolled?.entry, isRevoked };
}
