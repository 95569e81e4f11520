import { KeyError } from './errors.ts';
import { askPasskey, type PasskeyPort, type Place } from './passkey.ts';
import { isNamed, type StoredKey } from './store.ts';

/**
 * What opens a locked page: the passkey, where one was registered for it. Otherwise its holder types the key's name, which
 * is no secret: it makes sure that somebody means it, and that is all. The page says which of the two it is.
 */
export type Way = 'passkey' | 'name';

export const wayOf = ({ passkey }: Pick<StoredKey, 'passkey'>): Way =>
  passkey === undefined ? 'name' : 'passkey';

/** For `Lock.unlock`. @throws KeyError passkey-refused */
export function byPasskey({ passkey }: Pick<StoredKey, 'passkey'>, port: PasskeyPort, place: Place) {
  return async (): Promise<void> => {
    if (passkey === undefined) throw new KeyError('passkey-refused');
    await askPasskey(passkey, port, place);
  };
}

/**
 * For `Lock.unlock`. Where a passkey was registered, the name does not do.
 *
 * @throws KeyError name-differs, passkey-refused
 */
export function byName(key: Pick<StoredKey, 'name' | 'passkey'>, typed: string) {
  return async (): Promise<void> => {
    if (wayOf(key) !== 'name') throw new KeyError('passkey-refused');
    if (!isNamed(key, typed)) throw new KeyError('name-differs');
  };
}
