import type { Question, QuestionId } from './question.ts';
import {
  mintThenList,
  policyRoundTrip,
  revokeThenDecrypt,
  revokeThenList,
  tagThenAuthorise,
} from './questions/keys.ts';
import { codeSha, failedFirstDeployment, firstEvent } from './questions/stack.ts';
import { alarmDelivery, keyChangeRule, metricDimensions } from './questions/watching.ts';

/** Asked in this order while the stack is there: what closes the case comes late. */
export const questions: readonly Question[] = [
  firstEvent,
  mintThenList,
  codeSha,
  policyRoundTrip,
  metricDimensions,
  alarmDelivery,
  keyChangeRule,
  tagThenAuthorise,
  revokeThenList,
  revokeThenDecrypt,
  failedFirstDeployment,
];

const byId = new Map(questions.map((each) => [each.id, each]));
const textsOf = (id: Exclude<QuestionId, 'removal'>) => {
  const question = byId.get(id);
  if (question === undefined) throw new Error(`nobody asks ${id}`);
  return { asks: question.asks, assumes: question.assumes };
};

/** What each question asks. The last is answered by the removal itself. */
export const asked: Readonly<Record<QuestionId, Pick<Question, 'asks' | 'assumes'>>> = {
  'first-event': textsOf('first-event'),
  'mint-then-list': textsOf('mint-then-list'),
  'code-sha': textsOf('code-sha'),
  'policy-round-trip': textsOf('policy-round-trip'),
  'metric-dimensions': textsOf('metric-dimensions'),
  'alarm-delivery': textsOf('alarm-delivery'),
  'key-change-rule': textsOf('key-change-rule'),
  'tag-then-authorise': textsOf('tag-then-authorise'),
  'revoke-then-list': textsOf('revoke-then-list'),
  'revoke-then-decrypt': textsOf('revoke-then-decrypt'),
  'failed-first-deployment': textsOf('failed-first-deployment'),
  removal: {
    asks: 'What does `writ operate remove` leave?',
    assumes: 'The log’s bucket until its lock ends, and keys that AWS deletes: nothing that costs.',
  },
};
