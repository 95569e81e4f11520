import { changeDays } from '#core/log/limits.ts';
import { changeDecisionSchema, proposalSchema } from '#core/registry/change.ts';
import { changeList, changeView } from '#core/registry/change-view.ts';
import { keyList, keyStatuses, keyView } from '#core/registry/key-view.ts';
import { changeStatuses } from '#core/registry/lapsing.ts';
import { revocationSchema, revokedKey } from '#core/registry/revocation.ts';
import { pageParameter, pagesText } from './list-page.ts';
import { route } from './route.ts';

/** What reviewers, and officers for their own agency, do with the registry. */
const callers = ['agency', 'reviewer'] as const;

export const registryRoutes = {
  proposeChange: route({
    method: 'POST',
    path: '/registry/changes',
    server: 'registry',
    callers,
    body: proposalSchema,
    summary: 'Propose a change of the registry',
    description:
      'Counts as the proposer’s own decision. Officers propose officers and encryption keys, for their own agency.',
    answers: [
      {
        status: 201,
        says: 'The change, pending',
        type: 'application/json',
        schema: changeView,
        headers: ['Location'],
      },
    ],
    refusals: [
      'key-refused',
      'agency-enrolled',
      'agency-unknown',
      'officer-unknown',
      'emergencies-open',
      'key-enrolled',
      'key-not-suspended',
      'key-revoked-elsewhere',
      'change-not-yours',
      'rate-exceeded',
      'case-unknown',
      'case-not-held',
      'hold-too-long',
    ],
  }),
  listChanges: route({
    method: 'GET',
    path: '/registry/changes',
    server: 'registry',
    callers: ['reviewer'],
    query: { status: changeStatuses, page: pageParameter },
    summary: 'List changes of the registry',
    description: `Changes of one status, \`Pending\` where none is named, the oldest first. One that is not complete after ${changeDays} days has lapsed. ${pagesText}`,
    answers: [{ status: 200, says: 'The changes', type: 'application/json', schema: changeList }],
    refusals: ['page-unknown'],
  }),
  showChange: route({
    method: 'GET',
    path: '/registry/changes/{id}',
    server: 'registry',
    callers,
    summary: 'See a change of the registry',
    description: 'For reviewers, and for officers of the agency that it concerns.',
    answers: [{ status: 200, says: 'The change', type: 'application/json', schema: changeView }],
    refusals: ['not-found'],
  }),
  decideChange: route({
    method: 'POST',
    path: '/registry/changes/{id}/decisions',
    server: 'registry',
    callers,
    body: changeDecisionSchema,
    summary: 'Decide a change of the registry',
    description:
      'A reviewer approves, an officer of the agency confirms, either rejects. Once nothing is missing, it is applied.',
    answers: [{ status: 200, says: 'The change as decided', type: 'application/json', schema: changeView }],
    refusals: [
      'not-found',
      'agency-enrolled',
      'agency-unknown',
      'officer-unknown',
      'change-closed',
      'change-digest-mismatch',
      'change-not-yours',
      'change-repeated',
      'emergencies-open',
      'holder-conflict',
      'key-enrolled',
      'key-not-suspended',
      'key-revoked-elsewhere',
      'limit-exceeded',
      'case-unknown',
      'case-not-held',
    ],
  }),
  listKeys: route({
    method: 'GET',
    path: '/registry/keys',
    server: 'registry',
    callers: ['reviewer'],
    query: { status: keyStatuses, page: pageParameter },
    summary: 'List who is enrolled',
    description: `Keys with their holders, and who signed that they were enrolled: \`Enrolled\` where no status is named, in the order of enrolment, with those that are suspended; \`Revoked\` in that of revocation. ${pagesText}`,
    answers: [{ status: 200, says: 'The keys', type: 'application/json', schema: keyList }],
    refusals: ['page-unknown'],
  }),
  showKey: route({
    method: 'GET',
    path: '/registry/keys/{keyid}',
    server: 'registry',
    callers: ['reviewer'],
    summary: 'See a key',
    description: 'Whose it is or was, who signed that it was enrolled, and how the log calls it.',
    answers: [{ status: 200, says: 'The key', type: 'application/json', schema: keyView }],
    refusals: ['not-found'],
  }),
  revokeKey: route({
    method: 'POST',
    path: '/registry/revocations',
    endsAccess: true,
    server: 'registry',
    callers,
    body: revocationSchema,
    summary: 'Revoke a key',
    description:
      'From this moment the signature check refuses it. An officer revokes keys of their own agency, a reviewer any. A second call answers when it was revoked.',
    answers: [
      { status: 200, says: 'Since when it is revoked', type: 'application/json', schema: revokedKey },
    ],
    refusals: ['not-found'],
  }),
};
