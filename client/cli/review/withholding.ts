import { withheldLine } from '#client/package/coverage-words.ts';
import { groundTexts } from '#client/package/ground-words.ts';
import { grounds } from '#core/cases/grounds.ts';
import { type Withheld, type WithheldLine, withheldSchema } from '#core/cases/withheld.ts';
import { categories } from '#core/categories/categories.ts';
import { UsageError } from '../common.ts';

/** On which grounds less is approved than was asked, as `--withheld` says it: `2=press-freedom`, `TrafficData=threshold-not-met`. */
export const withheldHelp =
  'why a part is left out, as PART=GROUND: a subject’s number, a category, or `period` (2=press-freedom)';

export const groundList = grounds.map((ground) => `  ${ground.padEnd(26)}${groundTexts[ground]}`).join('\n');

/** @throws UsageError */
export function withheldFrom(given: readonly string[] | undefined): Withheld | undefined {
  if (given === undefined) return undefined;
  const { data } = withheldSchema.safeParse(given.map(lineOf));
  if (data === undefined)
    throw new UsageError('--withheld names something twice, or more than one decision has room for');
  return data;
}

function lineOf(text: string): WithheldLine {
  const [named = '', given, ...rest] = text.split('=');
  const ground = grounds.find((each) => each === given);
  if (ground === undefined || rest.length > 0)
    throw new UsageError(`--withheld is PART=GROUND, and a ground is one of ${grounds.join(', ')}`);
  const parts = named.split(',').filter((part) => part !== 'period');
  const subjects = parts.filter((part) => /^\d{1,2}$/.test(part)).map(Number);
  const of = categories.filter((category) => parts.includes(category));
  if (subjects.length + of.length !== parts.length)
    throw new UsageError(
      `--withheld names a part by a subject’s number, by a category (${categories.join(', ')}) or as period`,
    );
  return {
    ...(subjects.length === 0 ? {} : { subjects }),
    ...(of.length === 0 ? {} : { categories: of }),
    ground,
  };
}

/** In sentences. */
export const withheldText = (withheld: Withheld) => withheld.map(withheldLine).join(' ');
