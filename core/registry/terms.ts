import { z } from 'zod';
import { instrumentKind, jurisdiction } from '#core/cases/instrument.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { category, distinct } from '#core/cases/scope.ts';
import { RegistryError } from './errors.ts';

/**
 * What one agency may ask for, as the provider's reviewers agreed: under whose law, on which orders, which categories,
 * how much. A key that is stolen, or an officer who oversteps, gets no further than the agency's own remit.
 */
export const termsSchema = z
  .strictObject({
    jurisdictions: z.array(jurisdiction).min(1).max(60).refine(distinct, { error: 'duplicate' }),
    instruments: z.array(instrumentKind).max(20).refine(distinct, { error: 'duplicate' }),
    categories: z.array(category).max(3).refine(distinct, { error: 'duplicate' }),
    rates: z.strictObject({
      /** New requests a day (UTC), by all officers of the agency together. */
      requestsPerDay: z.int().nonnegative().max(10_000),
      /** Of them, those with priority `Emergency`, a week (Monday to Sunday, UTC). 0: none. */
      emergenciesPerWeek: z.int().nonnegative().max(1000),
    }),
    /**
     * It is an enforcing authority of the States in `jurisdictions`: it is notified of other agencies' requests, and asks for
     * nothing itself, so that nobody consents to their own (Regulation (EU) 2023/1543 Art. 8).
     */
    enforces: z.literal(true).optional(),
  })
  /** An agency asks for something, and an enforcing authority for nothing. */
  .superRefine(({ enforces, instruments, categories, rates }, context) => {
    const asks: [path: string[], isAsked: boolean][] = [
      [['instruments'], instruments.length > 0],
      [['categories'], categories.length > 0],
      [['rates', 'requestsPerDay'], rates.requestsPerDay > 0],
    ];
    const message =
      enforces === true ? 'an enforcing authority asks for nothing' : 'an agency asks for something';
    for (const [path, isAsked] of asks)
      if (isAsked === (enforces === true)) context.addIssue({ code: 'custom', path, message });
  });
export type Terms = z.infer<typeof termsSchema>;

/** An agency as its own officers may see it: what they may ask for, within the policy. */
export const agencyView = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  name: z.string().max(200),
  terms: termsSchema,
});
export type AgencyView = z.infer<typeof agencyView>;

/** @throws RegistryError agency-jurisdiction, agency-instrument, agency-category */
export function checkTerms(request: Pick<Request, 'instrument' | 'categories'>, terms: Terms): void {
  const { jurisdiction: law, kind } = request.instrument;
  if (!terms.jurisdictions.includes(law)) throw new RegistryError('agency-jurisdiction');
  if (!terms.instruments.includes(kind)) throw new RegistryError('agency-instrument');
  if (!request.categories.every((asked) => terms.categories.includes(asked))) {
    throw new RegistryError('agency-category');
  }
}

/** A count that what is asked or proposed adds one to, and may not pass. */
export interface Rate {
  /** Names what is counted and in which period, of one agency or person. */
  name: string;
  limit: number;
  /** When the period is over and the count can be forgotten: unix seconds. */
  until: number;
}

const dayMs = 86_400_000;

/**
 * The counts that a request adds to at an instant: of its agency and its officer, each no further than both the agency's
 * terms and the policy allow.
 */
export function ratesOf(
  request: Pick<Request, 'priority'>,
  by: { terms: Terms; limits: Policy['limits']; officer: string },
  at: string,
): Rate[] {
  const { terms, limits, officer } = by;
  const day = Math.floor(Date.parse(at) / dayMs);
  const today = `day#${isoDay(day)}`;
  const until = (day + 1) * (dayMs / 1000);
  const perDay = Math.min(terms.rates.requestsPerDay, limits.requestsPerDay.agency);
  const rates = [
    { name: today, limit: perDay, until },
    { name: `${today}#${officer}`, limit: Math.min(perDay, limits.requestsPerDay.officer), until },
  ];
  if (request.priority === 'Emergency') {
    // Day 0 of the epoch was a Thursday.
    const monday = day - ((day + 3) % 7);
    rates.push({
      name: `emergencies#${isoDay(monday)}`,
      limit: Math.min(terms.rates.emergenciesPerWeek, limits.emergenciesPerWeek),
      until: (monday + 7) * (dayMs / 1000),
    });
  }
  return rates;
}

/**
 * Changes of the registry that one person may propose within a day (UTC) before somebody else has decided them. Each is an
 * entry of the immutable log, and a line in every reviewer's list.
 */
export const undecidedProposalsPerDay = 50;

/** @param at when it is, or was, proposed */
export function proposalRate(at: string): Rate {
  const day = Math.floor(Date.parse(at) / dayMs);
  const until = (day + 1) * (dayMs / 1000);
  return { name: `proposals#${isoDay(day)}`, limit: undecidedProposalsPerDay, until };
}

const isoDay = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
