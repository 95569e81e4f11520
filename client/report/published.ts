import { toBase64 } from '#core/bytes.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { type Report, reportSchema } from '#core/log/report/figures.ts';
import { logRoutes } from '#core/wire/log.ts';
import { withRetries } from '../retry.ts';
import { callOf } from '../route-call.ts';
import { malformed, parseAnswer, type Reaching, reach } from '../transport.ts';

/**
 * The report as a provider publishes it. Public and unsigned: `checkReport` holds it against the log.
 *
 * @param url `https://host[:port]`, without `/v1`
 * @returns undefined where none is published yet
 * @throws ExchangeError unreachable, answer-malformed
 */
export async function fetchReport(url: string, options: Reaching = {}): Promise<Report | undefined> {
  const { method, target } = callOf(logRoutes.readReport, {});
  const request = { method, url: new URL(target, url).href, headers: {}, body: undefined };
  return withRetries(options, 'safe', async () => {
    const answer = await reach(options, request);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw malformed(answer, 'status');
    return parseAnswer(reportSchema, answer);
  });
}

/** Whether the checkpoint that a report says it was counted from is one of the log's, and says the same root and size. */
export function isOfLog({ log }: Pick<Report, 'log'>, key: VerifierKey): boolean {
  try {
    const { size, root } = openCheckpoint(log.checkpoint, key);
    return String(size) === log.size && toBase64(root) === log.root;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
