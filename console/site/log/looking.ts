import { useEffect, useRef, useState } from 'preact/hooks';
import { lookBack, type Sought, type StepOptions } from '#client/log/browse.ts';
import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import type { SiteLog } from '../state.ts';

/** A look back into the log, a step at a time, as a view has it. */
export interface Looking {
  /** The newest first. */
  entries: readonly PlacedEntry[];
  /** From which index on all was looked at; undefined before the first step. */
  from: bigint | undefined;
  isEnd: boolean;
  isLooking: boolean;
  error: unknown;
  /** Looks further back. */
  goOn(): void;
}

interface Found {
  entries: readonly PlacedEntry[];
  from: bigint | undefined;
  isEnd: boolean;
  error: unknown;
}

/** @param start where to begin; asked for once */
export function useLooking(
  log: SiteLog,
  of: SignedCheckpoint,
  sought: Sought,
  { start, ...options }: StepOptions & { start?: (() => Promise<bigint>) | undefined } = {},
): Looking {
  const [found, setFound] = useState<Found>({ entries: [], from: undefined, isEnd: false, error: undefined });
  const [isLooking, setLooking] = useState(true);
  const isGone = useRef(false);
  const step = async (before: Found) => {
    setLooking(true);
    const next = await furtherBack(log, of, sought, before, { start, ...options });
    if (isGone.current) return;
    setFound(next);
    setLooking(false);
  };
  useEffect(() => {
    void step(found);
    return () => {
      isGone.current = true;
    };
  }, []);
  return { ...found, isLooking, goOn: () => void (isLooking ? undefined : step(found)) };
}

async function furtherBack(
  log: SiteLog,
  of: SignedCheckpoint,
  sought: Sought,
  before: Found,
  { start = async () => of.size, ...options }: StepOptions & { start?: (() => Promise<bigint>) | undefined },
): Promise<Found> {
  if (before.error !== undefined) log.forget();
  try {
    const { entries, from, isEnd } = await lookBack(
      log.read,
      of,
      before.from ?? (await start()),
      sought,
      options,
    );
    return { entries: [...before.entries, ...entries], from, isEnd, error: undefined };
  } catch (error) {
    return { ...before, error };
  }
}
