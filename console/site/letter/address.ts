import { signal } from '@preact/signals';

/**
 * A code may be in the address, behind `#/letter/`, which a browser sends to nobody. It is taken out of the address and of the
 * tab's history before anything else happens.
 */
export const given = signal<string | undefined>(undefined);

/** @returns undefined where there is none */
export function codeIn(hash: string): string | undefined {
  const [, code = ''] = /^#\/letter\/(.{1,200})$/.exec(hash) ?? [];
  try {
    return code === '' ? undefined : decodeURIComponent(code);
  } catch {
    return code;
  }
}

export function takeCode(): void {
  const code = codeIn(location.hash);
  if (code === undefined) return;
  history.replaceState(null, '', '#/letter');
  given.value = code;
}
