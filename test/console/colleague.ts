import type { Decision } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import type { Holder } from '../core/registry/registry.ts';

/** What another reviewer does, while somebody looks at the page. */
export interface Colleague {
  /** As asked, unless a narrower scope is given. */
  approve(id: string, scope?: Scope): Promise<void>;
  reject(id: string): Promise<void>;
  claim(id: string): Promise<void>;
  ask(id: string): Promise<void>;
  note(id: string, text: string): Promise<void>;
  suspend(id: string): Promise<void>;
}

/** @param done what comes after each act */
export function colleague(
  { cases, reviews, call }: Gateway,
  by: Holder,
  done: (act: Promise<unknown>) => Promise<void>,
): Colleague {
  const on = <Input>(id: string, input: Input) => call(by, input, id);
  async function caseOf(id: string) {
    const current = await cases.get(id);
    if (current === undefined) throw new Error('there is no such case');
    return current;
  }
  const decide = async (id: string, decision: Decision) => done(reviews.decide(await on(id, decision)));
  return {
    async approve(id, scope) {
      const { requestDigest, asked } = await caseOf(id);
      await decide(id, {
        decision: 'approve',
        requestDigest,
        scope: scope ?? asked,
        reason: 'order checked',
      });
    },
    async reject(id) {
      const { requestDigest } = await caseOf(id);
      const reason = 'It asks for more than this offence allows.';
      await decide(id, { decision: 'reject', requestDigest, ground: 'not-proportionate', reason });
    },
    claim: async (id) => done(reviews.claim(await on(id, { claim: 'take' as const }))),
    note: async (id, text) => done(reviews.note(await on(id, { text }))),
    async ask(id) {
      const { requestDigest } = await caseOf(id);
      const question = { requestDigest, of: ['order' as const], text: 'Which page is missing?' };
      await done(reviews.ask(await on(id, question)));
    },
    async suspend(id) {
      const { requestDigest } = await caseOf(id);
      const reason = 'The court knows of no such order.';
      const suspension = { requestDigest, ground: 'manifest-error' as const, reason };
      await done(reviews.suspend(await on(id, suspension)));
    },
  };
}
