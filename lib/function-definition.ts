import type { EnvironmentName } from '#core/environment.ts';
import type { Woken } from '#core/log/kinds.ts';
import type { DeskContext } from '#core/ports.ts';
import {
  type IndexName,
  macKeyVariable,
  provenTables,
  type TableName,
  tableNames,
  tableVariable,
} from '#core/store/tables.ts';
import type { Server } from '#core/wire/route.ts';

/** What the stack has to know of a function to deploy it (functions.ts lists them). */
export interface FunctionDefinition {
  /** The file in functions/ that it runs, without `.ts`. */
  readonly file: string;
  /** What it does, in one line. */
  readonly does: string;
  readonly wokenBy: WokenBy;
  readonly tables: { readonly [T in TableName]?: readonly TableAction[] };
  /** Tables of which it may count items, and read none. It is given no key of their MACs. */
  readonly counts?: { readonly [T in TableName]?: CountUses };
  readonly keys?: KeyUses;
  readonly buckets?: BucketUses;
  readonly invokes?: readonly Invoked[];
  /** Whether it sends notices to persons to the provider's bus. */
  readonly sendsNotices?: true;
  /** Whether it tells the desk of cases as they arrive, on a bus of its own. */
  readonly announces?: true;
  /** Whether the policy lies beside its code. */
  readonly policy?: true;
  /** Whether the list of the log's witnesses lies beside its code. */
  readonly witnesses?: true;
  /** Whether the file of the providers whose feeds are heeded lies beside its code. */
  readonly subscriptions?: true;
  /** Whether the files of the console lie beside its code. */
  readonly console?: true;
  /** Its variables beside those that follow from the lines above (`variablesOf`). */
  readonly settings?: readonly EnvironmentName[];
  /** Default: 29, the longest that API Gateway waits. */
  readonly timeoutSeconds?: number;
  /**
   * Concurrent runs that are kept for it, and that it has at most, where the operator lets Lambda reserve them. Default:
   * none, it shares what the account has left.
   */
  readonly reserved?: number;
  /** Default: 512. 1769 MB come with one whole CPU, which sealing, opening and hashing use. */
  readonly memoryMb?: number;
}

/** What makes a function run, beside the functions whose `invokes` name it. */
export interface WokenBy {
  readonly stream?: StreamSource;
  readonly every?: Period;
  /** Stream and clock wake it where the log has witnesses, and nothing does where it has none. */
  readonly whereWitnessed?: true;
  /** Calls of the wire: the routes that name this server. */
  readonly routes?: Server;
  /** CloudFormation, with each deployment that changes code, policy or keys. */
  readonly deployment?: true;
  /** Somebody with AWS credentials: an operator, the provider's backend, the provider's messenger (docs/deploy.md). */
  readonly hand?: 'operator' | 'backend' | 'messenger';
}

/** Of the outbox, a function reads every entry, or the kinds of which core/log/kinds.ts says that they wake it. */
export type StreamSource =
  | { readonly of: 'identity-events' }
  | { readonly of: 'outbox'; readonly entries: 'all' | Woken }
  /** `newest`: it looks at the newest head alone, so a batch may skip any number of them. */
  | { readonly of: 'log-head'; readonly newest?: true };

/** `hour of the trail`: every hour, where the account has a trail of CloudTrail's. */
export type Period = '5 minutes' | 'hour' | 'hour of the trail';

export type TableAction =
  | 'GetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  /** One index alone, and not the table. */
  | `Query ${IndexName}`
  | 'Scan'
  | 'BatchGetItem'
  | 'BatchWriteItem';

/** What may be counted of a table: the attributes that a condition may name, beside those that find and list an item. */
export interface CountUses {
  /** By which of its indexes, or by its own key. */
  readonly by: readonly (IndexName | 'key')[];
  readonly where?: readonly string[];
  /** Whether the keys of what it counts may be read too. */
  readonly keys?: true;
}

export type IndexAction = 'GenerateMac';
export type DeskAction = 'GenerateDataKey' | 'Decrypt';
export type SigningAction = 'Sign' | 'GetPublicKey';

/** What it does with KMS keys. What it may do with the vault's keys is in their own policy (core/vault/key-policy.ts). */
export interface KeyUses {
  /** The key of what was asked and decided, by the part of the case, which the encryption context names. */
  readonly desk?: { readonly [P in DeskContext['part']]?: readonly DeskAction[] };
  /** The key of pseudonyms and blind indexes. */
  readonly index?: readonly IndexAction[];
  /** The key that agencies' references are found and sealed with. */
  readonly reference?: readonly IndexAction[];
  /** The provider's keys: the first signs, so that a key that is not in use yet, or no longer, signs nothing. */
  readonly provider?:
    | { readonly first: readonly SigningAction[] }
    | { readonly all: readonly 'GetPublicKey'[] };
  /** The key that signs the log's checkpoints. */
  readonly log?: readonly SigningAction[];
  /** `make`: it makes the vault's keys. `rewrap`: it re-wraps from and to the vault's keys, and is denied all others. */
  readonly vault?: 'make' | 'rewrap';
}

export interface BucketUses {
  /** One function alone has `write`, and one alone `cosign`: it writes the file of the cosigned checkpoint, and no other. */
  readonly log?: 'read' | 'write' | 'cosign';
  readonly trail?: 'read';
}

/** The functions that others invoke, and the variables that hold their names. */
const invocationVariables = {
  Prepare: 'PREPARE_FUNCTION',
  Preserve: 'PRESERVE_FUNCTION',
} as const satisfies Record<string, EnvironmentName>;
export type Invoked = keyof typeof invocationVariables;

/** Every variable that a function is given: those that its rights imply, and its settings. */
export function variablesOf(definition: FunctionDefinition): ReadonlySet<EnvironmentName> {
  const { tables, counts = {}, keys = {}, buckets = {}, invokes = [], settings = [] } = definition;
  const { desk, index, reference, provider, log } = keys;
  const implied: [EnvironmentName, boolean][] = [
    ['WRITER', Object.keys(tables).length > 0],
    ['DESK_KEY', desk !== undefined],
    ['INDEX_KEY', index !== undefined],
    ['REFERENCE_KEY', reference !== undefined],
    ['PROVIDER_KEYS', provider !== undefined],
    ['LOG_KEY', log !== undefined],
    ['LOG_BUCKET', buckets.log !== undefined],
    ['TRAIL_BUCKET', buckets.trail !== undefined],
    ['TRAIL_FOLDER', buckets.trail !== undefined],
    ['NOTICES_BUS', definition.sendsNotices === true],
    ['ARRIVALS_BUS', definition.announces === true],
    ['POLICY', definition.policy === true],
    ['WITNESSES', definition.witnesses === true],
    ['REVOCATIONS_FROM', definition.subscriptions === true],
  ];
  return new Set([
    ...tableNames
      .filter((table) => tables[table] !== undefined || counts[table] !== undefined)
      .map((table) => tableVariable(table)),
    // Whoever reads or writes a table verifies or proves its items.
    ...provenTables.filter((table) => tables[table] !== undefined).map((table) => macKeyVariable(table)),
    ...implied.filter(([, isImplied]) => isImplied).map(([name]) => name),
    ...invokes.map((invoked) => invocationVariables[invoked]),
    ...settings,
  ]);
}
