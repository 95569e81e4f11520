import { grouped } from '#core/grouped.ts';
import { type ProblemCode, problems } from '#core/problem.ts';
import { isPublic, type Route } from './route.ts';

/** What all routes of one kind may be refused with. functions/middleware and lib/gateway.ts decide it. */

/** By the signature check: the signature, its freshness, the key's right, the query. */
const signatureCheck: readonly ProblemCode[] = [
  'message-malformed',
  'query-unsupported',
  'signature-missing',
  'signature-malformed',
  'signature-components',
  'signature-parameters',
  'signature-algorithm',
  'signature-nonce',
  'signature-window',
  'signature-not-yet-valid',
  'signature-expired',
  'signature-key-unknown',
  'signature-invalid',
  'digest-missing',
  'digest-malformed',
  'digest-mismatch',
  'key-cooling',
  'key-role',
  'key-suspended',
  'replayed',
];

/** By the parser of the body. */
const parsing: readonly ProblemCode[] = [
  'body-malformed',
  'field-unknown',
  'field-invalid',
  'body-too-large',
  'media-type',
];

/** By what fails on the provider's side. */
const ours: readonly ProblemCode[] = ['internal', 'record-unproven', 'try-again'];

/** What the policy refuses of an order (`checkStanding`). */
export const standing: readonly ProblemCode[] = [
  'category-not-disclosed',
  'instrument-not-accepted',
  'jurisdiction-not-accepted',
  'priority-not-accepted',
  'authoriser-insufficient',
  'offence-below-threshold',
];

/** What an agency's terms do not allow it (`checkTerms`). */
export const agencyTerms: readonly ProblemCode[] = [
  'agency-jurisdiction',
  'agency-instrument',
  'agency-category',
];

/**
 * What API Gateway refuses by itself. Where the status is undefined, API Gateway chooses it and the problem does not repeat it.
 */
export const gatewayRefusals = [
  { when: 'MISSING_AUTHENTICATION_TOKEN', status: 404, code: 'not-found' },
  { when: 'REQUEST_TOO_LARGE', status: 413, code: 'body-too-large' },
  { when: 'THROTTLED', status: 429, code: 'try-again' },
  { when: 'DEFAULT_4XX', status: undefined, code: 'message-malformed' },
  { when: 'DEFAULT_5XX', status: undefined, code: 'internal' },
] as const;

/** Those that a call of a route that exists may meet. 502 and 504 mean that the function did not answer. */
const gateway: readonly (readonly [status: number, code: ProblemCode])[] = [
  [400, 'message-malformed'],
  [413, 'body-too-large'],
  [429, 'try-again'],
  [502, 'internal'],
  [504, 'internal'],
];

/** Everything that a route may be refused with: codes by status, both in order. */
export function refusalsOf(route: Route): Map<number, ProblemCode[]> {
  const own = [
    ...(isPublic(route) ? [] : signatureCheck),
    ...(route.body === undefined ? [] : parsing),
    ...route.refusals,
    ...ours,
  ].map((code) => [problems[code][0], code] as const);
  const all = grouped([...own, ...gateway], ([status]) => status);
  const sorted = [...all].sort(([a], [b]) => a - b);
  return new Map(
    sorted.map(([status, pairs]) => [status, [...new Set(pairs.map(([, code]) => code))].sort()]),
  );
}
