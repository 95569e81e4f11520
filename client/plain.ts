/**
 * Text out of a log, fit to be shown: without what moves a terminal's cursor, colours it, or turns the direction of
 * writing. Whoever runs a log may write what they like into it.
 */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, '\ufffd');
}
