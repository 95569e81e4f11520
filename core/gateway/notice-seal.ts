import { createCipheriv } from 'node:crypto';
import { concat, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { CodeParts } from '#core/cases/notice-code.ts';
import type { NoticeFile } from '#core/cases/notice-file.ts';

/**
 * A person's file, sealed for whoever has the code of their letter: AES-256-GCM under the code's key, with the tag that it
 * is found by as additional data. Layout: nonce (12 bytes), ciphertext, tag (16 bytes), as WebCrypto takes them
 * (client/notice/open.ts). The nonce is random: one code may seal some files, each time more was disclosed.
 */
export function sealNoticeFile({ key, tag }: CodeParts, file: NoticeFile, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(utf8(tag));
  const sealed = cipher.update(utf8(canonicalJson(file)));
  return concat(nonce, sealed, cipher.final(), cipher.getAuthTag());
}

export const nonceBytes = 12;
