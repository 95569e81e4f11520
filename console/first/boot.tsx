import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { generateSigningKey, signerFromCryptoKey } from '#client/webcrypto.ts';
import { type Desk, openDesk } from '../state/desk.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';

/** Opens the desk with the key that this browser has. */
const opened = signal<Desk | undefined>(undefined);
const failed = signal<unknown>(undefined);

export function Boot({ children }: { children: (desk: Desk, lock: () => void) => ComponentChildren }) {
  useEffect(() => void open(), []);
  const desk = opened.value;
  if (desk !== undefined) return <>{children(desk, () => {})}</>;
  if (failed.value !== undefined) return <Failure error={failed.value} again={() => void open()} />;
  return <Loading>{inLanguage(shellWords).opening}</Loading>;
}

async function open() {
  failed.value = undefined;
  try {
    const signer = await signerFromCryptoKey(await generateSigningKey());
    opened.value = await openDesk(signer, location.origin);
  } catch (error) {
    failed.value = error;
  }
}
