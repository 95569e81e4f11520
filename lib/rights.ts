import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { isProven, type ProvenTable, tableNames } from '#core/store/tables.ts';
import type { ArrivalsBus } from './arrivals.ts';
import type { WritFunction } from './function.ts';
import type { KeyUses } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import type { EventStream } from './ingest.ts';
import type { GuardedKey } from './key.ts';
import type { LogBucket } from './log.ts';
import { capitalized } from './names.ts';
import type { NoticesBus } from './notices.ts';
import type { Tables } from './tables.ts';
import type { Trail } from './trail.ts';
import { keepWithinVault, letMakeVaultKeys } from './vault.ts';

/** What holds and guards data, which functions have rights to. */
export interface Held {
  tables: Tables;
  /** Of the MACs that the items of a table carry. */
  macKeys: Readonly<Record<ProvenTable, GuardedKey>>;
  log: LogBucket;
  trail: Trail;
  incoming: EventStream;
  notices: NoticesBus;
  arrivals: ArrivalsBus;
  deskKey: GuardedKey;
  indexKey: GuardedKey;
  referenceKey: GuardedKey;
  /** The first signs. */
  providerKeys: readonly GuardedKey[];
}

const bucketRights = { read: 'readBy', write: 'writtenBy', cosign: 'cosignedBy' } as const;

/** Gives each function the rights of its line in functions.ts, and no other. */
export function grantRights(fn: Record<FunctionName, WritFunction>, held: Held): void {
  for (const name of functionNames) {
    const definition = definitionOf(name);
    const { tables, counts = {}, keys = {}, buckets = {}, invokes = [] } = definition;
    const to = fn[name];
    for (const table of tableNames) {
      const actions = tables[table];
      if (actions === undefined) continue;
      held.tables.allow(table, to, ...actions);
      // To verify what it reads, and to prove what it writes.
      if (isProven(table)) held.macKeys[table].allow(`${name}Proves`, to.role, ['GenerateMac']);
    }
    for (const table of tableNames) {
      const uses = counts[table];
      if (uses !== undefined) held.tables.allowCounting(table, to, uses);
    }
    if (definition.wokenBy.stream?.of === 'identity-events') held.incoming.readBy(to);
    if (buckets.log !== undefined) held.log[bucketRights[buckets.log]](to);
    if (buckets.trail !== undefined) held.trail.readBy(to);
    if (definition.sendsNotices) held.notices.sentBy(to);
    if (definition.announces) held.arrivals.announcedBy(to);
    for (const invoked of invokes) {
      to.addToRolePolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn[invoked].functionArn] }),
      );
    }
    allowKeys(to, keys, held);
  }
}

function allowKeys(
  to: WritFunction,
  keys: KeyUses,
  { deskKey, indexKey, referenceKey, providerKeys, log }: Held,
): void {
  const { id } = to.node;
  const { desk = {}, index = [], reference = [], provider = { first: [] }, vault } = keys;
  for (const [part, actions] of Object.entries(desk)) {
    const whose = `${capitalized(part)}s`;
    const sids = { GenerateDataKey: `${id}Seals${whose}`, Decrypt: `${id}Reads${whose}` };
    const context = { StringEquals: { 'kms:EncryptionContext:part': part } };
    for (const action of actions) deskKey.allow(sids[action], to.role, [action], context);
  }
  if (index.length > 0) indexKey.allow(`${id}Finds`, to.role, index);
  if (reference.length > 0) referenceKey.allow(`${id}NamesCases`, to.role, reference);
  if ('all' in provider) for (const key of providerKeys) key.allow(`${id}Publishes`, to.role, provider.all);
  else if (provider.first.length > 0) providerKeys[0]?.allow(`${id}Signs`, to.role, provider.first);
  for (const action of keys.log ?? []) log.allow(action, to);
  if (vault === 'make') letMakeVaultKeys(to);
  if (vault === 'rewrap') keepWithinVault(to);
}
