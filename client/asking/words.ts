import type { AuthoriserRole } from '#core/cases/policy.ts';
import type { Delay, Request, Subject } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';

/** What an officer asks and states, said in sentences: the words of one language. What they are given is printable. */
export interface AskingWords {
  authorities: Record<AuthoriserRole, string>;
  categories: Record<Category, string>;
  kinds: Record<Subject['kind'], string>;
  threats: Record<NonNullable<Request['threat']>, string>;
  reasons: Record<Delay['reason'], string>;
  /** Who tells the person, where the policy leaves that to the order. */
  tells: Record<NonNullable<NonNullable<Request['notice']>['by']>, string>;
  /** Before the list of categories. */
  ask: (reference: string) => string;
  preserve: (reference: string) => string;
  /** Between the categories and the subjects. */
  of: string;
  /** Until that moment, which is not included. */
  period: (from: string, to: string) => string;
  nothingDisclosed: string;
  /** An authority, and what is known of it. */
  known: (authority: string, known: string) => string;
  order: (it: {
    kind: string;
    law: string;
    issued: string;
    by: string;
    offence: string;
    meets: boolean;
  }) => string;
  /** Before the digest of the order. */
  digest: string;
  answerBy: (when: string) => string;
  emergency: (threat: string | undefined) => string;
  routine: string;
  told: string;
  notTold: (until: string, reason: string, order: string | undefined) => string;
  resident: string;
  enforcing: (authority: string) => string;
  ofOrder: (order: string) => string;
  amends: (id: string) => string;
  preserved: (ids: string) => string;
  validated: (by: string, when: string) => string;
  delay: (until: string, reason: string, order: string | undefined) => string;
  hasTold: (when: string) => string;
}
