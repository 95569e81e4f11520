import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { Terms } from '#core/registry/terms.ts';
import { home } from './cloud/emulator.ts';
import { exampleTerms } from './world.ts';

type Instrument = Pick<
  Request['instrument'],
  'kind' | 'jurisdiction' | 'authoriserRole' | 'offence' | 'role'
>;

/** Under which law the demo tells its story: a policy that is shipped, and orders that it takes. */
export interface Law {
  policy: Policy;
  /** What the example agency may ask for there. */
  terms: Terms;
  /** A judge's order for the access history. */
  order: Instrument;
  /** What else a request says of such an order. */
  stated: Pick<Request, 'notification'>;
  /** What opens an emergency, and whether it can have the access history. */
  urgent: Instrument & { hasTraffic: boolean };
  preserving: Instrument;
  /** An order of which the provider tells the person. */
  told: Instrument;
  /** Whether an order may forbid the provider to tell. */
  mayForbid: boolean;
}

const shipped = (name: string): Policy =>
  policySchema.parse(JSON.parse(readFileSync(join(home, 'policy', `${name}.json`), 'utf8')));

const german: Instrument = {
  kind: 'EPOC',
  jurisdiction: 'DE',
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  offence: 'StGB 202a',
};

const american: Instrument = {
  kind: 'SearchWarrant',
  jurisdiction: 'US',
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  role: 'Court',
  offence: '18 U.S.C. 1030',
};

export const laws = {
  'eu-e-evidence': (): Law => ({
    policy: shipped('eu-e-evidence'),
    terms: exampleTerms,
    order: german,
    // Offence and person are of the State that asks: no other authority has to be notified (Art. 8(2)).
    stated: { notification: { exempt: 'resident' } },
    // Validated afterwards, for what may be asked without: Art. 4(5).
    urgent: { ...german, authoriserRole: 'OtherCompetentAuthority', hasTraffic: false },
    preserving: { ...german, kind: 'EPOC-PR' },
    // Of an EPOC the issuing authority tells: Art. 13(1).
    told: { ...german, kind: 'NationalOrder' },
    mayForbid: false,
  }),
  'us-sca': (): Law => ({
    policy: shipped('us-sca'),
    terms: {
      ...exampleTerms,
      jurisdictions: ['US'],
      instruments: [
        'Subpoena',
        'CourtOrder-2703d',
        'SearchWarrant',
        'EmergencyRequest',
        'PreservationLetter',
      ],
    },
    order: american,
    stated: {},
    // 18 U.S.C. 2702(c)(4): no order follows.
    urgent: {
      ...american,
      kind: 'EmergencyRequest',
      authoriserRole: 'OtherCompetentAuthority',
      role: 'LawEnforcementAgency',
      hasTraffic: true,
    },
    // 18 U.S.C. 2703(f).
    preserving: {
      ...american,
      kind: 'PreservationLetter',
      authoriserRole: 'OtherCompetentAuthority',
      role: 'LawEnforcementAgency',
    },
    told: american,
    // 18 U.S.C. 2705(b).
    mayForbid: true,
  }),
} satisfies Record<string, () => Law>;

export type LawName = keyof typeof laws;
export const lawNames = ['eu-e-evidence', 'us-sca'] as const satisfies readonly LawName[];

/** Of an authority that enforces, and asks for nothing. */
export const enforcingTerms: Terms = {
  jurisdictions: ['IE'],
  instruments: [],
  categories: [],
  rates: { requestsPerDay: 0, emergenciesPerWeek: 0 },
  enforces: true,
};
