import { utf8 } from '#core/bytes.ts';
import { type CodeParts, type NoticeCode, partsOfCode } from '#core/cases/notice-code.ts';
import { fileCommitment, type NoticeFile, noticeFileSchema } from '#core/cases/notice-file.ts';
import { parseJson } from '#core/json.ts';
import type { Entry } from '#core/log/entry.ts';

/** Opening what the code in a letter stands for, where the person is: the code does not leave their machine. */

const nonceBytes = 12;

/**
 * Decrypts what the server has under the code's tag (core/gateway/notice-seal.ts).
 *
 * @returns undefined where it was not sealed for this code, or was changed
 */
export async function openNotice(code: NoticeCode, sealed: Uint8Array): Promise<NoticeFile | undefined> {
  const { key: bytes, tag } = partsOfCode(code);
  const key = await crypto.subtle.importKey('raw', own(bytes), 'AES-GCM', false, ['decrypt']);
  const iv = own(sealed.subarray(0, nonceBytes));
  const text = await crypto.subtle
    .decrypt({ name: 'AES-GCM', iv, additionalData: own(utf8(tag)) }, key, own(sealed.subarray(nonceBytes)))
    .catch(() => undefined);
  if (text === undefined) return undefined;
  return noticeFileSchema.safeParse(parseJson(new Uint8Array(text))).data;
}

/** WebCrypto's types take bytes in a buffer of their own. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

/** What a file says that the log says in the clear too. */
export type NoticePart = 'agency' | 'instrument' | 'jurisdiction' | 'priority' | 'categories' | 'records';

/** What was checked of a file against the log's entries of its case. `undefined`: the log does not say it. */
export interface NoticeChecks {
  /** The entry that commits to the file, by its number in the case's stream. */
  committedBy: number | undefined;
  /** What the entries say in the clear, as far as it differs from the file. */
  differs: NoticePart[];
}

/** The categories of the scope that was opened, where the log withheld them and has revealed them. */
function revealedOf(entries: readonly Entry[]): readonly string[] | undefined {
  const revealed = entries.find((entry) => entry.kind === 'case.revealed');
  return revealed?.kind === 'case.revealed' ? revealed.data.approved : undefined;
}

/** Compares a file with what the log says of its case. @param entries of the case's stream, in their order */
export function checkNotice(parts: CodeParts, file: NoticeFile, entries: readonly Entry[]): NoticeChecks {
  const wanted = fileCommitment(parts, file);
  const committing = entries.findLast(
    (entry) => entry.kind === 'notice.addressed' && entry.data.files?.includes(wanted) === true,
  );
  // What the log withheld is revealed once the person is notified; a moment may lie between.
  const revealed = entries.find((entry) => entry.kind === 'case.revealed')?.data ?? {};
  const differs = entries.flatMap((entry): NoticePart[] => {
    if (entry.kind !== 'request.received') return [];
    const { agency, priority } = entry.data;
    const { instrument = file.basis.instrument, jurisdiction = file.basis.jurisdiction } = {
      ...entry.data,
      ...revealed,
    };
    const isNamed = instrument !== 'Other';
    return [
      ...(agency === file.agency.id ? [] : ['agency' as const]),
      ...(!isNamed || instrument === file.basis.instrument ? [] : ['instrument' as const]),
      ...(jurisdiction === file.basis.jurisdiction ? [] : ['jurisdiction' as const]),
      ...(priority === file.priority ? [] : ['priority' as const]),
    ];
  });
  const approved = entries.findLast((entry) => entry.kind === 'decision.approved');
  if (approved !== undefined && approved.kind === 'decision.approved') {
    const { categories = revealedOf(entries) } = approved.data;
    if (
      categories !== undefined &&
      file.disclosed.categories.some((category) => !categories.includes(category))
    )
      differs.push('categories');
  }
  const records = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'collection.completed' ? entry.data.records : 0),
    0,
  );
  if (file.disclosed.records > records) differs.push('records');
  return { committedBy: committing?.n, differs };
}
