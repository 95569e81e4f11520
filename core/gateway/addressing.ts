import { CaseError } from '#core/cases/errors.ts';
import { addressNotice, letterOf } from '#core/cases/notice.ts';
import { partsOfCode } from '#core/cases/notice-code.ts';
import {
  fileCommitment,
  type NoticeFacts,
  type PersonsNotice,
  personsNotices,
} from '#core/cases/notice-file.ts';
import type { Subject } from '#core/cases/request.ts';
import type { Chance, DeskSeal } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import { type NoticeFileState, noticeTagsOf } from '#core/state/notice-files.ts';
import { openAsked } from './asked.ts';
import { nonceBytes, sealNoticeFile } from './notice-seal.ts';

export interface AddressingPorts {
  cases: Pick<CaseState, 'change'>;
  files: Pick<NoticeFileState, 'put' | 'remove'>;
  desk: Pick<DeskSeal, 'open'>;
  chance: Pick<Chance, 'bytes'>;
}

export interface Addressed {
  case: string;
  /**
   * As the agency named them: who that was in the period is the provider's to know. With each, what their letter says and
   * the code that opens it.
   */
  subjects: (PersonsNotice & { asked: Subject; period: { from: string; to: string } })[];
}

/**
 * Whom a case's notices are for, and what their letters say. Each time is an entry of the case, which commits to what the
 * codes open.
 *
 * @param anew where a letter was lost: the codes before open nothing any more
 * @throws CaseError case-not-approved where no notice has gone out; limit-exceeded: no more letters
 */
export async function addressNotices(
  ports: AddressingPorts,
  facts: NoticeFacts,
  { case: id, anew = false }: { case: string; anew?: boolean | undefined },
): Promise<Addressed> {
  const { cases, files, desk, chance } = ports;
  let made: PersonsNotice[] = [];
  let lost: string[] = [];
  const changed = await cases.change(id, (current) => {
    // Without a notice there is no approved scope either, perhaps.
    if (current.notice.told === 0) throw new CaseError('case-not-approved');
    const letter = letterOf(current, anew);
    made = personsNotices(current, letter, facts);
    lost = letter > (current.notice.letter ?? 0) ? noticeTagsOf(current) : [];
    const commitments = made.map(({ code, file }) => fileCommitment(partsOfCode(code), file));
    return addressNotice(current, { letter, files: commitments });
  });
  if (changed === undefined) throw new Error('there is no such case');
  // After the entry: whatever lies there, the log commits to.
  await files.put(
    made.map(({ code, file }) => {
      const parts = partsOfCode(code);
      return { tag: parts.tag, sealed: sealNoticeFile(parts, file, chance.bytes(nonceBytes)) };
    }),
  );
  await files.remove(lost);
  const request = await openAsked({ desk }, changed.case);
  const period = changed.case.scope?.period ?? request.period;
  const subjects = made.flatMap((each) => {
    const named = request.subjects[each.subject];
    return named === undefined ? [] : [{ ...each, asked: named, period }];
  });
  return { case: id, subjects };
}
