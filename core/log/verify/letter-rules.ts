import type { Act } from './here.ts';

/** A letter is signed by a key of the side that it is from. It stands wherever its case has a history, and decides nothing. */
export const letterWritten: Act<'letter.written'> = (current, { from, reviewer, officer, key }, here) => {
  const isDesk = from === 'desk';
  here.signers.signed(
    key,
    isDesk ? { role: 'reviewer' } : { role: 'agency', agency: current.asker?.agency },
    here,
  );
  const isOne = isDesk ? officer === undefined : from === 'agency' && reviewer === undefined;
  if (!isOne) here.report('act-out-of-place', 'a letter is of the desk or of the agency');
};
