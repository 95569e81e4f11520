import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { type EnrolledKey, provenBody } from '#core/evidence.ts';
import type { Message } from '#core/signature/message.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';

/**
 * What an enrolled officer signed when they asked: the signature over the bytes that arrived, at the time at which they
 * arrived.
 *
 * @returns undefined if they did not sign this case's request
 */
export function signedRequestOf(
  current: Pick<Case, 'requestDigest' | 'receivedAt'>,
  message: Message,
  asker: EnrolledKey,
): Request | undefined {
  if (message.method !== 'POST' || message.path !== '/v1/requests') return undefined;
  const body = requestSchema.safeParse(provenBody(message, asker, current.receivedAt));
  return body.success && jsonDigest(body.data) === current.requestDigest ? body.data : undefined;
}

/** Whether an instant that a table tells is that of an act which the log recorded a moment later. */
export function isMomentBefore(at: string, recordedAt: string): boolean {
  const ms = Date.parse(recordedAt) - Date.parse(at);
  return ms >= 0 && ms <= MAX_WINDOW_SECONDS * 1000;
}
