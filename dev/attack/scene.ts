import { createHash, randomInt, randomUUID } from 'node:crypto';
import { collectOnce, submitRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request, Subject } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Terms } from '#core/registry/terms.ts';
import { pseudonymOf } from '../as-function.ts';
import { sendEvents, until } from '../feed.ts';
import { readLog } from '../log.ts';
import { enrol, exampleTerms, type World } from '../world.ts';
import type { Item, Thief } from './thief.ts';

/** Where a lie is told: the deployment, the thief, and people whom each lie has of its own. */
export interface Scene {
  world: World;
  thief: Thief;
}

/** What a lie got: a disclosure that nobody approved, or nothing, and what it was answered with. */
export type Got = { nothing: string } | { records: readonly DisclosedRecord[] } | { something: string };

const daysAgo = (days: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 - days * 86_400_000).toISOString();

export const newPhone = () => `+49152${String(randomInt(10 ** 9)).padStart(9, '0')}`;

/** Of a documentation range (RFC 3849). */
export const newAddress = () => {
  const group = () => randomInt(1, 0xffff).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
};

/** An account with a number and three log-ins, and its items in the vault. */
export interface Account {
  account: string;
  phone: string;
  /** The pseudonym that its items lie under. */
  subject: string;
  addresses: string[];
}

export async function newAccount({ world, thief }: Scene): Promise<Account> {
  const account = `account-${randomUUID()}`;
  const phone = newPhone();
  const addresses = [newAddress(), newAddress(), newAddress()];
  const events: IdentityEvent[] = [
    { kind: 'phone', account, at: daysAgo(50), phone },
    ...addresses.map((ip, i) => ({
      kind: 'access' as const,
      account,
      at: daysAgo(40 - 10 * i),
      ip,
      port: 50_000 + i,
    })),
  ];
  await sendEvents(world.aws, world.outputs, events);
  // Somebody who watches the table sees whose items come when somebody logs in.
  const subject = await pseudonymOf(world, account);
  await until('the events are sealed', async () => {
    const items = await thief.under('vault', 'pk', subject);
    const sealed = items.filter(({ sk }) => String(sk).startsWith('rec#'));
    return sealed.reduce((sum, { n }) => sum + Number(n), 0) >= events.length;
  });
  return { account, phone, subject, addresses };
}

export interface Agency {
  id: string;
  session: Session;
  keyId: string;
  decryption: ReturnType<typeof privateJwk>;
}

/** An agency that two reviewers enrolled. */
export async function newAgency({ world }: Scene, terms: Partial<Terms> = {}): Promise<Agency> {
  const id = `agency-${randomUUID()}`;
  const signing = newSigningKey();
  const encryption = newEncryptionKey();
  await enrol(world.reviewers, {
    kind: 'agency',
    agency: {
      id,
      name: 'An agency',
      encryptionKey: { ...publicJwk(encryption.privatePem) },
      terms: { ...exampleTerms, ...terms },
    },
    officer: { holder: `officer-${randomUUID()}`, publicKey: signing.publicPem },
  });
  const signer = signerFromPem(signing.privatePem);
  const session = await openSession({ url: world.cloud.url, signer }, world.provider);
  return { id, session, keyId: signer.keyId, decryption: privateJwk(encryption.privatePem) };
}

export function requestAbout(...subjects: Subject[]): Request {
  return {
    reference: `A-${randomUUID()}`,
    instrument: {
      kind: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      issuedAt: daysAgo(1),
      offence: 'StGB 202a',
      digest: `sha-256=:${createHash('sha256').update('order').digest('base64')}:`,
    },
    investigation: 'criminal',
    priority: 'Routine',
    subjects,
    categories: ['TrafficData'],
    period: { from: daysAgo(60), to: daysAgo(0) },
  };
}

export const ask = ({ session }: Agency, request: Request): Promise<CaseView> =>
  submitRequest(session, request);

/** Both reviewers approve what they are shown, as it is asked. */
export async function approve({ world }: Scene, view: CaseView, request: Request): Promise<void> {
  const { subjects, categories, period } = request;
  for (const reviewer of world.reviewers.slice(0, 2)) {
    await decideReview(reviewer.session, view.id, {
      decision: 'approve',
      requestDigest: view.requestDigest,
      scope: { subjects: subjects.map((_, i) => i), categories, period },
      reason: 'order checked',
    });
  }
}

/** Waits until an entry of a case is in the log. */
export async function logged(world: World, caseId: string, kind: Entry['kind']): Promise<void> {
  await until(`${kind} is in the log`, async () =>
    (await readLog(world)).some(({ entry }) => entry.kind === kind && entry.stream === `case/${caseId}`),
  );
}

/** Collects, as often as an agency would ask again. */
export async function collect({ session, decryption }: Agency, caseId: string): Promise<Got> {
  for (let tries = 0; tries < 4; tries++) {
    const answer = await collectOnce(session, caseId, decryption);
    if (answer !== undefined) return { records: answer.package.records };
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  return { nothing: 'asked to wait' };
}

/** What an attempt is answered: its refusal's code is nothing got. */
export async function gotBy(attempt: () => Promise<Got>): Promise<Got> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof RefusedError) return { nothing: `refused: ${error.code}` };
    throw error;
  }
}

/** An item with something else in it. The thief cannot make the MAC that belongs to it. */
export const changed = (item: Item, change: Item): Item => ({ ...item, ...change });
