import { z } from 'zod';
import { toBase64url } from '#core/bytes.ts';
import { statuses } from '#core/cases/case.ts';
import { priorities } from '#core/cases/request.ts';
import { instant } from '#core/instant.ts';
import { pageToken } from '#core/text.ts';
import { type Change, name } from './change.ts';
import { changeDecided, viewDecisions } from './change-view.ts';
import { type KeyRecord, keyInLog, roles } from './records.ts';

/** Keys of the registry and the people who hold them, as reviewers see them. */
export const keyStatuses = ['Enrolled', 'Revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** An RFC 7638 thumbprint, as `keyid` has it. */
export const thumbprint = z.string().regex(/^[\w-]{43}$/);

export const keyView = z.strictObject({
  keyid: thumbprint,
  role: z.enum(roles),
  agency: name.optional(),
  holder: name,
  enrolledAt: instant,
  /** Before this the key may do nothing. */
  activeFrom: instant,
  revokedAt: instant.optional(),
  /** Another provider revoked this key for misuse: which, by the name of its log, and why. It may do nothing meanwhile. */
  suspended: z
    .strictObject({ since: instant, provider: z.string().max(253), reason: z.string().max(64) })
    .optional(),
  /** Where its right comes from: `founding/<n>`, or `change/<id>`. */
  enrolledBy: z.string().max(64),
  /** Who signed the change that enrolled it. A founding is signed by nobody: an operator does it. */
  decisions: z.array(changeDecided),
  /**
   * How the public log calls the key, and what proves it: the commitment over `key` and the thumbprint under this salt.
   * With it a reviewer finds in the log what the key signed.
   */
  log: z.strictObject({ key: thumbprint, salt: z.string().regex(/^[\w-]{43}$/) }),
});
export type KeyView = z.infer<typeof keyView>;

/** A page of the list. `next` names the following one, where there may be one. */
export const keyList = z.strictObject({ keys: z.array(keyView), next: pageToken.optional() });

/** What ends with the keys of a person: as of now, should all of them be revoked. */
const endingCase = z.strictObject({
  case: z.uuid(),
  agency: name,
  reference: z.string(),
  priority: z.enum(priorities),
  status: z.enum(statuses),
  /** The status that it then has. */
  becomes: z.enum(statuses),
  /** How many decisions no longer count, where it goes on. */
  voided: z.int().nonnegative(),
});
export type EndingCase = z.infer<typeof endingCase>;

export const personView = z.strictObject({
  holder: name,
  role: z.enum(roles),
  agency: name.optional(),
  /** Those that are not revoked. */
  keys: z.array(keyView),
  /** Whether the log proves that these are all: not while it cannot be read, or goes on behind the party's record. */
  proven: z.boolean(),
  /** How many people of the agency, or of the desk, are left without this one. */
  others: z.int().nonnegative(),
  ends: z.strictObject({
    cases: z.array(endingCase),
    /** Whether more cases are pending than were looked at. */
    more: z.boolean(),
  }),
});
export type PersonView = z.infer<typeof personView>;

/** @param change that enrolled it, where one did */
export function viewKey(key: KeyRecord, change: Change | undefined): KeyView {
  const { since, provider = '', reason = '' } = key.suspension ?? {};
  return {
    keyid: key.keyId,
    role: key.role,
    ...(key.agency === undefined ? {} : { agency: key.agency }),
    holder: key.holder,
    enrolledAt: key.enrolledAt,
    activeFrom: key.activeFrom,
    ...(key.revokedAt === undefined ? {} : { revokedAt: key.revokedAt }),
    ...(since === undefined ? {} : { suspended: { since, provider, reason } }),
    enrolledBy: key.enrolledBy,
    decisions: change === undefined ? [] : viewDecisions(change),
    log: { key: keyInLog(key), salt: toBase64url(key.salt) },
  };
}
