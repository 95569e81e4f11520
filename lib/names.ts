import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * What `kms:ViaService` says of calls that a service makes on somebody's behalf in this region. KMS's guide writes
 * `amazonaws.com`; a region of China has a suffix of its own, and of a condition there we know no example, so both are
 * taken. Both are AWS's own names.
 */
export function viaService(scope: Construct, service: string): Record<string, string[]> {
  const { region, urlSuffix } = Stack.of(scope);
  return {
    'kms:ViaService': ['amazonaws.com', urlSuffix].map((suffix) => `${service}.${region}.${suffix}`),
  };
}

/** `vaultKeys` as `VaultKeys`: CloudFormation's names begin with a capital letter. */
export function capitalized<S extends string>(name: S): Capitalize<S> {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<S>;
}
