import { z } from 'zod';
import { asciiUpTo } from '#core/bounds.ts';
import { mostGrants, mostTokenBytes } from '#core/cases/grants.ts';
import { unlessForged } from '#core/store/authentic.ts';
import type { Put } from '#core/store/store.ts';
import type { Prepared, StatePorts } from './commit.ts';

/**
 * The tokens of a case's grants, apart from the case. KMS may refuse a new grant for some minutes unless its token is
 * shown; after that nobody needs it (AWS KMS Developer Guide, "Using a grant token"). A token takes up to 8,192
 * characters (KMS API Reference, `CreateGrant`), about 500 by others' reports, so those of one case do not fit beside it
 * into the 400 KB of an item.
 *
 * A token opens nothing by itself. Whoever takes these items away, or puts one back, makes an agency wait for KMS: what
 * opens is decided by the case, by the log and by KMS. So a case knows nothing of them, and DynamoDB removes them by itself.
 */
export const tokensKey = (caseId: string, part: number) => ({ pk: `tokens#${caseId}#${part}` });

/** Tokens that one item holds. */
export const tokensAnItem = 300;
const partsOf = (grants: number) => Math.ceil(grants / tokensAnItem);

/** The items that a case can have, for whoever forgets it. */
export const tokenKeysOf = (caseId: string) =>
  Array.from({ length: partsOf(mostGrants) }, (_, part) => tokensKey(caseId, part));

/** Longer than KMS takes to know a grant everywhere: five minutes, as it says. */
const neededSeconds = 3600;

/** An item as it is stored. A token that is longer than most is left out: its grant opens once KMS knows it everywhere. */
export const tokensItem = z.strictObject({
  pk: asciiUpTo(80),
  ttl: z.int(),
  tokens: z.array(asciiUpTo(mostTokenBytes)).max(tokensAnItem),
});

const isKept = (token: string) => tokensItem.shape.tokens.element.safeParse(token).success;

export function grantTokens({ store, clock }: Pick<StatePorts, 'store' | 'clock'>) {
  const nowSeconds = () => Math.floor(Date.parse(clock.now()) / 1000);
  return {
    /** Prepares what is kept of the tokens of a case that is minted. @param tokens in the order of its grants */
    prepare(caseId: string, tokens: readonly string[]): Prepared {
      const short = tokens.map((token) => (isKept(token) ? token : ''));
      const ttl = nowSeconds() + neededSeconds;
      const writes = Array.from({ length: partsOf(short.length) }, (_, part): Put => {
        const some = short.slice(part * tokensAnItem, (part + 1) * tokensAnItem);
        return { table: 'cases', put: tokensItem.parse({ ...tokensKey(caseId, part), ttl, tokens: some }) };
      });
      return { writes, entries: [] };
    },

    /**
     * The tokens of a case's grants, by the grants' ids, as far as they are there and needed still. What is not proven to
     * be Writ's own is reported, and the grant is used without it.
     */
    async of(caseId: string, grants: readonly { grantId: string }[]): Promise<Map<string, string>> {
      const parts = Array.from({ length: partsOf(grants.length) }, (_, part) => part);
      const found = await Promise.all(parts.map((part) => partOf(caseId, part)));
      const tokens = found.flatMap((some, part) =>
        some.map((token, i) => [grants[part * tokensAnItem + i]?.grantId ?? '', token] as const),
      );
      return new Map(tokens.filter(([, token]) => token !== ''));
    },
  };

  async function partOf(caseId: string, part: number): Promise<string[]> {
    const item = await unlessForged(() => store.get('cases', tokensKey(caseId, part)));
    if (item === undefined) return [];
    const { ttl, tokens } = tokensItem.parse(item);
    return ttl > nowSeconds() ? tokens : [];
  }
}
export type GrantTokens = ReturnType<typeof grantTokens>;
