import { cases } from './state.ts';

// For functions that name them so: what is in cases.ts of core/state/.
export const { get: getCase, byStatus: casesByStatus, awake: awakeCases, change } = cases;
