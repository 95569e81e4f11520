import type { Case } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { mostDecisionBytes } from '#core/cases/kept.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import {
  lineOfNotification,
  type NotificationLine,
  type NotificationView,
  viewNotification,
} from '#core/cases/notification-view.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import type { Request } from '#core/cases/request.ts';
import { may } from '#core/cases/transitions.ts';
import { storeWithin } from '#core/evidence.ts';
import { inParallel } from '#core/parallel.ts';
import type { DeskSeal, Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { type EncryptionKey, keyInLog } from '#core/registry/records.ts';
import type { AgencyPageQuery, AgencyPlace } from '#core/state/agency-lists.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Prepared } from '#core/state/commit.ts';
import type { NotificationStatus, StoredNotification } from '#core/state/notifications.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyOf, type Call } from './call.ts';

/** What an enforcing authority does: see what it was notified of, consent, object. Another's case is not there for it. */
export interface NotificationPorts {
  cases: Pick<CaseState, 'get' | 'change' | 'notifications'>;
  desk: Pick<DeskSeal, 'seal'>;
  /** What an answer to the officer who asked is encrypted to, by the log. @throws if the log cannot be read */
  recipientOf(asked: Pick<Case, 'agency' | 'askedBy'>, at: string): Promise<EncryptionKey | undefined>;
  watch: Pick<Watch, 'error'>;
}

/** Cases that are read at the same time. */
const atOnce = 16;

/** A case that this authority was notified of, and what is kept beside it. */
interface Own {
  current: Case;
  notified: NonNullable<Case['notified']>;
  kept: StoredNotification;
}

export function notificationDesk({ cases, desk, recipientOf, watch }: NotificationPorts) {
  /** @throws WireError not-found; record-unproven where what lies beside the case is gone */
  async function own(id: string, authority: string): Promise<Own> {
    const current = await cases.get(id);
    const notified = current?.notified;
    if (current === undefined || notified?.authority !== authority) throw new WireError('not-found');
    const kept = await cases.notifications.get(id);
    if (kept === undefined) throw new WireError('record-unproven');
    return { current, notified, kept };
  }

  const seen = ({ current, notified, kept }: Own, at: string): NotificationView =>
    viewNotification(current, notified, { order: kept.order, at, mayAct: may(current, 'consent') });

  /**
   * What the authority says, for the eyes of who asked alone. An objection stands though it cannot be passed on, and a
   * consent under conditions does not: the agency would not know them.
   *
   * @throws WireError try-again
   */
  async function explained(
    current: Case,
    { decision, text }: AuthorityAnswer,
    at: string,
  ): Promise<{ explanation?: string }> {
    if (text === undefined) return {};
    try {
      const recipient = await recipientOf(current, at);
      if (recipient !== undefined) return { explanation: await encryptFor(recipient, text, 'text/plain') };
    } catch (error) {
      watch.error('the officer’s key could not be proven', {
        error: error instanceof Error ? error.name : '',
      });
    }
    if (decision === 'consent') throw new WireError('try-again');
    return {};
  }

  return {
    /** A page of what the caller's authority was notified of: the newest first. */
    async list(
      call: Call,
      query: AgencyPageQuery<NotificationStatus>,
    ): Promise<{ notifications: NotificationLine[]; next?: AgencyPlace }> {
      const authority = agencyOf(call);
      const { listed, ...rest } = await cases.notifications.ofAuthority(authority, query);
      const lines = await inParallel(listed, atOnce, async (kept) => {
        const current = await cases.get(kept.case);
        const notified = current?.notified;
        // It may have been forgotten since it was listed.
        if (current === undefined || notified?.authority !== authority) return [];
        return [lineOfNotification(seen({ current, notified, kept }, call.at))];
      });
      return { notifications: lines.flat(), ...rest };
    },

    async show(call: Call): Promise<NotificationView> {
      return seen(await own(call.id, agencyOf(call)), call.at);
    },

    /** Takes the authority's answer. It is given once. */
    async answer(call: Call<AuthorityAnswer>): Promise<NotificationView> {
      const { id, input, at, caller } = call;
      const authority = agencyOf(call);
      const before = await own(id, authority);
      const { key, message } = caller;
      const answer = await desk.seal(storeWithin(mostDecisionBytes, message), {
        case: id,
        part: 'authority',
      });
      const said = await explained(before.current, input, at);
      const act = { officer: key.holder, keyId: key.keyId, key: keyInLog(key), at, ...said };
      const status = input.decision === 'consent' ? 'Consented' : 'Objected';
      const done = await cases.change(
        id,
        (current) => answerNotification(current, input, act),
        async () => [cases.notifications.answer(before.kept, { status, answer })],
      );
      if (done === undefined) throw new WireError('not-found');
      return seen(await own(id, authority), at);
    },
  };
}

/**
 * The authority that a request says was notified is enrolled as one that enforces.
 *
 * @throws CaseError authority-unknown
 */
export async function checkAuthority(
  registry: Pick<RegistryState, 'getAgency'>,
  { notification }: Pick<Request, 'notification'>,
): Promise<void> {
  if (notification === undefined || 'exempt' in notification) return;
  const record = await registry.getAgency(notification.authority);
  if (record?.terms.enforces !== true) throw new CaseError('authority-unknown');
}

/** What lists a new case for the authority that is notified of it. */
export function notificationsOf(
  { id, receivedAt, notified }: Case,
  { instrument }: Pick<Request, 'instrument'>,
  { notifications }: Pick<CaseState, 'notifications'>,
): Prepared[] {
  if (notified === undefined) return [];
  const { authority: agency, until } = notified;
  const status = 'Pending';
  return [notifications.begin({ agency, case: id, receivedAt, until, status, order: instrument.digest })];
}
