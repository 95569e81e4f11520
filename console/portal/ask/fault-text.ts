import { printable } from '#client/printable.ts';
import { inLanguage } from '../../words/lang.ts';
import type { Fault } from './faults.ts';
import { askWords } from './words.ts';

/** What is wrong, in a sentence that says what to do. */
export function faultText({ field, wrong }: Fault): string {
  const words = inLanguage(askWords);
  switch (wrong.is) {
    case 'missing':
      return words.missing[named(field)];
    case 'text-wrong':
      return field === 'jurisdiction' ? words.wrong.country : words.wrong.text;
    case 'too-long':
      return words.wrong['too-long'](wrong.days);
    case 'too-many':
      return words.wrong['too-many'](wrong.most);
    case 'category':
      return words.wrong.category(wrong.category, whyText(wrong.why));
    case 'breadth':
      switch (wrong.of.is) {
        case 'subjects':
          return words.wrong.subjects(wrong.of.subjects, wrong.of.most);
        case 'period':
          return words.wrong['too-long'](wrong.of.days);
        case 'keys':
          return words.wrong.keys(wrong.of);
        case 'people':
          return words.wrong.people;
      }
      break;
    case 'refused':
      return words.wrong.refused(whyText(wrong.code));
    default:
      return words.wrong[wrong.is];
  }
}

/** Why the provider does not take it, by its code. */
export function whyText(code: string): string {
  const { why, whyOther } = inLanguage(askWords);
  return why[code] ?? whyOther(printable(code));
}

type Named = Exclude<Fault['field'], `subject-${number}` | 'whole'>;

const isNamed = (field: Fault['field']): field is Named => field !== 'whole' && !field.startsWith('subject-');

const named = (field: Fault['field']) => (isNamed(field) ? field : 'subject');
