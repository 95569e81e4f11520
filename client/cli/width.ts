/**
 * How many columns of a terminal a text takes. People write references and names in every script, and a column that is
 * counted in characters breaks at the first Chinese one. Terminals count by code point: two for what Unicode calls wide
 * (UAX #11, `W` and `F`) and for emoji, none for marks that stand over or under another character, one for all else.
 */

/** The scripts and blocks that are wide, whole. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\p{Script=Khitan_Small_Script}\p{Emoji_Presentation}\u2329\u232a\u2630-\u2637\u268a-\u268f\u2ff0-\u2fff\u3000-\u303e\u3041-\u33ff\u4dc0-\u4dff\ua960-\ua97c\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}]/u;
/** Within them, what is half as wide, and flags, of which two letters are one sign. */
const narrow = /[\u02ea\u02eb\u303f\u3248-\u324f\uff61-\uffdc\uffe8-\uffee\u{1f1e6}-\u{1f1ff}]/u;
/** What is drawn over, under or into the character before: marks, and the later parts of a Korean syllable. */
const joined = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u;

function widthOf(character: string): number {
  // Most of what is shown is ASCII.
  if (character <= '~') return 1;
  if (joined.test(character)) return 0;
  return wide.test(character) && !narrow.test(character) ? 2 : 1;
}

/** @param text printable, without sequences that colour it */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** A text that takes so many columns at most: what does not fit is left out, and an ellipsis says so. */
export function shortened(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    const more = widthOf(character);
    if (width + more > columns - 1) break;
    kept += character;
    width += more;
  }
  return `${kept}…`;
}
