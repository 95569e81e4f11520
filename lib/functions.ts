import type { Woken } from '#core/log/kinds.ts';
import { mostMintingSeconds } from '#core/log/limits.ts';
import type { Server } from '#core/wire/route.ts';
import type { FunctionDefinition } from './function-definition.ts';

/**
 * Every function of Writ, defined once: its file, what it may do with what, what wakes it. The stack, its alarms and its
 * outputs, `dev/` and the tests are made of this table. A new function is its file and its line here.
 */
export const functions = {
  Prepare: {
    file: 'prepare',
    does: 'makes the vault keys of this month and the next',
    wokenBy: { every: 'hour', hand: 'operator' },
    tables: { vaultKeys: ['Query', 'PutItem'], entries: ['PutItem'] },
    keys: { vault: 'make' },
    settings: ['RETENTION', 'VAULT_KEYS_PER_EPOCH', 'VAULT_ROLES'],
    timeoutSeconds: 60,
  },
  Seal: {
    file: 'seal',
    does: 'seals identity events into the vault',
    wokenBy: { stream: { of: 'identity-events' }, hand: 'operator' },
    tables: { vault: ['BatchGetItem', 'PutItem'], vaultKeys: ['Query'] },
    keys: { index: ['GenerateMac'] },
    invokes: ['Prepare'],
    settings: ['EVENTS_STREAM', 'RETENTION', 'VAULT_ROLES'],
    timeoutSeconds: 120,
    memoryMb: 1769,
  },
  Request: {
    file: 'request',
    does: 'takes what agencies ask for and send, and what enforcing authorities answer',
    wokenBy: { routes: 'request' },
    tables: {
      registry: ['GetItem'],
      calls: ['PutItem', 'UpdateItem'],
      entries: ['PutItem'],
      cases: ['GetItem', 'PutItem', 'Query byAgency'],
      vault: ['Query'],
    },
    keys: {
      desk: {
        request: ['GenerateDataKey'],
        answer: ['GenerateDataKey'],
        document: ['GenerateDataKey'],
        authority: ['GenerateDataKey'],
      },
      index: ['GenerateMac'],
      reference: ['GenerateMac'],
      provider: { first: ['Sign', 'GetPublicKey'] },
      log: ['GetPublicKey'],
    },
    buckets: { log: 'read' },
    invokes: ['Preserve'],
    policy: true,
    settings: ['AUTHORITY', 'LOG_ORIGIN'],
  },
  Review: {
    file: 'review',
    does: 'shows reviewers what was asked, and takes their decisions',
    wokenBy: { routes: 'review' },
    tables: {
      registry: ['GetItem'],
      calls: ['PutItem', 'UpdateItem'],
      entries: ['PutItem'],
      cases: ['GetItem', 'PutItem', 'Query'],
      vault: ['Query'],
    },
    keys: {
      desk: {
        decision: ['GenerateDataKey', 'Decrypt'],
        request: ['Decrypt'],
        note: ['GenerateDataKey', 'Decrypt'],
        answer: ['Decrypt'],
        document: ['Decrypt'],
      },
      reference: ['GenerateMac'],
      provider: { first: ['Sign', 'GetPublicKey'] },
      log: ['GetPublicKey'],
    },
    buckets: { log: 'read' },
    policy: true,
    settings: ['AUTHORITY', 'LOG_ORIGIN'],
  },
  Sequence: {
    file: 'sequence',
    does: 'makes the log of the entries in the outbox',
    wokenBy: { stream: { of: 'outbox', entries: 'all' }, every: '5 minutes' },
    tables: {
      entries: ['GetItem', 'Query'],
      log: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'BatchWriteItem'],
    },
    keys: { log: ['GetPublicKey', 'Sign'] },
    buckets: { log: 'write' },
    settings: ['LOG_ORIGIN'],
    timeoutSeconds: 120,
    memoryMb: 1769,
    reserved: 10,
  },
  Cosign: {
    file: 'cosign',
    does: 'asks witnesses to cosign the log’s checkpoint, and publishes what they sign',
    wokenBy: { stream: { of: 'log-head', newest: true }, every: '5 minutes', whereWitnessed: true },
    // No table and no key: whoever takes its role over decides whether cosignatures are shown, and nothing else.
    tables: {},
    buckets: { log: 'cosign' },
    witnesses: true,
    timeoutSeconds: 60,
  },
  Collect: {
    file: 'collect',
    does: 'opens what a case may open, and hands it to the agency encrypted',
    wokenBy: { routes: 'collect' },
    tables: {
      registry: ['GetItem'],
      calls: ['PutItem', 'UpdateItem'],
      entries: ['PutItem'],
      cases: ['GetItem', 'PutItem'],
      vault: ['Query'],
    },
    keys: {
      reference: ['GenerateMac'],
      provider: { first: ['Sign', 'GetPublicKey'] },
      log: ['GetPublicKey'],
    },
    buckets: { log: 'read' },
    policy: true,
    witnesses: true,
    settings: ['AUTHORITY', 'LOG_ORIGIN', 'PROVIDER_NAME'],
    memoryMb: 1769,
    reserved: 20,
  },
  Authorise: {
    file: 'authorise',
    does: 'proves approvals from the log, and mints the grants that let collect open',
    wokenBy: { stream: { of: 'log-head' }, every: '5 minutes' },
    tables: {
      cases: ['GetItem', 'PutItem', 'Query'],
      entries: ['GetItem', 'PutItem'],
      registry: ['GetItem'],
      vault: ['Query'],
    },
    keys: {
      desk: { decision: ['Decrypt'], request: ['Decrypt'], authority: ['Decrypt'] },
      index: ['GenerateMac'],
      log: ['GetPublicKey'],
    },
    buckets: { log: 'read' },
    policy: true,
    settings: ['COLLECT_ROLE', 'LOG_ORIGIN'],
    timeoutSeconds: mostMintingSeconds,
  },
  Expire: {
    file: 'expire',
    does: 'does what time does to cases: retires grants, lapses deadlines, sends notices; tells of new ones',
    wokenBy: { stream: { of: 'outbox', entries: 'expire' }, every: '5 minutes' },
    tables: {
      cases: ['GetItem', 'PutItem', 'Query'],
      entries: ['PutItem'],
      calls: ['Scan', 'DeleteItem'],
      registry: ['GetItem', 'PutItem', 'Query'],
      revocations: ['Query', 'PutItem'],
      vaultKeys: ['Scan'],
    },
    sendsNotices: true,
    announces: true,
    policy: true,
    settings: ['CLOCK', 'COLLECT_ROLE', 'LOG_ORIGIN', 'VAULT_ROLES'],
    timeoutSeconds: 300,
    reserved: 10,
  },
  Preserve: {
    file: 'preserve',
    does: 're-wraps what a preservation keeps past its month',
    wokenBy: { every: 'hour' },
    tables: {
      vault: ['Query', 'BatchGetItem', 'PutItem'],
      vaultKeys: ['Query'],
      cases: ['GetItem', 'PutItem', 'Query'],
      entries: ['PutItem'],
    },
    keys: { vault: 'rewrap' },
    invokes: ['Prepare'],
    settings: ['VAULT_ROLES'],
    timeoutSeconds: 300,
  },
  Heed: {
    file: 'heed',
    does: 'suspends keys that other providers revoked for misuse, by feeds that it verifies',
    wokenBy: { every: 'hour' },
    tables: { registry: ['GetItem', 'PutItem'], entries: ['PutItem'] },
    subscriptions: true,
    timeoutSeconds: 300,
  },
  Forget: {
    file: 'forget',
    does: 'destroys the keys of what is past its retention, and erases accounts and ended cases',
    wokenBy: { every: 'hour', hand: 'backend' },
    tables: {
      vault: ['Query', 'Scan', 'BatchGetItem', 'PutItem', 'DeleteItem', 'BatchWriteItem'],
      vaultKeys: ['Scan', 'GetItem', 'PutItem', 'DeleteItem'],
      cases: ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
      entries: ['PutItem'],
      notices: ['BatchWriteItem'],
    },
    keys: { index: ['GenerateMac'] },
    settings: ['CLOCK', 'RETENTION'],
    timeoutSeconds: 300,
  },
  Provider: {
    file: 'provider',
    does: 'publishes who runs this, its keys, its policy and its limits',
    wokenBy: { routes: 'provider' },
    tables: { registry: ['Query'] },
    keys: { provider: { all: ['GetPublicKey'] }, log: ['GetPublicKey'] },
    policy: true,
    witnesses: true,
    settings: ['AUTHORITY', 'COOL_OFF_HOURS', 'LOG_ORIGIN', 'PROVIDER_NAME', 'VERSION'],
  },
  Registry: {
    file: 'registry',
    does: 'takes the signed changes of who is enrolled',
    wokenBy: { routes: 'registry' },
    tables: {
      registry: ['GetItem', 'PutItem', 'Query'],
      calls: ['PutItem', 'UpdateItem'],
      entries: ['PutItem'],
      cases: ['GetItem', 'PutItem'],
    },
    keys: { provider: { first: ['Sign', 'GetPublicKey'] } },
    buckets: { log: 'read' },
    settings: ['AUTHORITY', 'COOL_OFF_HOURS'],
  },
  Found: {
    file: 'found',
    does: 'enrols the first reviewers, whom an operator names',
    wokenBy: { hand: 'operator' },
    tables: { registry: ['GetItem', 'PutItem'], entries: ['PutItem'] },
    buckets: { log: 'read' },
    policy: true,
  },
  Operate: {
    file: 'operate',
    does: 'makes honeytokens and confirms that an agency may ask in emergencies again, for an operator',
    wokenBy: { hand: 'operator' },
    tables: { registry: ['GetItem', 'PutItem'], entries: ['PutItem'] },
    keys: { index: ['GenerateMac'] },
  },
  Health: {
    file: 'health',
    does: 'counts for an operator how Writ is, and can read nothing of what it counts',
    wokenBy: { hand: 'operator' },
    tables: { log: ['GetItem'] },
    counts: {
      cases: {
        by: ['byStatus', 'awake'],
        where: ['priority', 'deadline', 'time', 'information', 'debts', 'expiresAt', 'disclosed', 'notice'],
      },
      entries: { by: ['written'], keys: true },
      registry: { by: ['listed'], where: ['role', 'activeFrom'] },
      vaultKeys: { by: ['key'], where: ['keyArn'] },
    },
    buckets: { log: 'read' },
    policy: true,
    witnesses: true,
    settings: ['RETENTION', 'VAULT_KEYS_PER_EPOCH', 'VERSION'],
  },
  Notice: {
    file: 'notice',
    does: 'says to the provider’s messenger whom a notice is for, and what their letter says',
    wokenBy: { hand: 'messenger' },
    tables: {
      cases: ['GetItem', 'PutItem'],
      entries: ['PutItem'],
      notices: ['BatchWriteItem'],
    },
    keys: { desk: { request: ['Decrypt'] } },
    policy: true,
    settings: ['LOG_ORIGIN', 'PROVIDER_NAME'],
  },
  PublicLog: {
    file: 'log',
    does: 'serves the log and the transparency report to everybody, and to a person what their code opens',
    wokenBy: { routes: 'log' },
    tables: { report: ['GetItem'], notices: ['GetItem'] },
    buckets: { log: 'read' },
    witnesses: true,
  },
  Revocations: {
    file: 'revocations',
    does: 'tells other providers which agency keys were revoked for misuse, signed and proven by the log',
    wokenBy: { routes: 'revocations' },
    tables: { revocations: ['Query'] },
    keys: { provider: { first: ['Sign', 'GetPublicKey'] }, log: ['GetPublicKey'] },
    buckets: { log: 'read' },
    settings: ['LOG_ORIGIN'],
  },
  Console: {
    file: 'console',
    does: 'serves the console: a page for browsers, and the files that it loads',
    wokenBy: { routes: 'console' },
    // It has no right at all: whoever takes it over changes what browsers are shown, and reads nothing of Writ.
    tables: {},
    console: true,
  },
  Report: {
    file: 'report',
    does: 'counts the log for the transparency report',
    wokenBy: { every: 'hour' },
    tables: { report: ['GetItem', 'PutItem'] },
    keys: { log: ['GetPublicKey'] },
    buckets: { log: 'read' },
    policy: true,
    settings: ['LOG_ORIGIN'],
    timeoutSeconds: 900,
    memoryMb: 1769,
  },
  Reconcile: {
    file: 'reconcile',
    does: 'holds an hour of CloudTrail against the log',
    wokenBy: { every: 'hour of the trail' },
    tables: { cases: ['GetItem'], entries: ['GetItem', 'PutItem'], vaultKeys: ['Scan'] },
    keys: { log: ['GetPublicKey'] },
    buckets: { log: 'read', trail: 'read' },
    settings: ['COLLECT_ROLE', 'LOG_ORIGIN', 'PRESERVE_ROLE'],
    timeoutSeconds: 900,
    memoryMb: 1769,
  },
  Deployed: {
    file: 'deployed',
    does: 'records in the log which code, policy, keys and witnesses are deployed',
    wokenBy: { deployment: true },
    tables: { registry: ['GetItem', 'PutItem'], entries: ['PutItem'] },
    keys: { provider: { all: ['GetPublicKey'] } },
    policy: true,
    witnesses: true,
  },
} as const satisfies Record<string, FunctionDefinition>;

/** A function's name in the stack and in its outputs. */
export type FunctionName = keyof typeof functions;
export const functionNames = Object.keys(functions).filter(isFunction);

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

/** A function's definition, as every function has one. */
export function definitionOf(name: FunctionName): FunctionDefinition {
  return functions[name];
}

/** One value for each function. */
export function perFunction<T>(make: (name: FunctionName) => T): Record<FunctionName, T> {
  return Object.fromEntries(functionNames.map((name) => [name, make(name)])) as Record<FunctionName, T>;
}

type WokenByOf<N extends FunctionName> = (typeof functions)[N]['wokenBy'];
type Serving = {
  [N in FunctionName]: WokenByOf<N> extends { routes: infer S } ? S : never;
}[FunctionName];
type Reading = {
  [N in FunctionName]: WokenByOf<N> extends { stream: { entries: infer W } } ? W : never;
}[FunctionName];

/** Core names functions too: those that serve routes, and those that entries wake. A name that no line has does not compile. */
export type NamedByCore = OneOf<Server, Serving> | OneOf<Woken, Reading>;
type OneOf<Name extends Known, Known> = Name;

/** The function that serves the routes of a server. */
export function functionServing(server: Server): FunctionName {
  const name = functionNames.find((name) => definitionOf(name).wokenBy.routes === server);
  if (name === undefined) throw new Error(`no function serves ${server}`);
  return name;
}
