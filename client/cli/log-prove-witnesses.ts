import type { WitnessCheck } from '#client/log/witnesses.ts';
import { printable } from '#client/printable.ts';
import { counted } from './common.ts';

/** Who cosigned a log's checkpoint, for people: a line for each witness that is known. */

/** @param unchecked how many lines of the checkpoint nobody's key was given for */
export function witnessLines(witnesses: WitnessCheck | undefined, unchecked: number): string[] {
  if (witnesses !== undefined)
    return witnesses.cosigned.map(({ name, at }) => `  cosigned by ${printable(name)}, ${printable(at)}`);
  return unchecked === 0
    ? []
    : [`  ${counted(unchecked, 'signature')} of others, not checked: say with --policy whose they should be`];
}
