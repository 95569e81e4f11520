import { createHash, randomInt, randomUUID } from 'node:crypto';
import { openSession } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import type { Terms } from '#core/registry/terms.ts';
import { enrol, exampleTerms, type World } from './world.ts';

/** People and data of somebody's own on a deployment, so that they do not meet others': random, and enrolled by right. */

/** Of a range that regulators keep for fiction. */
export const newPhone = () => `+49152${String(randomInt(10 ** 9)).padStart(9, '0')}`;
/** Of a documentation range (RFC 3849): distinct enough to be searched for. */
export const newAddress = () =>
  `2001:db8:${randomInt(1, 0xffff).toString(16)}:${randomInt(1, 0xffff).toString(16)}::${randomInt(1, 0xffff).toString(16)}`;
export const ago = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z');

export const login = (account: string, daysAgo: number, ip = newAddress(), port = 50_000): IdentityEvent => ({
  kind: 'access',
  account,
  at: ago(daysAgo).replace('Z', '.000Z'),
  ip,
  port,
});
/** A username that finds an account from then on. */
export const username = (account: string, daysAgo: number, name: string): IdentityEvent => ({
  kind: 'username',
  account,
  at: ago(daysAgo).replace('Z', '.000Z'),
  username: name,
});
export const number = (account: string, daysAgo: number, phone = newPhone()): IdentityEvent => ({
  kind: 'phone',
  account,
  at: ago(daysAgo).replace('Z', '.000Z'),
  phone,
});

/** An agency of its own, enrolled. */
export async function newAgency(world: World, terms: Partial<Terms> = {}): Promise<World['agency']> {
  const id = `agency-${randomUUID()}`;
  const signing = newSigningKey();
  const encryption = newEncryptionKey();
  const holder = `officer-${randomUUID()}`;
  await enrol(world.reviewers, {
    kind: 'agency',
    agency: {
      id,
      name: 'An agency',
      encryptionKey: { ...publicJwk(encryption.privatePem) },
      terms: { ...exampleTerms, ...terms },
    },
    officer: { holder, publicKey: signing.publicPem },
  });
  const signer = signerFromPem(signing.privatePem);
  const session = await openSession({ url: world.cloud.url, signer }, world.provider);
  return {
    id,
    holder,
    keyId: signer.keyId,
    session,
    encryptionKey: privateJwk(encryption.privatePem),
    privateKeyFile: '',
    encryptionKeyFile: '',
  };
}

/** A well-formed request for an account's last 60 days, with whatever is changed about it. */
export function newRequest(account: string, changes: Partial<Request> = {}): Request {
  return {
    reference: `T-${randomUUID()}`,
    instrument: {
      kind: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      issuedAt: ago(1),
      offence: 'StGB 202a',
      digest: `sha-256=:${createHash('sha256').update('order').digest('base64')}:`,
    },
    investigation: 'criminal',
    priority: 'Routine',
    subjects: [{ kind: 'account', value: account }],
    categories: ['TrafficData'],
    period: { from: ago(60), to: ago(0) },
    // Otherwise an enforcing authority would have ten days to object: Regulation (EU) 2023/1543 Art. 8(2).
    notification: { exempt: 'resident' },
    ...changes,
  };
}

/** What makes a request an emergency whose order is not validated yet, for what may be asked without (Reg. Art. 4(5)). */
export function unvalidated(): Partial<Request> {
  const { instrument } = newRequest('anybody');
  return {
    instrument: { ...instrument, authoriserRole: 'OtherCompetentAuthority' },
    categories: ['UserIdentifyingData'],
    priority: 'Emergency',
    threat: 'life',
  };
}

export function wholeScope(request: Request): Scope {
  return {
    subjects: request.subjects.map((_, i) => i),
    categories: request.categories,
    period: request.period,
  };
}

/** Approves by the first two reviewers. */
export async function approve(world: World, view: CaseView, scope: Scope): Promise<void> {
  for (const reviewer of world.reviewers.slice(0, 2)) {
    await decideReview(reviewer.session, view.id, {
      decision: 'approve',
      requestDigest: view.requestDigest,
      scope,
      reason: 'order checked',
    });
  }
}

/** A reviewer of their own, enrolled. */
export async function newReviewer(
  world: World,
  holder = `reviewer-${randomUUID()}`,
): Promise<World['reviewers'][number]> {
  const { privatePem, publicPem } = newSigningKey();
  await enrol(world.reviewers, { kind: 'reviewer', reviewer: { holder, publicKey: publicPem } });
  const signer = signerFromPem(privatePem);
  const session = await openSession({ url: world.cloud.url, signer }, world.provider);
  return { holder, keyId: signer.keyId, privateKeyFile: '', session };
}
