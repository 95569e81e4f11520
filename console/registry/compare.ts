/**
 * What somebody heard on the telephone, held against a key. A person who only looks at two rows of words says that they are
 * alike; whoever types what they hear has compared it.
 */
export type Heard = 'nothing' | 'more' | 'differs' | 'matches';

/** Words that are enough: 66 bits. Whoever wants another key that begins with the same has to make 2⁶⁶. */
export const leastWords = 6;
/** Digits that are enough: 64 bits. */
export const leastDigits = 16;

export interface Expected {
  thumbprint: string;
  words: readonly string[];
  /** Groups of four digits. */
  hex: readonly string[];
}

/**
 * @param typed words, each whole or by its first four letters, which no two words have in common; or hex, with or without
 *   spaces; or the whole thumbprint
 */
export function heard(typed: string, { thumbprint, words, hex }: Expected): Heard {
  const text = typed.trim();
  if (text === '') return 'nothing';
  if (text === thumbprint) return 'matches';
  // `face` and `dead` are words of the list and hex.
  const outcomes = [heardWords(text.toLowerCase(), words), heardHex(text.toLowerCase(), hex.join(''))];
  return outcomes.includes('matches') ? 'matches' : outcomes.includes('more') ? 'more' : 'differs';
}

function heardWords(text: string, expected: readonly string[]): Heard {
  const typed = text.split(/[\s,.;/-]+/).filter((word) => word !== '');
  if (typed.length > expected.length) return 'differs';
  const fits = (word: string, i: number) => {
    const whole = expected[i] ?? '';
    return word === whole || (word.length >= 4 && whole.startsWith(word));
  };
  const wrong = typed.findIndex((word, i) => !fits(word, i));
  if (wrong < 0) return typed.length >= leastWords ? 'matches' : 'more';
  // The last one may be half written.
  const isBeingWritten =
    wrong === typed.length - 1 && (expected[wrong] ?? '').startsWith(typed[wrong] ?? ' ');
  return isBeingWritten ? 'more' : 'differs';
}

function heardHex(text: string, expected: string): Heard {
  const typed = text.replaceAll(/[\s:,.-]/g, '');
  if (!/^[0-9a-f]+$/.test(typed) || !expected.startsWith(typed)) return 'differs';
  return typed.length >= leastDigits ? 'matches' : 'more';
}
