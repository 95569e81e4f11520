import type { Case } from '#core/cases/case.ts';
import { restoreMessage } from '#core/evidence.ts';
import type { Entry } from '#core/log/entry.ts';
import { type DeskContext, type DeskSeal, KmsRefusal } from '#core/ports.ts';
import type { Message } from '#core/signature/message.ts';
import type { NotificationState } from '#core/state/notifications.ts';
import type { PublishedLog } from '#core/state/published-log.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { deskStream } from '#core/state/registry-changes.ts';
import type { RegistryEvidence } from './enrolment.ts';
import { gatherRegistry, keysGathered } from './registry-evidence.ts';
import { type History, readHistory } from './streams.ts';

/**
 * All that decides whether a case may be opened, gathered before anything is judged. Reading is here, judging is in
 * approval.ts, which reads nothing.
 */
export interface ApprovalEvidence {
  case: Case;
  /** The case's stream as the log has it, from its first entry to the one that the case names as its last. */
  history: History;
  /** The officer's signed request as it arrived; undefined where none was sealed for this case. */
  asked: Message | undefined;
  decisions: readonly DecisionEvidence[];
  /** What a notified authority answered, as it arrived; undefined where nothing is kept, or what no desk sealed. */
  answer: Message | undefined;
  /** By which founding or change the case's policy was adopted, as the desk's newest record says. */
  policyBy: string | undefined;
  registry: RegistryEvidence;
}

export interface DecisionEvidence {
  decision: Case['decisions'][number];
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
  cases: { notifications: Pick<NotificationState, 'get'> };
}

/** An entry of the case was committed and is not in the log yet: the case is looked at again once it is. */
export class EntryNotInLog extends Error {
  override name = 'EntryNotInLog';
}

/**
 * Gathers the evidence for a case: its history; the officer's message; of each decision the message and the key; the
 * policy's adoption; and, from key to key, what enrolled officer and reviewers back to the founding.
 *
 * @param limit how many keys are gathered
 * @throws EntryNotInLog
 */
export async function gatherEvidence(
  current: Case,
  log: PublishedLog,
  sources: EvidenceSources,
  limit = keysGathered,
): Promise<ApprovalEvidence> {
  const history = await committedHistory(current, log, sources);
  const entries = 'entries' in history ? history.entries : [];
  const asked = await openedMessage(current, 'request', current.request, sources);
  const decisions: DecisionEvidence[] = [];
  for (const decision of current.decisions) {
    const message = await openedMessage(current, 'decision', decision.message, sources);
    decisions.push({ decision, message, entry: entries[decision.entry - 1] });
  }
  const { answer: given } = current.notified ?? {};
  const kept = given === undefined ? undefined : await sources.cases.notifications.get(current.id);
  const answer = kept?.answer && (await openedMessage(current, 'authority', kept.answer, sources));
  const policyBy = await adoptionOf(current, log, sources);
  const answering = given === undefined ? [] : [given.keyId];
  const keys = [current.askedBy, ...current.decisions.map(({ keyId }) => keyId), ...answering];
  const origins = policyBy === undefined ? [] : [policyBy];
  const registry = await gatherRegistry({ keys, origins }, log, sources.registry, limit);
  return { case: current, history, asked, decisions, answer, policyBy, registry };
}

/** @throws EntryNotInLog if its last entry was committed and is not there yet */
async function committedHistory(
  { id, entries: head }: Case,
  log: PublishedLog,
  { outbox }: EvidenceSources,
): Promise<History> {
  const stream = `case/${id}`;
  const history = await readHistory(log, stream, head);
  const isBehind = 'fault' in history && history.fault === 'behind';
  // An entry that nobody committed never comes: waiting for it would keep other cases from being opened.
  if (isBehind && (await outbox.get({ stream, n: head.n })) !== undefined) throw new EntryNotInLog();
  return history;
}

/** An older record of the desk, put back, could name a policy that was replaced. */
async function adoptionOf(
  { policyHash }: Case,
  log: PublishedLog,
  { registry }: EvidenceSources,
): Promise<string | undefined> {
  const desk = await registry.getDesk();
  if (desk === undefined || (await log.follows(deskStream, desk.entries.n))) return undefined;
  return desk.policies.find((policy) => policy.policyHash === policyHash)?.by;
}

async function openedMessage(
  { id }: Case,
  part: DeskContext['part'],
  sealed: Uint8Array,
  { desk }: EvidenceSources,
): Promise<Message | undefined> {
  try {
    return restoreMessage(await desk.open(sealed, { case: id, part }));
  } catch (error) {
    // Forged, not unreadable for now: trying again would keep the stream from bringing the next case.
    if (error instanceof KmsRefusal && error.code === 'not-sealed') return undefined;
    throw error;
  }
}
