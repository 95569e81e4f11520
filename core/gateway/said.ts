import type { Aside, Case, StoredDecision } from '#core/cases/case.ts';
import { decisionSchema, suspensionSchema } from '#core/cases/request.ts';
import type { Said } from '#core/cases/review.ts';
import { asidesOf } from '#core/cases/superseded.ts';
import { restoreMessage } from '#core/evidence.ts';
import { parseJson } from '#core/json.ts';
import { type DeskSeal, KmsRefusal } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { CaseState } from '#core/state/cases.ts';

/**
 * What reviewers said when they decided. It is kept once, in the message that each of them signed, sealed for the desk: the
 * tables show a reviewer and a scope, and no reason.
 */
export interface SaidPorts {
  cases: Pick<CaseState, 'aside'>;
  desk: Pick<DeskSeal, 'open'>;
}

/** @throws WireError record-unproven if something that the case names is not there, or was not sealed for it */
export async function openSaid(ports: SaidPorts, current: Case): Promise<Said> {
  const [decisions, asides] = await Promise.all([
    Promise.all(current.decisions.map((each) => reasonOf(ports, current, each))),
    openAsides(ports, current),
  ]);
  return {
    decisions,
    asides: await Promise.all(
      asides.map(async (aside) => ({ aside, reason: await reasonOf(ports, current, aside) })),
    ),
  };
}

/** What lies beside a case. @throws WireError record-unproven */
export async function openAsides({ cases }: Pick<SaidPorts, 'cases'>, current: Case): Promise<Aside[]> {
  return Promise.all(
    asidesOf(current).map(async (entry) => {
      const aside = await cases.aside(current.id, entry);
      if (aside === undefined) throw new WireError('record-unproven');
      return aside;
    }),
  );
}

async function reasonOf(
  { desk }: Pick<SaidPorts, 'desk'>,
  { id, requestDigest }: Pick<Case, 'id' | 'requestDigest'>,
  { message: sealed }: Pick<StoredDecision, 'message'>,
): Promise<string> {
  const message = restoreMessage(await opened(desk, id, sealed));
  const body = message && parseJson(message.body);
  // Of a decision, or of a suspension.
  const said = [decisionSchema, suspensionSchema].map((schema) => schema.safeParse(body).data);
  const found = said.find((each) => each !== undefined);
  if (found === undefined || found.requestDigest !== requestDigest) throw new WireError('record-unproven');
  return found.reason;
}

async function opened(desk: Pick<DeskSeal, 'open'>, id: string, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    return await desk.open(sealed, { case: id, part: 'decision' });
  } catch (error) {
    if (error instanceof KmsRefusal && error.code === 'not-sealed') throw new WireError('record-unproven');
    throw error;
  }
}
