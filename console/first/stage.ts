import type { ReadonlySignal } from '@preact/signals';
import type { Covers } from '../keys/confirming.ts';
import type { EnrolmentSheet } from '../keys/enrolment.ts';
import type { StoredKey } from '../keys/store.ts';
import type { Way } from '../keys/unlocking.ts';
import type { Opening, Place } from '../state/place.ts';

/** A page that somebody opens with a key of their own. What differs from page to page. */
export interface FirstPage<P extends Place> {
  role: 'reviewer' | 'agency';
  /** Where keys lie: each page has its own. */
  database: string;
  /** Where one is once it is open: `#/queue`. */
  home: string;
  /** @param key what is stored in this browser; undefined where a bridge's key signs */
  open(opening: Opening, key: StoredKey | undefined): Promise<P>;
  /** Asks the provider something that only whoever is enrolled is told. @returns what it calls the holder, if it says so */
  find(place: P): Promise<string | undefined>;
  /** Drops what the page knows of cases. */
  clear(place: P): void;
  /** Which calls a person is not asked about again. @defaultValue none */
  covers?: Covers;
}

/** How the page comes from its address to an open place, and back to a locked one. */
export type Stage<P extends Place> =
  | { is: 'opening' }
  | { is: 'failed'; error: unknown }
  /** No key is here, or a bridge's key signs and the provider's was not compared yet. */
  | { is: 'welcome'; provider: string; thumbprint: string; isBridged: boolean }
  | { is: 'sheet'; sheet: EnrolmentSheet; standing: 'unknown' | 'cooling' | undefined; isSent: boolean }
  | { is: 'locked'; name: string; way: Way | 'bridge'; isFailed: boolean }
  | { is: 'changed'; known: string; now: string }
  | { is: 'open'; place: P; own: OwnKey };

/** The key that the page is open with. */
export interface OwnKey {
  name: string;
  keyId: string;
  /** The thumbprint of the key that answers are encrypted to, of an officer's. */
  encryptionKeyId: string | undefined;
  /** Whether it signs from a command of this machine. */
  isBridged: boolean;
  /** How it is unlocked; undefined for a bridge's, which is asked for at its terminal. */
  way: Way | undefined;
}

/** The first screens of a page. */
export interface First<P extends Place> {
  stage: ReadonlySignal<Stage<P>>;
  /** Looks what is here, and shows the first thing to do. It never throws. */
  start(): Promise<void>;
  /** Has the lock see input and time. */
  watchLock(): () => void;
  lockNow(): void;
  /** The provider's key was compared, and a bridge's key signs. */
  goOn(): Promise<void>;
  /** Makes a key of one's own, once the provider's was compared. */
  make(name: string): Promise<void>;
  /** Asks the provider whether it knows the key. If it does, the page is open. */
  check(): Promise<void>;
  /** @param typed the key's name, where no passkey opens the page */
  unlock(typed: string): Promise<void>;
  /** A person compared the provider's new key. */
  takeProvider(): Promise<void>;
  forget(): Promise<void>;
  /** From now on a passkey opens the page. @throws KeyError passkey-refused */
  usePasskey(): Promise<void>;
  /** The page stops: the provider has another key now. Asked when an answer was not believed. */
  lookAtProvider(): Promise<void>;
}
