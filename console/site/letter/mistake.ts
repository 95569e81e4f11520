import { printable } from '#client/printable.ts';
import { type CodeMistake, groupSigns } from '#core/cases/notice-code.ts';
import type { LetterScreenWords } from './words.ts';

/** What is mistyped, by the groups in which a letter prints its code. */
export function mistakeText(mistake: CodeMistake, { mistakes: words }: LetterScreenWords): string {
  const groupOf = (place: number) => Math.ceil(place / groupSigns);
  switch (mistake.is) {
    case 'empty':
      return words.empty;
    case 'length':
      return words.length(mistake.signs, mistake.of);
    case 'sign': {
      const { sign, place } = mistake;
      return words.sign(printable(sign), groupOf(place), ((place - 1) % groupSigns) + 1);
    }
    case 'checks': {
      const groups = [...new Set(mistake.places.map(groupOf))];
      // More would be no help: each of them is a guess.
      return groups.length === 0 || groups.length > 2 ? words.checks : words.groups(groups);
    }
  }
}
