// For functions that name them so.
export type { Prepared } from '#core/state/commit.ts';
export { StoreConflict as StaleCaseError } from '#core/store/store.ts';
