import { StoreConflict } from '#core/store/store.ts';

/** A write that somebody else was faster with, as a store says it; undefined for every other failure. */
export function conflictOf(error: unknown): StoreConflict | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'ConditionalCheckFailedException') return new StoreConflict([0], { cause: error });
  if (error.name === 'TransactionConflictException') return new StoreConflict([], { cause: error });
  if (error.name !== 'TransactionCanceledException') return undefined;
  const codes = reasonsOf(error);
  const isConflict = codes.some(
    (code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict',
  );
  if (!isConflict) return undefined;
  return new StoreConflict(
    codes.flatMap((code, i) => (code === 'ConditionalCheckFailed' ? [i] : [])),
    { cause: error },
  );
}

function reasonsOf(error: Error): unknown[] {
  const reasons: unknown[] =
    'CancellationReasons' in error && Array.isArray(error.CancellationReasons)
      ? error.CancellationReasons
      : [];
  return reasons.map((reason) =>
    typeof reason === 'object' && reason !== null && 'Code' in reason ? reason.Code : undefined,
  );
}
