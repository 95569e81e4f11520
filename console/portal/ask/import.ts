import '#client/browser/plain-schemas.ts';
import type { Rules } from '#client/asking/rules.ts';
import { draftsOf, type ImportedDraft } from '#client/epoc/drafts.ts';
import { FormError } from '#client/epoc/form.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import type { Said } from '#client/epoc/said.ts';
import { type Draft, emptyDraft, localOf } from './draft.ts';

export { english } from '#client/epoc/words-en.ts';

/** An EPOC or EPOC-PR that an officer has as a file becomes drafts (client/epoc). It is read here, and goes nowhere. */
export interface Made {
  drafts: readonly Draft[];
  /** What was taken, what is missing and what was refused: each is shown. */
  said: readonly Said[];
}

/** The module is loaded when somebody has a form (console/loaded.ts): its classes are none of the page’s. */
export function madeOf(
  bytes: Uint8Array,
  { policy, terms }: Rules,
  { name, authority, now }: { name: string; authority: string; now: string },
): Made | { failed: string } {
  try {
    const made = draftsOf(readOrderForm(bytes), { policy, terms, provider: { name, authority }, now });
    return { drafts: made.drafts.map(draftOf), said: made.said };
  } catch (error) {
    if (error instanceof FormError) return { failed: error.code };
    throw error;
  }
}

/** A draft as the fields have it. What the form does not say stays open. */
function draftOf({ kind: what, draft: of }: ImportedDraft): Draft {
  const { instrument, notice, notification } = of;
  const empty = emptyDraft(what);
  const local = (at: string | undefined) => (at === undefined ? '' : localOf(at));
  return {
    ...empty,
    reference: of.reference ?? '',
    kind: instrument.kind ?? '',
    jurisdiction: instrument.jurisdiction ?? '',
    authoriser: instrument.authoriserRole ?? '',
    office: instrument.role ?? '',
    authority: instrument.authority ?? '',
    issued: local(instrument.issuedAt),
    offence: instrument.offence ?? '',
    declared: instrument.threshold === 'met',
    digest: instrument.digest ?? '',
    answerBy: local(instrument.answerBy),
    priority: of.priority ?? empty.priority,
    threat: of.threat ?? '',
    subjects: of.subjects ?? empty.subjects,
    categories: of.categories ?? [],
    withTimes: of.period !== undefined,
    from: local(of.period?.from),
    to: local(of.period?.to),
    secrecy: notice === undefined ? '' : notice.by === 'nobody' ? 'forbidden' : 'delay',
    delayUntil: notice === undefined ? '' : local(notice.delayUntil),
    reason: notice?.reason ?? '',
    noticeDigest: notice?.digest ?? '',
    notified: notification === undefined ? '' : 'exempt' in notification ? 'resident' : 'authority',
    enforcing: notification !== undefined && 'authority' in notification ? notification.authority : '',
    preservations: of.preservations ?? [],
    amends: of.amends ?? '',
    ofOrder: of.order ?? '',
  };
}
