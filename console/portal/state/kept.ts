import { z } from 'zod';
import { openOwnCopy, ownCopyOf } from '#client/asking/own-copy.ts';
import { type KeyPair, publicPart } from '#client/webcrypto.ts';
import { utf8 } from '#core/bytes.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { KeyError } from '../../keys/errors.ts';
import { type Draft, draftSchema } from '../ask/draft.ts';

/**
 * What the portal keeps in the browser between visits, beside the keys: drafts, encrypted with a key that no code can read,
 * and what was sent, encrypted to the officer's own key that decrypts. Nothing of it is in the clear, and nothing is read
 * while the portal is locked.
 */

/** Where it lies: IndexedDB in a browser (kept-db.ts), maps in tests. What it returns is parsed here. */
export interface KeptPort {
  all(shelf: Shelf): Promise<unknown[]>;
  get(shelf: Shelf, id: string): Promise<unknown>;
  put(shelf: Shelf, item: { id: string }): Promise<void>;
  remove(shelf: Shelf, id: string): Promise<void>;
}
export type Shelf = (typeof shelves)[number];
export const shelves = ['keys', 'drafts', 'sent'] as const;

const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);
const draftKey = z.object({
  id: z.string(),
  key: z.custom<KeyPair['privateKey']>(
    (value) => typeof value === 'object' && value !== null && 'extractable' in value && !value.extractable,
  ),
});
const sealedDraft = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  /** The id of the key that its officer signs with. */
  owner: z.string(),
  at: z.iso.datetime(),
  iv: bytes,
  sealed: bytes,
});
const sentCopy = z.strictObject({ id: z.string(), owner: z.string(), copy: z.string() });

export interface KeptDraft {
  id: string;
  /** When it was last changed. */
  at: string;
  draft: Draft;
}

export interface Kept {
  /** The newest first. One that cannot be opened any more is left out. */
  drafts(): Promise<KeptDraft[]>;
  draft(id: string): Promise<Draft | undefined>;
  keepDraft(id: string, draft: Draft): Promise<void>;
  removeDraft(id: string): Promise<void>;
  /** Keeps what was sent. Without a key that decrypts here, it is not kept. */
  keepSent(id: string, asked: unknown): Promise<void>;
  /**
   * What was asked, if it was sent from here.
   *
   * @param digest of the request, as the provider has it: a copy of anything else is not what was asked
   */
  keptRequest(id: string, digest: string): Promise<Request | undefined>;
}

export interface Keeping {
  port: KeptPort;
  /** The id of the key that the officer signs with: another officer of this browser has drafts of their own. */
  owner: string;
  /** The key that decrypts here. */
  decrypts: KeyPair | undefined;
  isUnlocked: () => boolean;
  now?: () => Date;
}

/** Each refuses while the portal is locked. @throws KeyError locked */
export function keptIn({ port, owner, decrypts, isUnlocked, now = () => new Date() }: Keeping): Kept {
  const checkUnlocked = () => {
    if (!isUnlocked()) throw new KeyError('locked');
  };
  const bound = (id: string, iv: Uint8Array<ArrayBuffer>) => ({
    name: 'AES-GCM',
    iv,
    additionalData: new Uint8Array(utf8(`${owner}/${id}`)),
  });

  async function key(): Promise<KeyPair['privateKey']> {
    checkUnlocked();
    const kept = draftKey.safeParse(await port.get('keys', owner)).data;
    if (kept !== undefined) return kept.key;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    await port.put('keys', draftKey.parse({ id: owner, key: made }));
    return made;
  }

  async function opened(item: unknown): Promise<KeptDraft | undefined> {
    const sealed = sealedDraft.safeParse(item).data;
    if (sealed === undefined || sealed.owner !== owner) return undefined;
    const { id, at, iv } = sealed;
    try {
      const plain = await crypto.subtle.decrypt(bound(id, iv), await key(), sealed.sealed);
      const { data } = draftSchema.safeParse(JSON.parse(new TextDecoder().decode(plain)));
      checkUnlocked();
      return data === undefined ? undefined : { id, at, draft: data };
    } catch (error) {
      if (error instanceof KeyError) throw error;
      return undefined;
    }
  }

  return {
    async drafts() {
      checkUnlocked();
      const all = await Promise.all((await port.all('drafts')).map(opened));
      return all.filter((each) => each !== undefined).toSorted((a, b) => (a.at < b.at ? 1 : -1));
    },
    async draft(id) {
      checkUnlocked();
      return (await opened(await port.get('drafts', id)))?.draft;
    },
    async keepDraft(id, draft) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new Uint8Array(utf8(JSON.stringify(draft)));
      const sealed = new Uint8Array(await crypto.subtle.encrypt(bound(id, iv), await key(), plain));
      await port.put('drafts', sealedDraft.parse({ v: 1, id, owner, at: now().toISOString(), iv, sealed }));
    },
    removeDraft: (id) => port.remove('drafts', id),
    async keepSent(id, asked) {
      checkUnlocked();
      if (decrypts === undefined) return;
      const { jwk } = await publicPart(decrypts);
      await port.put('sent', sentCopy.parse({ id, owner, copy: await ownCopyOf(asked, jwk) }));
    },
    async keptRequest(id, digest) {
      checkUnlocked();
      const kept = sentCopy.safeParse(await port.get('sent', id)).data;
      if (kept === undefined || kept.owner !== owner || decrypts === undefined) return undefined;
      const found = await openOwnCopy(kept.copy, { schema: requestSchema, key: decrypts, digest }).catch(
        () => undefined,
      );
      checkUnlocked();
      return found;
    },
  };
}
