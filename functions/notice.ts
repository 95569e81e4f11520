import { z } from 'zod';
import { addressNotice, subjectsToTell } from '#core/cases/notice.ts';
import { requestSchema, type Subject } from '#core/cases/request.ts';
import { change } from './aws/cases.ts';
import { openAtDesk } from './aws/desk.ts';

/**
 * Whom a notice is for. Invoked by the provider's own messenger with AWS credentials, once it has a notice to deliver,
 * and never over the API: the notice on the bus names nobody, so nothing at rest does (I1). It answers for a case whose
 * person is being told anyhow, and for no other; each time is an entry of the case.
 */
const inputSchema = z.strictObject({ case: z.string() });

export interface Addressed {
  case: string;
  /** As the agency named them: who that was in the period is the provider's to know. */
  subjects: { subject: number; asked: Subject; period: { from: string; to: string } }[];
}

/** @throws CaseError case-not-approved where no notice has gone out */
export async function handler(event: unknown): Promise<Addressed> {
  const { case: id } = inputSchema.parse(event);
  const current = (await change(id, addressNotice))?.case;
  if (current === undefined) throw new Error('there is no such case');
  const sealed = await openAtDesk(current.request, { case: id, part: 'request' });
  const request = requestSchema.parse(JSON.parse(new TextDecoder().decode(sealed)));
  const period = current.scope?.period ?? request.period;
  const subjects = subjectsToTell(current).flatMap(({ subject }) => {
    const asked = request.subjects[subject];
    return asked === undefined ? [] : [{ subject, asked, period }];
  });
  return { case: id, subjects };
}
