import type { KeyView } from '#client/registry.ts';
import { fromBase64url } from '#core/bytes.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry, EntryOf } from '#core/log/entry.ts';

/** The registry's keys against the log: what a key signed, and whether the log enrols and revokes just these. */
export type PlacedKnown = { index: bigint; entry: Entry };

/** What the log says of one key. */
export interface KeyHistory {
  /** Its own entries: enrolled, suspended and reinstated, revoked. */
  own: PlacedKnown[];
  /** What it signed: requests, decisions, collections, changes. */
  signed: PlacedKnown[];
}

/** Where a key's own entries are. */
const streamsOf = (key: string) => [`key/${key}`, `suspension/${key}`];

/** @param key as the log calls it */
export async function keyHistory(entries: AsyncIterable<PlacedKnown>, key: string): Promise<KeyHistory> {
  const streams = streamsOf(key);
  const history: KeyHistory = { own: [], signed: [] };
  for await (const { index, entry } of entries) {
    if (streams.includes(entry.stream)) history.own.push({ index, entry });
    else if ('key' in entry.data && entry.data.key === key) history.signed.push({ index, entry });
  }
  return history;
}

/** Where the registry and the log differ about a key. */
export interface KeyDifference {
  /** The thumbprint, where the registry shows it. */
  keyid?: string;
  /** The entry, where the log has it. */
  index?: bigint;
  says: string;
}

export interface KeysChecked {
  differences: KeyDifference[];
  /** How many differ and are so young that one of the two may not have them yet. */
  tooYoung: number;
}

/** An entry comes into the log within seconds, and by the clock within 20 minutes. */
const settlesWithinMinutes = 20;

/**
 * Holds all keys that the registry shows, enrolled and revoked, against the log: each is enrolled there by the same change,
 * for the same holder and party, and revoked if it is; and the log enrols no other.
 *
 * @param now in milliseconds
 */
export async function checkKeys(
  entries: AsyncIterable<PlacedKnown>,
  shown: readonly KeyView[],
  now: number,
): Promise<KeysChecked> {
  const enrolled = new Map<string, { index: bigint; entry: EntryOf<'key.enrolled'> }>();
  const revoked = new Map<string, string>();
  for await (const { index, entry } of entries) {
    if (entry.kind === 'key.enrolled') enrolled.set(entry.data.key, { index, entry });
    if (entry.kind === 'key.revoked') revoked.set(entry.data.key, entry.at);
  }
  const checked: KeysChecked = { differences: [], tooYoung: 0 };
  const differ = (since: readonly (string | undefined)[], difference: KeyDifference) => {
    const isYoung = since.some((at) => Date.parse(at ?? '') > now - settlesWithinMinutes * 60_000);
    if (isYoung) checked.tooYoung++;
    else checked.differences.push(difference);
  };
  for (const view of shown) {
    const { keyid, log, enrolledAt, revokedAt } = view;
    const found = enrolled.get(log.key);
    const says =
      found === undefined
        ? 'the log does not enrol it'
        : differenceOf(view, found.entry, revoked.has(log.key));
    if (says !== undefined)
      differ([enrolledAt, revokedAt, revoked.get(log.key)], {
        keyid,
        ...(found && { index: found.index }),
        says,
      });
  }
  const known = new Set(shown.map(({ log }) => log.key));
  for (const [key, { index, entry }] of enrolled)
    if (!known.has(key))
      differ([entry.at], { index, says: 'the log enrols a key that the registry does not show' });
  return checked;
}

function differenceOf(
  view: KeyView,
  { data }: EntryOf<'key.enrolled'>,
  isRevokedInLog: boolean,
): string | undefined {
  const salt = fromBase64url(view.log.salt) ?? new Uint8Array();
  if (commitment(salt, 'key', view.keyid) !== view.log.key) return 'the log’s name for it is another key’s';
  if (commitment(salt, 'holder', view.holder) !== data.holder) return 'the log enrols it for somebody else';
  if (data.role !== view.role || data.agency !== view.agency) return 'the log enrols it for another party';
  if (data.by !== view.enrolledBy) return 'the log enrols it by another change';
  if (data.activeFrom !== view.activeFrom) return 'the log has it active from another time';
  const isRevoked = view.revokedAt !== undefined;
  if (isRevoked !== isRevokedInLog) return isRevoked ? 'the log does not revoke it' : 'the log revokes it';
  return undefined;
}
