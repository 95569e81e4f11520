import { Stack } from 'aws-cdk-lib';
import { asAscii } from '#core/ascii.ts';
import { policyFile, subscriptionsFile, witnessesFile } from '#core/code-digest.ts';
import type { EnvironmentName } from '#core/environment.ts';
import {
  type MacKeyVariable,
  macKeyVariable,
  provenTables,
  type TableVariable,
  tableNames,
  tableVariable,
} from '#core/store/tables.ts';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { variablesOf } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import type { Held } from './rights.ts';
import { vaultRoles } from './vault.ts';
import { version } from './version.ts';

/** Gives each function the variables of its line in functions.ts, and no other. */
export function setEnvironment(fn: Record<FunctionName, WritFunction>, held: Held, config: Config): void {
  const values = valuesOf(fn, held, config);
  for (const name of functionNames) {
    for (const variable of variablesOf(definitionOf(name))) {
      const value = variable === 'WRITER' ? definitionOf(name).file : values[variable];
      if (value !== undefined) fn[name].addEnvironment(variable, value);
    }
  }
}

function valuesOf(
  fn: Record<FunctionName, WritFunction>,
  {
    tables,
    macKeys,
    log,
    trail,
    incoming,
    notices,
    arrivals,
    deskKey,
    indexKey,
    referenceKey,
    providerKeys,
  }: Held,
  config: Config,
): Record<Exclude<EnvironmentName, 'WRITER'>, string | undefined> {
  const ofTables = Object.fromEntries(
    tableNames.map((table) => [tableVariable(table), tables.nameOf(table)]),
  ) as Record<TableVariable, string>;
  const ofMacKeys = Object.fromEntries(
    provenTables.map((table) => [macKeyVariable(table), macKeys[table].keyArn]),
  ) as Record<MacKeyVariable, string>;
  return {
    ...ofTables,
    ...ofMacKeys,
    DESK_KEY: deskKey.keyArn,
    INDEX_KEY: indexKey.keyArn,
    REFERENCE_KEY: referenceKey.keyArn,
    LOG_KEY: log.key.keyArn,
    PROVIDER_KEYS: providerKeys.map((key) => key.keyArn).join(' '),
    VAULT_ROLES: Stack.of(fn.Prepare).toJsonString(vaultRoles(fn)),
    LOG_BUCKET: log.bucket.bucketName,
    TRAIL_BUCKET: trail.bucket.bucketName,
    TRAIL_FOLDER: trail.folder,
    EVENTS_STREAM: incoming.stream.streamArn,
    NOTICES_BUS: notices.bus.eventBusName,
    ARRIVALS_BUS: arrivals.bus.eventBusName,
    PREPARE_FUNCTION: fn.Prepare.functionName,
    PRESERVE_FUNCTION: fn.Preserve.functionName,
    COLLECT_ROLE: fn.Collect.role.roleArn,
    PRESERVE_ROLE: fn.Preserve.role.roleArn,
    LOG_ORIGIN: log.origin,
    PROVIDER_NAME: asAscii(config.provider),
    VERSION: version,
    AUTHORITY: config.authority,
    COOL_OFF_HOURS: String(config.coolOffHours),
    RETENTION: JSON.stringify(config.retention),
    VAULT_KEYS_PER_EPOCH: String(config.vaultKeysPerEpoch),
    CLOCK: config.stage === 'prod' ? 'real' : 'event',
    POLICY: policyFile,
    WITNESSES: witnessesFile,
    REVOCATIONS_FROM: subscriptionsFile,
  };
}
