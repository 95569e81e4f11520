import type { Case } from '#core/cases/case.ts';
import { noticesOf } from '#core/cases/notice.ts';
import { env } from './env.ts';
import { eventBridgeBus } from './eventbridge/bus.ts';

const { NOTICES_BUS, LOG_ORIGIN } = env('NOTICES_BUS', 'LOG_ORIGIN');
const bus = eventBridgeBus(NOTICES_BUS);

// For functions that name it so. @returns how many
export async function sendNotices(current: Case, agencyName: string): Promise<number> {
  const notices = noticesOf(current, { agencyName, logOrigin: LOG_ORIGIN });
  await bus.send(notices);
  return notices.length;
}
