/**
 * The page is locked when it is opened, after ten minutes without input, and when its holder says so. Then its views are
 * gone, what it knows of cases is dropped, and the signer refuses. It keeps a passer-by away from an open page. It keeps
 * no malware away, which can wait until the page is open.
 */
export const lockAfterMs = 10 * 60_000;

export interface Lock {
  /** Looks at the clock first: a timer stands still while a machine sleeps. */
  isUnlocked(): boolean;
  /** Somebody typed, clicked or scrolled. It never unlocks. */
  active(): void;
  /** Looks at the clock: to be called each second, and when the page is shown again. It never unlocks. */
  look(): void;
  lock(): void;
  /**
   * Unlocks, once `proof` has come to its end: a passkey, or the key's name typed (unlocking.ts).
   *
   * @throws what `proof` throws; then it stays locked
   */
  unlock(proof: () => Promise<void>): Promise<void>;
  /** Is aborted when the page is locked: for calls that are under way. */
  signal(): AbortSignal;
  /** @returns what ends it */
  onChange(listener: (state: 'locked' | 'unlocked') => void): () => void;
}

export interface Locking {
  /** Unix milliseconds. */
  now: () => number;
  /** Drops what the page knows of cases. Is called each time that it is locked. */
  clear: () => void;
  afterMs?: number;
}

export function startLock({ now, clear, afterMs = lockAfterMs }: Locking): Lock {
  /** When somebody was last there; undefined while locked. */
  let lastActive: number | undefined;
  let running = new AbortController();
  running.abort();
  const listeners = new Set<(state: 'locked' | 'unlocked') => void>();
  const tell = (state: 'locked' | 'unlocked') => {
    for (const listener of listeners) listener(state);
  };
  const lock = () => {
    if (lastActive === undefined) return;
    lastActive = undefined;
    // First the state, so that nothing which follows can keep the page open.
    running.abort();
    try {
      clear();
    } finally {
      tell('locked');
    }
  };
  const look = () => {
    if (lastActive === undefined) return;
    const passedMs = now() - lastActive;
    // A clock that was set back says nothing of how long nobody was there.
    if (passedMs >= afterMs || passedMs < 0) lock();
  };
  return {
    isUnlocked: () => {
      look();
      return lastActive !== undefined;
    },
    active: () => {
      look();
      if (lastActive !== undefined) lastActive = now();
    },
    look,
    lock,
    unlock: async (proof) => {
      await proof();
      if (lastActive === undefined) running = new AbortController();
      lastActive = now();
      tell('unlocked');
    },
    signal: () => running.signal,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
