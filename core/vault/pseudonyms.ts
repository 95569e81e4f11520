import { toBase64url, utf8 } from '#core/bytes.ts';
import type { Macs } from '#core/ports.ts';
import {
  honeytokenMessage,
  lookupMessage,
  type NameKind,
  type SubjectKind,
  subjectPseudonym,
} from './subject.ts';

/** How the vault names people: everything that takes the index key, which stays in KMS. */
export function pseudonyms(macs: Macs) {
  /**
   * The key that accounts are made pseudonyms with. KMS derives it from the index key once per instance, so that a steady
   * stream of events costs no KMS call. Numbers, which can be enumerated, are never computed with it: each of their
   * look-ups is one call that KMS makes, limits and records.
   */
  let pseudonymKey: Promise<Uint8Array> | undefined;

  return {
    async pseudonymOf(account: string): Promise<string> {
      pseudonymKey ??= macs.mac(utf8('writ/pseudonym-key/v1')).catch((error: unknown) => {
        pseudonymKey = undefined;
        throw error;
      });
      return subjectPseudonym(await pseudonymKey, account);
    },

    /** The blind index of a phone number or username. */
    async blindIndex(kind: NameKind, value: string): Promise<string> {
      return toBase64url(await macs.mac(lookupMessage(kind, value)));
    },

    /** The tag by which a policy names a honeytoken. It leads to nothing in the vault. */
    async honeytokenTag(kind: SubjectKind, value: string): Promise<string> {
      return toBase64url(await macs.mac(honeytokenMessage(kind, value)));
    },
  };
}
export type Pseudonyms = ReturnType<typeof pseudonyms>;
