import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import { approvalsOf, isSameScope } from '#client/scope.ts';
import { openStatuses } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Proposal } from '#core/registry/change.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { groundWords, partWords } from '../words/grounds.ts';
import { inLanguage } from '../words/lang.ts';
import { listText, scopeText, withheldTexts } from '../words/scope.ts';
import type { Act } from './reading.ts';
import { type Effect, type FactName, type Names, signWords } from './words.ts';

/** What is signed, in words: a sentence, and what else the call says. */
export interface Said {
  sentence: string;
  facts: readonly (readonly [name: string, text: string])[];
}

/** @param opened the case that is on the screen: whom its numbers stand for */
export function saidOf(act: Act, names: Names, opened: Review | undefined): Said {
  const words = inLanguage(signWords);
  const facts = factsOf(act, opened).map(([name, text]): [string, string] => [words.facts[name], text]);
  const leaves = act.act === 'proposeChange' ? leavesOf(act.body) : [];
  return { sentence: printable(sentenceOf(act, names)), facts: [...facts, ...leaves] };
}

function sentenceOf(act: Act, names: Names): string {
  const { sentence } = inLanguage(signWords);
  switch (act.act) {
    case 'claimReview':
      return sentence.claimReview(act, names);
    case 'addNote':
      return sentence.addNote(act, names);
    case 'askInformation':
      return sentence.askInformation(act, names);
    case 'writeToAgency':
      return sentence.writeToAgency(act, names);
    case 'decideReview':
      return sentence.decideReview(
        act,
        names,
        act.body.decision === 'approve' ? scopeText(act.body.scope) : undefined,
      );
    case 'suspendReview':
      return sentence.suspendReview(act, names);
    case 'proposeChange':
      return proposalSentence(act.body);
    case 'decideChange':
      return sentence.decideChange(act, names);
    case 'revokeKey':
      return sentence.revokeKey(act, names);
  }
}

function proposalSentence(proposal: Proposal): string {
  const words = inLanguage(signWords).proposal;
  switch (proposal.kind) {
    case 'agency':
      return words.agency(proposal);
    case 'terms':
      return words.terms(proposal);
    case 'officer':
      return words.officer(proposal);
    case 'encryption-key':
      return words['encryption-key'](proposal);
    case 'reviewer':
      return words.reviewer(proposal);
    case 'policy':
      return words.policy(proposal);
    case 'emergencies':
      return words.emergencies(proposal);
    case 'hold':
      return words.hold(proposal);
    case 'release':
      return words.release(proposal);
    case 'reinstate':
      return words.reinstate(proposal);
  }
}

type Fact = readonly [FactName, string];

function factsOf(act: Act, opened: Review | undefined): Fact[] {
  switch (act.act) {
    case 'claimReview':
      return [['case', act.id]];
    case 'addNote':
    case 'writeToAgency':
      return [
        ['text', act.body.text],
        ['case', act.id],
      ];
    case 'askInformation':
      return [
        ['about', listText(act.body.of.map((part) => inLanguage(partWords)[part]))],
        ['text', act.body.text],
        ['case', act.id],
      ];
    case 'suspendReview':
      return [ground(act.body.ground), ['reason', act.body.reason], ['case', act.id]];
    case 'decideReview':
      return [...decisionFacts(act.body, opened), ['case', act.id]];
    case 'decideChange':
      return [['digest', act.body.changeDigest]];
    case 'proposeChange':
    case 'revokeKey':
      return [];
  }
}

const ground = (of: keyof (typeof groundWords)['en']): Fact => [
  'ground',
  `${of}: ${inLanguage(groundWords)[of]}`,
];

function decisionFacts(
  decision: Extract<Act, { act: 'decideReview' }>['body'],
  opened: Review | undefined,
): Fact[] {
  const { reason, scope } = decision;
  const of: Fact[] = scope === undefined ? [] : scopeFacts(scope, opened);
  if (decision.decision === 'reject') return [...of, ground(decision.ground ?? 'other'), ['reason', reason]];
  const { withheld, explanation } = decision;
  return [
    ...of,
    ...(withheld === undefined ? [] : [['leftOut', withheldTexts(withheld).join(' ')] satisfies Fact]),
    ...(explanation === undefined ? [] : [['explanation', explanation] satisfies Fact]),
    ['reason', reason],
  ];
}

/** To the byte: the sentence has the moments as the reader’s clock has them. */
function scopeFacts({ subjects, period }: Scope, opened: Review | undefined): Fact[] {
  const named = subjects.map((n) => {
    const it = opened?.request.subjects[n];
    return it === undefined ? String(n) : `${n}: ${it.kind} ${printable(it.value)}`;
  });
  return [
    ['subjects', named.join('; ')],
    ['begins', period.from],
    ['ends', period.to],
  ];
}

/** Everything that a proposal says, by its name on the wire; of a key its thumbprint, which people compare. */
function leavesOf(value: unknown, path = ''): [string, string][] {
  const thumbprint = /[kK]ey$/.test(path) ? thumbprintOf(value) : undefined;
  if (thumbprint !== undefined) {
    const beside = membersBeside(value).flatMap(([name, each]) =>
      leavesOf(each, `${path}.${printable(name)}`),
    );
    return [[`${path} (${inLanguage(signWords).facts.thumbprint})`, thumbprint], ...beside];
  }
  if (Array.isArray(value)) return [[path, value.map((each) => printable(String(each))).join(', ')]];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, each]) =>
      leavesOf(each, path === '' ? printable(name) : `${path}.${printable(name)}`),
    );
  return [[path, printable(String(value))]];
}

function thumbprintOf(key: unknown): string | undefined {
  try {
    return importPublicKey(typeof key === 'string' ? key : { ...Object(key) }).thumbprint;
  } catch {
    return undefined;
  }
}

/** Members of a JWK that its thumbprint is not made of. */
const membersBeside = (key: unknown): [string, unknown][] =>
  typeof key === 'object' && key !== null
    ? Object.entries(key).filter(([name]) => !['kty', 'crv', 'x', 'y'].includes(name))
    : [];

/** What an approval does, by the approvals that the page knows of. */
export function effectOf(
  act: Act,
  opened: Review | undefined,
  policy: Pick<Policy, 'emergency'> | undefined,
): Effect | undefined {
  if (act.act !== 'decideReview' || act.body.decision !== 'approve' || opened === undefined) return undefined;
  if (openStatuses.includes(opened.status)) return 'signs';
  const { scope } = act.body;
  const others = approvalsOf(opened);
  const same = others.filter((each) => isSameScope(each.scope, scope)).length;
  const isEmergency = opened.priority === 'Emergency';
  // Where the policy cannot be read, an emergency is taken to open at once: it is no less than that.
  const needed = isEmergency
    ? Math.min(policy?.emergency.approvals ?? 1, opened.approvalsNeeded)
    : opened.approvalsNeeded;
  if (same + 1 >= needed) return isEmergency ? 'opens-emergency' : 'opens';
  return same < others.length ? 'anew' : 'begins';
}
