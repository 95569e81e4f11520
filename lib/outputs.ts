import { type TableName, tableNames } from '#core/store/tables.ts';
import { type FunctionName, functionNames } from './functions.ts';
import { capitalized } from './names.ts';

/** The stack's outputs, by name: `dev/` and operators find by them what was deployed. */

const others = [
  'ApiId',
  'Url',
  'EventStreamName',
  'LogBucketName',
  'LogOrigin',
  'TrailBucketName',
  'TrailFolder',
  'NoticesBusName',
  'LogKeyArn',
  'DeskKeyArn',
  'IndexKeyArn',
  'ReferenceKeyArn',
  'ProviderKeyArn',
  'DeadLettersUrl',
  'PhoneRetentionMonths',
  'AccessRetentionMonths',
  'AlarmsTopicArn',
  'ArrivalsTopicArn',
  'ArrivalsChatTopicArn',
  'ArrivalsBusName',
] as const;
export type OtherOutput = (typeof others)[number];

/** Nobody needs the report's table: everybody reads the report at `/v1/transparency`. */
type ShownTable = Exclude<TableName, 'report'>;
export const shownTables = tableNames.filter((name): name is ShownTable => name !== 'report');

export type TableOutput = `${Capitalize<ShownTable>}TableName`;
export type FunctionOutput = `${FunctionName}FunctionName`;
export type OutputName = OtherOutput | TableOutput | FunctionOutput;
export type Outputs = Record<OutputName, string>;

export function tableOutput(name: ShownTable): TableOutput {
  return `${capitalized(name)}TableName`;
}

export function functionOutput(name: FunctionName): FunctionOutput {
  return `${name}FunctionName`;
}

export const outputNames: readonly OutputName[] = [
  ...others,
  ...shownTables.map(tableOutput),
  ...functionNames.map(functionOutput),
];
