import type { Pairing } from '#client/bridge/pairing.ts';
import type { Enrolment } from '#client/enrolment.ts';
import { hexOf, wordsOf } from '#client/thumbprint.ts';
import { publicPart } from '#client/webcrypto.ts';
import { type Fetching, handOverKey, pairWith } from './bridge.ts';
import type { StoredKey } from './store.ts';

/** What a new key's holder sees, sends and reads out on the telephone. */
export interface EnrolmentSheet {
  name: string;
  publicJwk: Record<string, unknown>;
  thumbprint: string;
  /** Twelve: whoever compares them has compared the key. */
  words: string[];
  /** The same in hex: 16 groups of four digits. */
  hex: string[];
  /** The key that an officer's answers are encrypted to. Whoever enrols it compares its thumbprint as well. */
  encryption: { publicJwk: Record<string, unknown>; thumbprint: string } | undefined;
  /** To be sent to the provider: as `writ keys show --enrolment` prints it and `writ admin` takes it. */
  file: { name: string; type: 'application/json'; text: string };
}

/** What is said when a key is made, and wherever its data could be cleared. */
export const lossOfBrowser =
  'The key is in this browser alone and cannot be copied. If you lose this browser’s data, you have to be enrolled again with a new key.';

/** @throws SignatureError key-refused */
export async function enrolmentSheet(
  key: Pick<StoredKey, 'name' | 'publicKey' | 'encryption'>,
  role: Enrolment['role'] = 'reviewer',
): Promise<EnrolmentSheet> {
  const { jwk, thumbprint } = await publicPart(key);
  const publicJwk = { ...jwk };
  const encryption = key.encryption && (await publicPart(key.encryption));
  const encryptionKey = encryption && { ...encryption.jwk };
  const enrolment: Enrolment = {
    v: 1,
    role,
    publicKey: publicJwk,
    thumbprint,
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  };
  return {
    name: key.name,
    publicJwk,
    thumbprint,
    words: await wordsOf(thumbprint),
    hex: hexOf(thumbprint),
    encryption:
      encryption === undefined || encryptionKey === undefined
        ? undefined
        : { publicJwk: encryptionKey, thumbprint: encryption.thumbprint },
    file: {
      name: `writ-enrolment-${thumbprint.slice(0, 8)}.json`,
      type: 'application/json',
      text: `${JSON.stringify(enrolment, null, 2)}\n`,
    },
  };
}

/**
 * Hands the public key to a command on this machine whose link was opened: a desk on one's own machine enrols it at once.
 *
 * @throws KeyError bridge-unreachable, bridge-refused, bridge-malformed
 */
export async function enrolHere(
  pairing: Pairing,
  sheet: EnrolmentSheet,
  send: Fetching = fetch,
): Promise<void> {
  const { publicJwk, name } = sheet;
  await handOverKey(await pairWith(pairing, send), { publicJwk, name }, send);
}
