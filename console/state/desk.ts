import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type CaseLines, caseLines } from './lines.ts';
import { type Opening, openPlace, type Place } from './place.ts';

/** The desk as one reviewer has it open: their key, their session with the provider, and what was fetched so far. */
export interface Desk extends Place {
  /** The reviewer's own pseudonym, as decisions name it; known with the first list. */
  me: Signal<string | undefined>;
  lines: CaseLines;
}

export async function openDesk(opening: Opening): Promise<Desk> {
  const desk = { ...(await openPlace(opening)), me: signal(undefined) };
  return { ...desk, lines: caseLines(desk) };
}

export const DeskContext = createContext<Desk | undefined>(undefined);

/** The desk that a view stands in. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error('this view stands outside of a desk');
  return desk;
}
