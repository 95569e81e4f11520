import { z } from 'zod';
import type { ProviderDocument } from '#client/provider.ts';
import { parseJson } from '#core/json.ts';
import { type Report, reportSchema } from '#core/log/report/figures.ts';
import type { Site } from '../state.ts';

/** What the first screen takes from the provider's rules. A provider of another version may have others. */
export interface Rules {
  /** How many reviewers must sign before anything opens. */
  approvals: number | undefined;
  /** Hours in which an emergency's second signature must follow. */
  debtHours: number | undefined;
  /** Where a person can write to. */
  contact: string | undefined;
}

const read = z.looseObject({
  approvals: z.int().optional().catch(undefined),
  emergency: z.looseObject({ debtHours: z.int() }).optional().catch(undefined),
  notice: z
    .looseObject({ contact: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

export function rulesOf({ policy }: Pick<ProviderDocument, 'policy'>): Rules {
  const { data } = read.safeParse(policy);
  return {
    approvals: data?.approvals,
    debtHours: data?.emergency?.debtHours,
    contact: data?.notice?.contact,
  };
}

/** The report as it was last counted; undefined where there is none. @throws ExchangeError, or what is wrong with it */
export async function readReport({ files }: Pick<Site, 'files'>): Promise<Report | undefined> {
  const bytes = await files('transparency');
  return bytes === undefined ? undefined : reportSchema.parse(parseJson(bytes));
}
