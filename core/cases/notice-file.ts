import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { instant } from '#core/instant.ts';
import { commitment } from '#core/log/commitment.ts';
import { digestText } from '#core/text.ts';
import { approvedScope } from './acts.ts';
import type { Case } from './case.ts';
import { instrumentKind, jurisdiction } from './instrument.ts';
import { subjectsToNotify } from './notice.ts';
import { type CodeParts, codeFor, type NoticeCode } from './notice-code.ts';
import { authoriserRoles } from './policy.ts';
import { delayReasons } from './request.ts';
import { category } from './scope.ts';

/**
 * What one person is told of one case, and can open with the code in their letter: who asked, on what basis, what of
 * theirs left and when. It names nobody: neither the person, whom the letter names, nor others of the case, nor who
 * decided. So the case's salt is not in it either: with that, names of reviewers could be guessed and tried.
 *
 * It lies beside the case, encrypted under a key of the code (gateway/notice-seal.ts), and the log commits to it.
 */
const name = z.string().min(1).max(300);

export const noticeFileSchema = z.strictObject({
  v: z.literal(1),
  case: z.uuid(),
  provider: name,
  /** Where to write to, as the policy has it. */
  contact: name.optional(),
  agency: z.strictObject({ id: name, name }),
  basis: z.strictObject({
    instrument: instrumentKind,
    jurisdiction,
    authoriserRole: z.enum(authoriserRoles),
    policyHash: digestText,
  }),
  priority: z.enum(['Routine', 'Emergency']),
  receivedAt: instant,
  disclosed: z.strictObject({
    categories: z.array(category).min(1),
    period: z.strictObject({ from: instant, to: instant }),
    records: z.int().positive(),
    from: instant,
    to: instant,
  }),
  /** Until when, and why, they were not to be told; `ordered`: an order forbade it. */
  delay: z.strictObject({ until: instant, reason: z.enum(delayReasons), ordered: z.boolean() }).optional(),
  /** The log's name, and the stream of the case in it. */
  log: name,
  stream: name,
});
export type NoticeFile = z.infer<typeof noticeFileSchema>;

/** What a file says beside what the case holds. */
export interface NoticeFacts {
  provider: string;
  contact?: string | undefined;
  logOrigin: string;
}

/** One person's file, and the code of their letter. */
export interface PersonsNotice {
  subject: number;
  code: NoticeCode;
  file: NoticeFile;
}

/** The files of all of whom something was disclosed. @param letter which of their letters */
export function personsNotices(current: Case, letter: number, facts: NoticeFacts): PersonsNotice[] {
  const { disclosed, basis, notice, salt, id } = current;
  if (disclosed === undefined) return [];
  const { categories, period } = approvedScope(current);
  const { instrument, jurisdiction: law, authoriserRole } = basis;
  const { delayUntil: until, reason, by } = notice;
  return subjectsToNotify(current).map(({ subject, records }) => ({
    subject,
    code: codeFor(salt, { case: id, subject, letter }),
    file: {
      v: 1,
      case: id,
      provider: facts.provider,
      ...(facts.contact === undefined ? {} : { contact: facts.contact }),
      agency: { id: current.agency, name: notice.agencyName ?? current.agency },
      basis: { instrument, jurisdiction: law, authoriserRole, policyHash: current.policyHash },
      priority: current.priority,
      receivedAt: current.receivedAt,
      disclosed: { categories, period, records, from: disclosed.firstAt, to: disclosed.lastAt },
      ...(until === undefined || reason === undefined
        ? {}
        : { delay: { until, reason, ordered: by === 'nobody' } }),
      log: facts.logOrigin,
      stream: `case/${id}`,
    },
  }));
}

/** The log's commitment to a file. */
export function fileCommitment({ salt }: Pick<CodeParts, 'salt'>, file: NoticeFile): string {
  return commitment(salt, 'notice', canonicalJson(file));
}

/** All codes that a case's people may have been given, the lost ones too. */
export function codesOf(current: Pick<Case, 'id' | 'salt' | 'disclosed' | 'notice'>): NoticeCode[] {
  const { letter: letters = 0 } = current.notice;
  return subjectsToNotify(current).flatMap(({ subject }) =>
    Array.from({ length: letters }, (_, i) =>
      codeFor(current.salt, { case: current.id, subject, letter: i + 1 }),
    ),
  );
}
