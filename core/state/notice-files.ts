import { z } from 'zod';
import { asciiUpTo, bytesUpTo } from '#core/bounds.ts';
import type { Case } from '#core/cases/case.ts';
import { partsOfCode } from '#core/cases/notice-code.ts';
import { codesOf } from '#core/cases/notice-file.ts';
import type { Store } from '#core/store/store.ts';

/**
 * What the codes in letters open, an item each, by the tag of its code and in a table of its own: who reads it for the
 * public can read no case. No item says which case it is of. Each carries its own proof, being sealed with a key that only
 * its code yields; and the log commits to what it says.
 */
export const noticeItem = z.strictObject({ pk: asciiUpTo(22), sealed: bytesUpTo(4000) });

export function noticeFileState({ store }: { store: Pick<Store, 'get' | 'writeMany'> }) {
  return {
    /** @returns undefined where there is none: it never was, or is forgotten with its case, or another letter took its place */
    async get(tag: string): Promise<Uint8Array | undefined> {
      const item = await store.get('notices', { pk: tag });
      return item === undefined ? undefined : noticeItem.parse(item).sealed;
    },

    async put(files: readonly { tag: string; sealed: Uint8Array }[]): Promise<void> {
      const items = files.map(({ tag, sealed }) => ({ put: noticeItem.parse({ pk: tag, sealed }) }));
      if (items.length > 0) await store.writeMany('notices', items);
    },

    async remove(tags: readonly string[]): Promise<void> {
      if (tags.length > 0)
        await store.writeMany(
          'notices',
          tags.map((pk) => ({ delete: { pk } })),
        );
    },
  };
}
export type NoticeFileState = ReturnType<typeof noticeFileState>;

/** Under which tags a case's files may lie. */
export const noticeTagsOf = (current: Pick<Case, 'id' | 'salt' | 'disclosed' | 'notice'>): string[] =>
  codesOf(current).map((code) => partsOfCode(code).tag);
