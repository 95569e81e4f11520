/**
 * Text from elsewhere, made safe to show: without what moves a terminal's cursor, colours it, or turns the direction of
 * writing. The operator of a log or a provider chooses what it writes.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, '\ufffd');
}
