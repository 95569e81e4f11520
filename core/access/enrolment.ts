import { commitment } from '#core/log/commitment.ts';
import type { Entry, EntryOf } from '#core/log/entry.ts';
import type { Change } from '#core/registry/change.ts';
import { type EncryptionKey, type KeyRecord, keyInLog } from '#core/registry/records.ts';
import {
  type OwnRecipient,
  provenOwnRecipient,
  provenRecipient,
  provesAdoption,
  provesEnrolment,
} from './changes.ts';

/**
 * Who may ask, decide and receive, proven from the log and from signed messages alone. Each reviewer's key was named in a
 * founding that the log shows, or was enrolled by a change that two proven reviewers signed; so was each officer's, and
 * each key that disclosures are encrypted to. Somebody who can write the registry can neither invent one of them nor bring
 * one back (I3, I11).
 */
export interface RegistryEvidence {
  /** Keys by their id. */
  keys: ReadonlyMap<string, KeyEvidence>;
  /** Entries of the founding stream, by the origin that names them: `founding/1`. */
  foundings: ReadonlyMap<string, Entry>;
  /** Changes as the registry holds them, by the origin that names them: `change/<id>`. */
  changes: ReadonlyMap<string, Change>;
  /** The history of each agency that a change concerns, as the log has it. */
  agencies: ReadonlyMap<string, readonly Entry[]>;
}

export interface KeyEvidence {
  key: KeyRecord;
  /** The first entry of the key's own stream in the log. */
  enrolled: Entry | undefined;
  /** Whether that stream goes on: all that can follow an enrolment is the revocation. */
  isRevoked: boolean;
  /** Whether the log or the registry says that it is suspended. */
  isSuspended: boolean;
}

/** What enrolled a key or adopted a policy, as the registry writes it. */
export function readOrigin(text: string): { founding: number } | { change: string } | undefined {
  const [, founding] = /^founding\/([1-9]\d{0,8})$/.exec(text) ?? [];
  if (founding !== undefined) return { founding: Number(founding) };
  const [, change] = /^change\/([A-Za-z0-9-]{1,64})$/.exec(text) ?? [];
  return change === undefined ? undefined : { change };
}

/** Whether the log shows this key's enrolment as the registry has it: which key, whose, since when, and by what. */
export function isShownEnrolled({ key, enrolled }: KeyEvidence): boolean {
  return (
    enrolled?.kind === 'key.enrolled' &&
    enrolled.data.role === key.role &&
    enrolled.data.agency === key.agency &&
    enrolled.data.key === keyInLog(key) &&
    enrolled.data.holder === commitment(key.salt, 'holder', key.holder) &&
    enrolled.data.by === key.enrolledBy &&
    enrolled.data.activeFrom === key.activeFrom
  );
}

/**
 * The keys whose enrolment is proven, from the foundings outwards. A key that vouches for itself, by whatever detour, is
 * never reached. Revoked ones are among them: that a key was revoked undoes nothing of what its holder rightly signed
 * before.
 */
export function provenKeys(evidence: RegistryEvidence): ReadonlyMap<string, KeyRecord> {
  const proven = new Map<string, KeyRecord>();
  for (let before = -1; before < proven.size; ) {
    before = proven.size;
    for (const [keyId, shown] of evidence.keys) {
      if (!proven.has(keyId) && isEnrolledByRight(shown, evidence, proven)) proven.set(keyId, shown.key);
    }
  }
  return proven;
}

function isEnrolledByRight(
  shown: KeyEvidence,
  { foundings, changes, agencies }: RegistryEvidence,
  proven: ReadonlyMap<string, KeyRecord>,
): boolean {
  if (!isShownEnrolled(shown)) return false;
  const { key } = shown;
  const founding = foundings.get(key.enrolledBy);
  // A founding names the provider's own people, and no agency's.
  if (founding?.kind === 'registry.founded')
    return key.role === 'reviewer' && founding.data.keys.includes(keyInLog(key));
  const change = changes.get(key.enrolledBy);
  return change !== undefined && provesEnrolment(change, key, { proven, agencies });
}

/** Whether the log shows that the desk began with this policy, or two proven reviewers signed its adoption. */
export function isAdoptedPolicy(
  policyHash: string,
  by: string | undefined,
  { foundings, changes, agencies }: RegistryEvidence,
  proven: ReadonlyMap<string, KeyRecord>,
): boolean {
  if (by === undefined) return false;
  const founding = foundings.get(by);
  if (founding?.kind === 'registry.founded' && founding.data.policyHash === policyHash) return true;
  const change = changes.get(by);
  return change !== undefined && provesAdoption(change, policyHash, { proven, agencies });
}

/**
 * The entry of an agency's history that gives the agency the key which is encrypted to at an instant. A change gives a key
 * once: whoever slips its entry into the log again brings no key back that was replaced.
 */
export function recipientEntry(history: readonly Entry[], at: string): Entry | undefined {
  return firstOfEach(history)
    .filter((entry) => entry.kind === 'agency.changed')
    .findLast(({ data }) => data.recipient !== undefined && isSince(data.activeFrom, at));
}

/** The first entry of each kind that a change has in an agency's history. */
function firstOfEach(history: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return history.filter((entry) => {
    if (entry.kind !== 'agency.changed' && entry.kind !== 'recipient.enrolled') return false;
    const name = `${entry.kind} ${entry.data.by}`;
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst;
  });
}

const isSince = (activeFrom: string | undefined, at: string) =>
  activeFrom !== undefined && Date.parse(activeFrom) <= Date.parse(at);

/**
 * The entries of an agency's history that may give one officer a key of their own, the newest first: the one that came with
 * the officer's signing key, and those after it by which an officer was given one. They commit to whose each is; the
 * changes behind them say it. What was given before a signing key was enrolled is not for that key: whoever was revoked
 * and comes back brings a key of their own, or has none.
 */
export function ownEntries(
  history: readonly Entry[],
  { enrolledBy }: Pick<KeyRecord, 'enrolledBy'>,
  at: string,
): EntryOf<'recipient.enrolled'>[] {
  const once = firstOfEach(history);
  const place = once.findIndex((entry) => entry.kind === 'agency.changed' && entry.data.by === enrolledBy);
  return once
    .slice(Math.max(0, place))
    .filter((entry) => entry.kind === 'recipient.enrolled')
    .filter(({ data }) => isSince(data.activeFrom, at))
    .toReversed();
}

/** What an agency's disclosures are encrypted to by that entry: by a change that was signed for, whatever its record says. */
export async function recipientOf(
  entry: Entry,
  evidence: RegistryEvidence,
): Promise<EncryptionKey | undefined> {
  const change = entry.kind === 'agency.changed' ? evidence.changes.get(entry.data.by) : undefined;
  if (change === undefined) return undefined;
  return provenRecipient(change, entry, { proven: provenKeys(evidence), agencies: evidence.agencies });
}

/** The same of an officer's own key. */
export async function ownRecipientOf(
  entry: Entry,
  evidence: RegistryEvidence,
): Promise<OwnRecipient | undefined> {
  const change = entry.kind === 'recipient.enrolled' ? evidence.changes.get(entry.data.by) : undefined;
  if (change === undefined) return undefined;
  return provenOwnRecipient(change, entry, { proven: provenKeys(evidence), agencies: evidence.agencies });
}
