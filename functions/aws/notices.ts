import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { approvedScope } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { subjectsToTell } from '#core/cases/notice.ts';
import { chunks } from '#core/parallel.ts';
import { eventBridge } from './clients.ts';
import { env } from './env.ts';

const { NOTICES_BUS, LOG_ORIGIN } = env('NOTICES_BUS', 'LOG_ORIGIN');

/** EventBridge takes no more at once. */
const eventsAtOnce = 10;

/**
 * Puts a case's notices on the bus, for the provider's own messenger or mail: one a subject about whom something was
 * disclosed, saying what, to whom, on what basis, and how to check it. Whom it is for is not in it (I1): the messenger
 * asks the function `notice`, which says so and leaves an entry.
 *
 * @returns how many
 * @throws if the bus did not take each of them
 */
export async function sendNotices(current: Case, agency: string): Promise<number> {
  const { categories, period } = approvedScope(current);
  const { disclosed, basis } = current;
  const notices = subjectsToTell(current).map(({ subject, records }) => ({
    // The same notice, sent twice, has the same id.
    id: `${current.id}/${subject}/${disclosed?.answers}`,
    case: current.id,
    subject,
    disclosed: { categories, period, records, from: disclosed?.firstAt, to: disclosed?.lastAt },
    to: { id: current.agency, name: agency },
    basis: {
      instrument: basis.instrument,
      jurisdiction: basis.jurisdiction,
      authoriserRole: basis.authoriserRole,
      policyHash: current.policyHash,
    },
    check: { log: LOG_ORIGIN, stream: `case/${current.id}`, with: 'writ log verify, docs/log.md' },
  }));
  for (const some of chunks(notices, eventsAtOnce)) {
    const { FailedEntryCount } = await eventBridge.send(
      new PutEventsCommand({
        Entries: some.map((notice) => ({
          EventBusName: NOTICES_BUS,
          Source: 'writ',
          DetailType: 'Disclosure notice',
          Detail: JSON.stringify(notice),
        })),
      }),
    );
    if (FailedEntryCount !== 0) throw new Error('the bus did not take every notice');
  }
  return notices.length;
}
