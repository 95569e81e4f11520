import { preservations } from './state.ts';

// For functions that name them so: what is in preservations.ts of core/state/.
export const { get: getPreservation, until: preservationsUntil, commit: commitPreservation } = preservations;
