import {
  delayParts,
  type Part,
  preservationParts,
  requestParts,
  type Saying,
  tellingParts,
  validationParts,
} from '#client/asking/sentences.ts';
import { orderDigests } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { countText, instantText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { nameOf } from '../state/names.ts';
import { askingWords } from '../words/asking.ts';
import type { Act } from './reading.ts';
import { portalSignWords } from './words.ts';

/** The words of the page, and its instants. */
export const saying = (): Saying => ({ words: inLanguage(askingWords), when: instantText });

/** What a call says, in sentences made of its very values. */
export function partsOf(act: Act): Part[] {
  const { sentence } = inLanguage(portalSignWords);
  const called = act.id === undefined ? '' : printable(nameOf(act.id));
  switch (act.act) {
    case 'submitRequest':
      return requestParts(act.body, saying());
    case 'preserveData':
      return preservationParts(act.body, saying());
    case 'validateRequest':
      return [{ says: sentence.validateRequest(called) }, ...validationParts(act.body, saying())];
    case 'delayNotice':
      return [{ says: sentence.delayNotice(called) }, ...delayParts(act.body, saying())];
    case 'tellPerson':
      return [{ says: sentence.tellPerson(called) }, ...tellingParts(act.body, saying())];
    case 'collect':
      return [
        { says: act.body.page === undefined ? sentence.collect(called) : sentence.collectMore(called) },
        ...(act.body.request === undefined ? [] : [{ says: sentence.handsIn }]),
      ];
    case 'handInOrder':
      return [
        { says: sentence.handInOrder(called, countText(act.body.bytes.length)) },
        { digest: orderDigests(act.body.bytes).hex },
      ];
    case 'withdrawRequest':
    case 'giveInformation':
    case 'writeToDesk':
    case 'extendPreservation':
      return [{ says: sentence[act.act](called) }];
  }
}

/** What the sentence leaves out, to the byte. */
export function factsOf(act: Act): (readonly [string, string])[] {
  const { facts } = inLanguage(portalSignWords);
  switch (act.act) {
    case 'submitRequest':
    case 'preserveData':
      return [
        [facts.begins, act.body.period.from],
        [facts.ends, act.body.period.to],
      ];
    case 'giveInformation':
      return [
        [facts.text, act.body.text],
        ...(act.body.digest === undefined ? [] : [[facts.digest, act.body.digest] as const]),
        [facts.request, act.id],
      ];
    case 'writeToDesk':
      return [
        [facts.text, act.body.text],
        [facts.request, act.id],
      ];
    case 'collect':
      return [
        ...(act.body.recipient === undefined ? [] : [[facts.recipient, act.body.recipient] as const]),
        [facts.request, act.id],
      ];
    case 'extendPreservation':
      return [[facts.preservation, act.id]];
    case 'validateRequest':
    case 'delayNotice':
    case 'tellPerson':
    case 'handInOrder':
    case 'withdrawRequest':
      return [[facts.request, act.id]];
  }
}
