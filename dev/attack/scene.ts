import { randomUUID } from 'node:crypto';
import { importJWK } from 'jose';
import { collectOnce, submitRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { Entry } from '#core/log/entry.ts';
import { pseudonymOf } from '../as-function.ts';
import { sendEvents, until } from '../feed.ts';
import { readLog } from '../log.ts';
import { login, newAddress, newPhone, number } from '../people.ts';
import type { World } from '../world.ts';
import type { Item, Thief } from './thief.ts';

/** Where a lie is told: the deployment, the thief, and people whom each lie has of its own. */
export interface Scene {
  world: World;
  thief: Thief;
}

/** What a lie got: a disclosure that nobody approved, or nothing, and what it was answered with. */
export type Got = { nothing: string } | { records: readonly DisclosedRecord[] } | { something: string };

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
  const events = [
    number(account, 50, phone),
    ...addresses.map((ip, i) => login(account, 40 - 10 * i, ip, 50_000 + i)),
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

export type Agency = World['agency'];

export const ask = ({ session }: Agency, request: Request): Promise<CaseView> =>
  submitRequest(session, request);

/** Waits until an entry of a case is in the log. */
export async function logged(world: World, caseId: string, kind: Entry['kind']): Promise<void> {
  await until(`${kind} is in the log`, async () =>
    (await readLog(world)).some(({ entry }) => entry.kind === kind && entry.stream === `case/${caseId}`),
  );
}

/**
 * Collects, as often as an agency would ask again. The call names no key, as earlier clients do: what it is answered is
 * encrypted to whichever key a lie has brought in, and not refused for that.
 */
export async function collect({ session, encryptionKey }: Agency, caseId: string): Promise<Got> {
  const unnamed = await importJWK(encryptionKey, 'ECDH-ES');
  if (unnamed instanceof Uint8Array) throw new Error('no key pair');
  for (let tries = 0; tries < 4; tries++) {
    const answer = await collectOnce(session, caseId, unnamed);
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
