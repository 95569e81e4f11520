import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { mostRequestBytes } from '#core/cases/kept.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { restoreMessage, storeWithin } from '#core/evidence.ts';
import { parseJson } from '#core/json.ts';
import { type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { Message } from '#core/signature/message.ts';

/**
 * What an officer asked, as their signed message: reviewers read it, and `authorise` verifies it again. It is sealed for
 * the desk, since it names whom it is about (I1).
 *
 * @throws WireError body-too-large
 */
export function sealAsked(
  { desk }: { desk: Pick<DeskSeal, 'seal'> },
  id: string,
  message: Message,
): Promise<Uint8Array> {
  return desk.seal(storeWithin(mostRequestBytes, message), { case: id, part: 'request' });
}

/** @throws WireError record-unproven if it is not what the case was made of */
export async function openAsked(
  { desk }: { desk: Pick<DeskSeal, 'open'> },
  { id, request: sealed, requestDigest }: Pick<Case, 'id' | 'request' | 'requestDigest'>,
): Promise<Request> {
  const message = restoreMessage(await opened(desk, id, sealed));
  const asked = requestSchema.safeParse(message && parseJson(message.body));
  if (!asked.success || jsonDigest(asked.data) !== requestDigest) throw new WireError('record-unproven');
  return asked.data;
}

async function opened(desk: Pick<DeskSeal, 'open'>, id: string, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    return await desk.open(sealed, { case: id, part: 'request' });
  } catch (error) {
    if (error instanceof KmsRefusal && error.code === 'not-sealed') throw new WireError('record-unproven');
    throw error;
  }
}
