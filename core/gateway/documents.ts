import { digestMember } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import type { OrderDocument } from '#core/cases/document.ts';
import { checkDocument, receiveDocument, viewDocument } from '#core/cases/receiving-order.ts';
import { inParallel } from '#core/parallel.ts';
import { type DeskContext, type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { keyInLog } from '#core/registry/records.ts';
import type { CaseState } from '#core/state/cases.ts';
import { partsOf } from '#core/state/documents.ts';
import { agencyOf, type Call } from './call.ts';
import { ownCase } from './own.ts';

/** Taking an order in, and handing it to the desk. */

const contextOf = (id: string): DeskContext => ({ case: id, part: 'document' });
/** KMS seals and opens each part. */
const atOnce = 4;

/**
 * The agency hands in the order that its request names. The same again is the same.
 *
 * @throws WireError not-found; CaseError those of `checkDocument`
 */
export async function uploadDocument(
  { cases, desk }: { cases: Pick<CaseState, 'get' | 'change' | 'documents'>; desk: Pick<DeskSeal, 'seal'> },
  call: Call<OrderDocument>,
): Promise<Case> {
  const { input, at, caller } = call;
  const current = await ownCase(cases, call.id, agencyOf(call));
  const digest = digestMember(input.bytes);
  if (checkDocument(current, input, digest)) return current;
  const { id } = current;
  const parts = partsOf(input.bytes);
  await cases.documents.write(id, await inParallel(parts, atOnce, (part) => desk.seal(part, contextOf(id))));
  const by = { officer: caller.key.holder, key: keyInLog(caller.key), at, digest, parts: parts.length };
  const done = await cases.change(id, (latest) => receiveDocument(latest, input, by));
  if (done === undefined) {
    // It was forgotten meanwhile: its parts would have no case.
    await cases.documents.forget(id);
    throw new WireError('not-found');
  }
  return done.case;
}

/**
 * Hands the order to a reviewer. That they took it is recorded first.
 *
 * @throws WireError not-found: there is none; record-unproven: a part is gone, or it is not what the request names
 */
export async function openDocument(
  { cases, desk }: { cases: Pick<CaseState, 'get' | 'change' | 'documents'>; desk: Pick<DeskSeal, 'open'> },
  { id, caller }: Call,
): Promise<Uint8Array> {
  const done = await cases.change(id, (latest) => viewDocument(latest, caller.key.holder));
  const received = done?.case.document?.received;
  if (done === undefined || received === undefined) throw new WireError('not-found');
  const sealed = await cases.documents.read(id, received.parts);
  const opened = await inParallel(sealed, atOnce, (part) => openedPart(desk, part, id));
  const bytes: Uint8Array = Buffer.concat(opened);
  // Whoever writes tables can put back a part of an upload that broke off: each is the request's own, or the whole is not.
  if (bytes.length !== received.bytes || !isNamed(done.case, received.type, bytes))
    throw new WireError('record-unproven');
  return bytes;
}

function isNamed(current: Case, type: OrderDocument['type'], bytes: Uint8Array): boolean {
  try {
    return checkDocument(current, { type, bytes }, digestMember(bytes));
  } catch {
    return false;
  }
}

async function openedPart(
  desk: Pick<DeskSeal, 'open'>,
  sealed: Uint8Array | undefined,
  id: string,
): Promise<Uint8Array> {
  if (sealed === undefined) throw new WireError('record-unproven');
  try {
    return await desk.open(sealed, contextOf(id));
  } catch (error) {
    if (error instanceof KmsRefusal && error.code === 'not-sealed') throw new WireError('record-unproven');
    throw error;
  }
}
