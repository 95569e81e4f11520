/** Functions read answers by the same rules, and import nothing of the client: so the rules are core's. */
export { AnswerRefused, bodyWithin, checkNoRedirect, plainFetch } from '#core/answer-body.ts';
