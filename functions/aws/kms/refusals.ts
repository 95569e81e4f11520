import { KmsRefusal, type KmsRefusalCode } from '#core/ports.ts';

/**
 * What KMS says, and what it means here. Every other failure may pass: throttling, `DependencyTimeoutException`,
 * `KMSInternalException`, `KeyUnavailableException`. The client tries these again by itself, and then the caller.
 */
const refusals = new Map<string, KmsRefusalCode>([
  ['AccessDeniedException', 'denied'],
  ['KMSInvalidStateException', 'gone'],
  ['NotFoundException', 'unknown'],
  ['InvalidCiphertextException', 'not-sealed'],
  ['IncorrectKeyException', 'not-sealed'],
]);

/** @throws KmsRefusal for what KMS refuses, and whatever else the call throws */
export async function refusing<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asRefusal(error);
  }
}

export function asRefusal(error: unknown): unknown {
  const code = error instanceof Error ? refusals.get(error.name) : undefined;
  return code === undefined ? error : new KmsRefusal(code, { cause: error });
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
