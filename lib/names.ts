/** `vaultKeys` as `VaultKeys`: CloudFormation's names begin with a capital letter. */
export function capitalized<S extends string>(name: S): Capitalize<S> {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<S>;
}
