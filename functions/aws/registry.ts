import { registry } from './state.ts';

export { foundingStream, keyStream } from '#core/state/registry-changes.ts';

// For functions that name them so: what is in registry.ts and registry-changes.ts of core/state/.
export const { getKey, getAgency, getDesk, getChange, revokedKeys, commitRevocation } = registry;
