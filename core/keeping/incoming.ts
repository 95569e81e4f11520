import { eventsOf } from '#core/events/aggregate.ts';
import {
  EventError,
  type EventErrorCode,
  type IdentityEvent,
  parseIdentityEvent,
} from '#core/events/identity.ts';
import { checkTime } from '#core/events/retention.ts';
import { epochOf } from '#core/vault/epoch.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { type Kind, kinds, type VaultRecord } from '#core/vault/kinds.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import type { Retention } from '#core/vault/retention.ts';
import { isNameKind, type NameKind } from '#core/vault/subject.ts';

/** A record of the stream, as it arrives. */
export interface StreamRecord {
  sequence: string;
  /** Of the stream. Together with the sequence it says where the record is. */
  shard?: string | undefined;
  data: Uint8Array;
}

export type Incoming = IdentityEvent & {
  /** The record of the stream that it came in. */
  sequence: string;
  /** Its place in the stream: that record, and which of an aggregated one. */
  place: string;
  subject: string;
};

/** An event that leaves a record. */
export type RecordEvent = Extract<Incoming, { kind: Kind }>;
/** An event that sets what a person may be looked up by. */
export type NameEvent = Extract<Incoming, { kind: NameKind }>;

export const leavesRecord = (event: Incoming): event is RecordEvent =>
  kinds.some((kind) => kind === event.kind);
export const setsName = (event: Incoming): event is NameEvent => isNameKind(event.kind);

export function epochKeyOf({ subject, kind, at }: RecordEvent): EpochKey {
  return { subject, kind, epoch: epochOf(at) };
}

/** The number or name that an event sets: its field is called as its kind. */
export function nameIn(event: NameEvent): string {
  return String(Reflect.get(event, event.kind));
}

/** What of an event is sealed. */
export function recordIn({
  sequence: _,
  place: __,
  subject: ___,
  account: ____,
  at: _____,
  ...record
}: RecordEvent): VaultRecord {
  return record;
}

/** How many events were refused, by code. */
export type Refused = Partial<Record<EventErrorCode, number>>;

/**
 * The events of some records of the stream, with the pseudonym of each one's account. What is no identity event, or may
 * not come now, is counted and left out.
 */
export async function readEvents(
  records: readonly StreamRecord[],
  ports: { pseudonyms: Pick<Pseudonyms, 'pseudonymOf'>; retention: Retention; now: string },
): Promise<{ incoming: Incoming[]; refused: Refused }> {
  const incoming: Incoming[] = [];
  const refused: Refused = {};
  const unlessRefused = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  };
  for (const { sequence, data } of records) {
    await unlessRefused(async () => {
      for (const { json, index } of eventsOf(data)) {
        await unlessRefused(async () => {
          const event = parseIdentityEvent(json);
          checkTime(event, ports.retention, ports.now);
          const subject = await ports.pseudonyms.pseudonymOf(event.account);
          incoming.push({ ...event, sequence, place: `${sequence}#${index}`, subject });
        });
      }
    });
  }
  return { incoming, refused };
}
