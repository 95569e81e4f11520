/** What a deployment would tell the functions: modules in functions/aws read it as they are loaded. */
const placeholder = [
  'WRITER',
  'CASES_TABLE',
  'ENTRIES_TABLE',
  'LOG_TABLE',
  'CALLS_TABLE',
  'REGISTRY_TABLE',
  'VAULT_TABLE',
  'LOG_BUCKET',
  'VAULT_KEYS_TABLE',
  'INDEX_KEY',
  'DESK_KEY',
  'PROVIDER_KEYS',
  'COLLECT_ROLE',
  'PROVIDER_NAME',
];
for (const name of placeholder) process.env[name] ??= name;
process.env.RETENTION ??= '{"phone":12,"access":12}';
process.env.AWS_REGION ??= 'eu-central-1';
