import { addressNotice, subjectsToNotify } from '#core/cases/notice.ts';
import type { Subject } from '#core/cases/request.ts';
import type { DeskSeal } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import { openAsked } from './asked.ts';

export interface Addressed {
  case: string;
  /** As the agency named them: who that was in the period is the provider's to know. */
  subjects: { subject: number; asked: Subject; period: { from: string; to: string } }[];
}

/**
 * Whom a case's notices are for. Each time is an entry of the case.
 *
 * @throws CaseError case-not-approved where no notice has gone out
 */
export async function addressNotices(
  { cases, desk }: { cases: Pick<CaseState, 'change'>; desk: Pick<DeskSeal, 'open'> },
  id: string,
): Promise<Addressed> {
  const current = (await cases.change(id, addressNotice))?.case;
  if (current === undefined) throw new Error('there is no such case');
  const request = await openAsked({ desk }, current);
  const period = current.scope?.period ?? request.period;
  const subjects = subjectsToNotify(current).flatMap(({ subject }) => {
    const named = request.subjects[subject];
    return named === undefined ? [] : [{ subject, asked: named, period }];
  });
  return { case: id, subjects };
}
