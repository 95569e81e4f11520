import { calls } from './state.ts';

// For functions that name them so: what is in calls.ts of core/state/.
export const { acceptOnce, reportStrangers, traceRefusal } = calls;
