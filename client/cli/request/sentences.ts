import {
  delayParts,
  type Part,
  preservationParts,
  requestParts,
  type Saying,
  tellingParts,
  validationParts,
} from '#client/asking/sentences.ts';
import { en } from '#client/asking/words-en.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import type { Delay, Request, Telling, Validation } from '#core/cases/request.ts';
import { daySaid } from '../dates.ts';

/** What is about to be signed, in plain sentences, as a terminal shows them. */
const WIDTH = 78;

/** Lines of at most 78 columns. What follows the first one stands under its text. */
export function wrapped(text: string, mark = ''): string[] {
  const lines: string[] = [];
  let line = mark;
  for (const word of text.split(' ')) {
    const longer = line.trim() === '' || line === mark ? `${line}${word}` : `${line} ${word}`;
    if (longer.length > WIDTH && line !== mark) {
      lines.push(line);
      line = ' '.repeat(mark.length) + word;
    } else line = longer;
  }
  return [...lines, line];
}

const english: Saying = { words: en, when: daySaid };

function linesOf(part: Part): string[] {
  if ('digest' in part) return [`  ${part.digest}`];
  if ('says' in part) return wrapped(part.says);
  return part.list.flatMap((one) => (part.of === 'categories' ? wrapped(one, '  - ') : [`  - ${one}`]));
}

const textOf = (parts: readonly Part[]) => parts.flatMap(linesOf).join('\n');

export const requestText = (request: Request) => textOf(requestParts(request, english));
export const preservationOrderText = (order: PreservationRequest) =>
  textOf(preservationParts(order, english));
export const validationText = (validation: Validation) => textOf(validationParts(validation, english));
export const delayText = (delay: Delay) => textOf(delayParts(delay, english));
export const toldText = (telling: Telling) => textOf(tellingParts(telling, english));
