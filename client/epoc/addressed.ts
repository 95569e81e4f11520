import type { Addressee } from './form.ts';

/** The provider that an import is for, as far as it is known: as `GET /v1/provider` says it, and as forms may call it. */
export interface AddressedProvider {
  name: string;
  /** What callers sign for: its domain. */
  authority?: string | undefined;
  /** Other names and ids under which forms are addressed to it. */
  alsoCalled?: readonly string[] | undefined;
}

const lookOf = (text: string) => text.normalize('NFC').trim().toLowerCase();

/** Whether one of the addressees is the provider. Its name is compared whole: a similar one is another's. */
export function isAddressed(addressees: readonly Addressee[], provider: AddressedProvider): boolean {
  const { name, authority, alsoCalled = [] } = provider;
  const names = [name, ...(authority === undefined ? [] : [authority]), ...alsoCalled].map(lookOf);
  return addressees.some(({ id, name: called }) =>
    [id, called].some((each) => each !== undefined && names.includes(lookOf(each))),
  );
}

export const addresseeText = ({ country, id, name }: Addressee) =>
  [name, id, country].filter((part) => part !== undefined).join(', ');
