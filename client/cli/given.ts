import { readFile } from 'node:fs/promises';
import { printable } from '#client/printable.ts';
import { CommandError } from './errors.ts';

/**
 * Text files that people hand over: keys, enrolments, requests, policies. An editor on Windows puts a byte order mark before
 * UTF-8, and `>` in PowerShell 5.1 writes UTF-16LE with one.
 */

/**
 * A file's text, without its byte order mark.
 *
 * @throws CommandError file-unreadable, file-malformed
 */
export async function givenText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CommandError('file-unreadable', `${printable(file)} cannot be read`, undefined, { cause });
  });
  return textOf(printable(file), bytes);
}

/**
 * The text of bytes that were read.
 *
 * @param called what the caller knows them by
 * @throws CommandError file-malformed
 */
export function textOf(called: string, bytes: Uint8Array): string {
  try {
    return decoded(bytes);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new CommandError(
      'file-malformed',
      `${called} is ${cause.message}`,
      'save it as UTF-8, and give it again',
      { cause },
    );
  }
}

/** Bytes that are no text in UTF-8, nor in UTF-16 with a byte order mark. The message says what they are. */
export class EncodingError extends Error {
  override name = 'EncodingError';
}

/**
 * Text in UTF-8, with or without a byte order mark, or in UTF-16 with one (RFC 2781 section 3.2).
 *
 * @throws EncodingError
 */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const mark =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  // ASCII in UTF-16 is UTF-8 too, with a NUL beside each letter; no text that is handed over has one.
  if (mark === undefined && bytes.subarray(0, 4096).includes(0))
    throw new EncodingError('UTF-16 without a byte order mark, or no text');
  try {
    // A decoder takes the mark of its own encoding away.
    return new TextDecoder(mark ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new EncodingError(mark === undefined ? 'not UTF-8' : 'damaged UTF-16');
  }
}
