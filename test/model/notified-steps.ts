/** What enforcing authorities may do, as data. Nothing here knows what is allowed. */
import fc from 'fast-check';
import type { ScopeName } from './acts.ts';

/** Authorities by their officers' keys. Cases are told to the first. */
export const authorities = { clerk: 'authority-1', stranger: 'authority-2' } as const;
export type AuthorityKey = keyof typeof authorities;
export const notifiedOne = authorities.clerk;

export type AuthorityStep =
  | { do: 'consent'; by: AuthorityKey; digest: 'right' | 'wrong' }
  | { do: 'object'; by: AuthorityKey; digest: 'right' | 'wrong'; to: 'all' | ScopeName };

const by = fc.constantFrom<AuthorityKey[]>('clerk', 'clerk', 'clerk', 'clerk', 'stranger');
const digest = fc.constantFrom<('right' | 'wrong')[]>(...Array<'right'>(9).fill('right'), 'wrong');
const of = fc.constantFrom<(0 | 1)[]>(0, 0, 0, 0, 1);
/** Of an objection: everything, or everything but what is named. */
const to = fc.constantFrom<('all' | ScopeName)[]>(
  'all',
  'one subject',
  'one subject',
  'phone only',
  'shorter',
  'asked',
  'longer',
);
export const authoritySteps = fc.oneof(
  { weight: 2, arbitrary: fc.record({ of, do: fc.constant('consent' as const), by, digest }) },
  { weight: 3, arbitrary: fc.record({ of, do: fc.constant('object' as const), by, digest, to }) },
);
