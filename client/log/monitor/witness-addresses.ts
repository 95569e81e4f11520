import { readAddress } from '#client/log/source.ts';
import { logHash } from '#client/log/witness/witness.ts';
import { MAX_NOTE_CHARACTERS } from '#core/log/note.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import type { Other } from './others.ts';

/**
 * Where others say what they were shown of a log: a witness below its monitoring prefix (C2SP tlog-witness), or anybody in a
 * file that is named `checkpoint`, as a mirror and a log have it.
 */
export function otherAt(name: string, url: string, origin: string): Other {
  const address = url.endsWith('/checkpoint')
    ? url
    : `${url.replace(/\/+$/, '')}/${logHash(origin)}/checkpoint`;
  return {
    name,
    read: async () => {
      const bytes = await readAddress(address, MAX_NOTE_CHARACTERS);
      return bytes && new TextDecoder().decode(bytes);
    },
  };
}

/** The witnesses of a policy that have an address. */
export function witnessesToAsk({ witnesses }: TrustPolicy, origin: string): Other[] {
  return witnesses.flatMap(({ name, url }) =>
    url === undefined ? [] : [otherAt(`the witness ${name}`, url, origin)],
  );
}
