import { emergencies } from './state.ts';

// For functions that name them so: what is in emergencies.ts of core/state/.
export const { get: getEmergencies, suspend: suspendEmergencies } = emergencies;
