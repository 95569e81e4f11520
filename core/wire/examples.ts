import type { Claiming } from '#core/cases/claiming.ts';
import type { AgencyLetter, DeskLetter } from '#core/cases/letters.ts';
import type { Answer, Note, Question } from '#core/cases/messages.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import type { Decision, Delay, Request, Suspension, Telling, Validation } from '#core/cases/request.ts';
import type { ChangeDecision, Proposal } from '#core/registry/change.ts';
import type { Revocation } from '#core/registry/revocation.ts';

/** Bodies as the document shows them. */
const digest = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';

export const preservation: PreservationRequest = {
  reference: 'GS-4711/26',
  instrument: {
    kind: 'EPOC-PR',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T09:00:00Z',
    offence: 'StGB 202a',
    digest,
  },
  investigation: 'criminal',
  subjects: [{ kind: 'phone', value: '+4915112345678' }],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
};

export const request: Request = {
  ...preservation,
  instrument: { ...preservation.instrument, kind: 'EPOC' },
  priority: 'Routine',
  notice: { delayUntil: '2027-02-20T00:00:00Z', reason: 'jeopardising the investigation' },
};

export const delay: Delay = { delayUntil: '2027-03-20T00:00:00Z', reason: 'witnesses' };

export const telling: Telling = { toldAt: '2026-12-04T10:30:00Z' };

export const validation: Validation = {
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  validatedAt: '2026-11-21T10:00:00Z',
  digest,
};

export const approval: Decision = {
  decision: 'approve',
  requestDigest: digest,
  scope: { subjects: [0], categories: ['SubscriberData'], period: request.period },
  reason: 'The order is in form; traffic data is not needed for it.',
};

export const suspension: Suspension = {
  requestDigest: digest,
  ground: 'authority-not-competent',
  reason: 'The court says that it did not make this order.',
};

export const claiming: Claiming = { claim: 'take' };

export const note: Note = { text: 'The court confirmed the order by telephone, on the number that we had.' };

export const question: Question = {
  requestDigest: digest,
  of: ['order', 'authority'],
  text: 'The second page is missing, with the signature of the judge.',
};

export const deskLetter: DeskLetter = { text: 'The account that your order names was closed in May.' };

export const agencyLetter: AgencyLetter = { text: 'The trial was moved to 4 December.' };

export const answer: Answer = { text: 'The order is with you again, both pages.', digest };

export const objection: AuthorityAnswer = {
  decision: 'object',
  requestDigest: digest,
  ground: 'press-freedom',
  text: 'It is the account of a journalist.',
};

const thumbprint = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';

export const proposal: Proposal = {
  kind: 'officer',
  agency: 'de-lka-example',
  officer: {
    holder: 'officer-2',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  },
};

export const changeDecision: ChangeDecision = { decision: 'approve', changeDigest: digest };

export const revocation: Revocation = { keyid: thumbprint, reason: 'lost' };
