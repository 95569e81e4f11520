import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Holder } from '#core/cases/case.ts';
import { drawersOpened } from '#core/cases/doors.ts';
import type { Period, Scope } from '#core/cases/scope.ts';
import { heldPart, type Validity, validities } from '#core/disclosure/validity.ts';
import { type Drawer, kinds } from '#core/vault/drawer.ts';
import { dynamo } from './clients.ts';
import { env } from './env.ts';

/**
 * The vault's items, all of them under a subject's pseudonym or a blind index:
 *
 *   subject            key#<kind>#<epoch>          public key, wrapped private key: a drawer
 *   subject            rec#<kind>#<instant>#<id>   one sealed record
 *   subject            phone#<instant>             the blind index of the number that held from then on
 *   lookup#<blind>     <subject>                   who ever held this number
 */
const { VAULT_TABLE } = env('VAULT_TABLE');

export const drawerItemKey = (d: Drawer) => ({ pk: d.subject, sk: `key#${d.kind}#${d.epoch}` });
export const recordKey = (d: Drawer, at: string, id: string) => ({
  pk: d.subject,
  sk: `rec#${d.kind}#${at}#${id}`,
});
export const phoneKey = (subject: string, at: string) => ({ pk: subject, sk: `phone#${at}` });
export const lookupKey = (blind: string, subject: string) => ({ pk: `lookup#${blind}`, sk: subject });

const drawerItem = z.object({
  pk: z.string(),
  sk: z.string(),
  publicKey: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  wrappedKey: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  keyId: z.string(),
});

export interface StoredDrawer extends Drawer {
  publicKey: Uint8Array;
  /** The private key under the vault key, bound to this drawer by its encryption context. */
  wrappedKey: Uint8Array;
  /** The KMS key it is wrapped under. */
  keyId: string;
}

export function parseDrawer(item: unknown): StoredDrawer {
  const { pk, sk, publicKey, wrappedKey, keyId } = drawerItem.parse(item);
  const [, kind, epoch] = sk.split('#');
  return {
    subject: pk,
    kind: z.enum(kinds).parse(kind),
    epoch: z.string().parse(epoch),
    publicKey,
    wrappedKey,
    keyId,
  };
}

async function* query(pk: string, from: string, to: string): AsyncGenerator<Record<string, unknown>> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: VAULT_TABLE,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

const after = '\uffff';

/** Which drawers a subject has: existence, not content. */
export async function drawersOf(subject: string): Promise<StoredDrawer[]> {
  return Array.fromAsync(query(subject, 'key#', `key#${after}`), parseDrawer);
}

/** When a subject's numbers held, as blind indices. */
export async function phonesOf(subject: string): Promise<{ at: string; blind: string }[]> {
  const item = z.object({ sk: z.string(), blind: z.string() });
  return Array.fromAsync(query(subject, 'phone#', `phone#${after}`), (raw) => {
    const { sk, blind } = item.parse(raw);
    return { at: sk.slice('phone#'.length), blind };
  });
}

/** Who ever held a number. */
export async function subjectsOf(blind: string): Promise<string[]> {
  return Array.fromAsync(query(`lookup#${blind}`, ' ', after), (item) => z.string().parse(item.sk));
}

/** One holder's share of a scope: what it opens of theirs, and in which part of the period. */
export interface Share {
  drawers: StoredDrawer[];
  period: Period;
  /** When each of the holder's numbers held. */
  numbers: Validity[];
}

/** @returns undefined if the subject did not stand for this holder at any time in the scope's period */
export async function shareOf(holder: Holder, scope: Scope): Promise<Share | undefined> {
  const period = heldPart(scope.period, holder);
  if (period === undefined) return undefined;
  const [drawers, phones] = await Promise.all([drawersOf(holder.subject), phonesOf(holder.subject)]);
  const instants = phones.map(({ at }) => at);
  return {
    drawers: drawersOpened({ ...scope, period }, drawers, instants),
    period,
    numbers: validities(instants),
  };
}

/** The sealed records of a drawer between two instants, `to` exclusive. */
export async function* sealedRecords(
  drawer: Drawer,
  between: { from: string; to: string },
): AsyncGenerator<{ at: string; id: string; sealed: Uint8Array }> {
  const item = z.object({
    sk: z.string(),
    sealed: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  });
  const prefix = `rec#${drawer.kind}#`;
  for await (const raw of query(drawer.subject, `${prefix}${between.from}`, `${prefix}${between.to}`)) {
    const { sk, sealed } = item.parse(raw);
    const [, , at = '', id = ''] = sk.split('#');
    yield { at, id, sealed };
  }
}
