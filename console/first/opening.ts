import { signal } from '@preact/signals';
import { type Pairing, readPairing } from '#client/bridge/pairing.ts';
import { RefusedError } from '#client/errors.ts';
import { keysOf } from '#client/exchange.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { bridgedKey, handOverKey, type Paired, pairWith } from '../keys/bridge.ts';
import { startConfirming } from '../keys/confirming.ts';
import { enrolmentSheet } from '../keys/enrolment.ts';
import { KeyError } from '../keys/errors.ts';
import { keepStored, openKeyStore } from '../keys/indexed-db.ts';
import { startLock } from '../keys/lock.ts';
import { watchInput } from '../keys/lock-events.ts';
import { newPasskey } from '../keys/passkey.ts';
import { type CallSigner, ownKey } from '../keys/signer.ts';
import {
  acceptProvider,
  forgetKey,
  type KeyStorePort,
  makeKey,
  providerKeys,
  rememberHolder,
  rememberPasskey,
  type StoredKey,
  storedKeys,
} from '../keys/store.ts';
import { byName, byPasskey, wayOf } from '../keys/unlocking.ts';
import { webAuthn } from '../keys/web-authn.ts';
import type { Place } from '../state/place.ts';
import type { First, FirstPage, OwnKey, Stage } from './stage.ts';

export type { First, OwnKey } from './stage.ts';

const url = () => location.origin;
const place = () => ({ origin: location.origin, rpId: location.hostname });
/** Thumbprints of the provider's keys that were compared for a bridge's key. They are nobody's. */
const comparedItem = 'provider-keys';

const comparedByHand = () =>
  (localStorage.getItem(comparedItem) ?? '').split(' ').filter((each) => each !== '');

/** What a key behind the bridge is called: its own name is the terminal's. */
const bridgeName = 'writ bridge';

/** If the provider's key changes within this time, the first answer is not believed, and the page stops then. */
const newForMs = 60_000;

export function firstOf<P extends Place>(page: FirstPage<P>): First<P> {
  const current = signal<Stage<P>>({ is: 'opening' });

  const confirming = startConfirming(location.origin, page.covers);
  const lock = startLock({
    now: Date.now,
    clear: () => {
      confirming.clear();
      const at = current.peek();
      if (at.is === 'open') page.clear(at.place);
    },
  });

  let store: KeyStorePort;
  let provider: ProviderDocument;
  /** When the page was loaded, in milliseconds, as long as nobody has unlocked it since. */
  let loadedAt: number | undefined;
  let stored: StoredKey | undefined;
  let pairing: Pairing | undefined;
  let paired: Paired | undefined;
  let bridged: CallSigner | undefined;

  async function start(): Promise<void> {
    await attempt(async () => {
      current.value = { is: 'opening' };
      pairing = readPairing(location.hash) ?? pairing;
      // The link is good once, and nothing of it stays in the history.
      if (location.hash.startsWith('#pair='))
        history.replaceState(null, '', `${location.pathname}${page.home}`);
      provider = await fetchProvider(url());
      loadedAt = Date.now();
      store = await openKeyStore(page.database);
      stored = (await storedKeys(store)).find((key) => key.provider.url === url());
      if (pairing !== undefined) await meet(pairing);
      pairing = undefined;
      await next();
    });
  }

  lock.onChange((state) => {
    if (state === 'locked' && current.peek().is === 'open') void attempt(next);
  });

  let stops: (() => void) | undefined;
  /** Whether a bridge's key had the desk open already: from then on it is locked like any other. */
  let wasOpen = false;

  function watchLock(): () => void {
    stops ??= watchInput(lock);
    return () => {
      stops?.();
      stops = undefined;
    };
  }

  const lockNow = (): void => lock.lock();

  /** Whoever listens at the link's port signs with a key of theirs, or enrols the key that is made here. */
  async function meet(link: Pairing): Promise<void> {
    paired = await pairWith(link);
    bridged = await bridgedKey(paired).catch((error: unknown) => {
      if (error instanceof KeyError && error.code === 'bridge-refused') return undefined;
      throw error;
    });
  }

  const published = () => [...keysOf(provider).keys()];

  /** Shows what is to be done now. */
  async function next(): Promise<void> {
    if (bridged !== undefined) return nextWithBridge(bridged);
    if (stored === undefined) return welcome(false);
    const keys = providerKeys(stored, provider);
    if (keys.state === 'changed') return changed(stored.provider.thumbprints, keys.unknown);
    if (stored.holder === undefined) {
      current.value = {
        is: 'sheet',
        sheet: await enrolmentSheet(stored, page.role),
        standing: undefined,
        isSent: false,
      };
      return;
    }
    current.value = { is: 'locked', name: stored.name, way: wayOf(stored), isFailed: false };
  }

  async function nextWithBridge(key: CallSigner): Promise<void> {
    const compared = comparedByHand();
    if (compared.length === 0) return welcome(true);
    const unknown = published().filter((each) => !compared.includes(each));
    if (unknown.length > 0) return changed(compared, unknown);
    if (wasOpen) {
      current.value = { is: 'locked', name: bridgeName, way: 'bridge', isFailed: false };
      return;
    }
    wasOpen = true;
    await openBridged(key);
  }

  async function openBridged(key: CallSigner): Promise<void> {
    await lock.unlock(async () => {});
    await open(key, {
      name: bridgeName,
      keyId: key.keyId,
      encryptionKeyId: undefined,
      isBridged: true,
      way: undefined,
    });
  }

  function welcome(isBridged: boolean): void {
    const [thumbprint = ''] = published();
    current.value = { is: 'welcome', provider: provider.name, thumbprint, isBridged };
  }

  function changed([known = '']: readonly string[], [now = '']: readonly string[]): void {
    current.value = { is: 'changed', known, now };
  }

  const goOn = () =>
    attempt(async () => {
      localStorage.setItem(comparedItem, published().join(' '));
      await next();
    });

  const make = (name: string) =>
    attempt(async () => {
      const thumbprints = published();
      const at = new Date().toISOString();
      stored = await makeKey(store, {
        name,
        provider: { url: url(), thumbprints },
        at,
        decrypts: page.role === 'agency',
      });
      void keepStored();
      const sheet = await enrolmentSheet(stored, page.role);
      if (paired === undefined) {
        current.value = { is: 'sheet', sheet, standing: undefined, isSent: false };
        return;
      }
      const { publicJwk, encryption } = sheet;
      const encryptionJwk = encryption === undefined ? {} : { encryptionJwk: encryption.publicJwk };
      await handOverKey(paired, { publicJwk, name, ...encryptionJwk });
      paired = undefined;
      current.value = { is: 'sheet', sheet, standing: undefined, isSent: true };
      await check();
    });

  const check = () =>
    attempt(async () => {
      const at = current.peek();
      if (at.is !== 'sheet' || stored === undefined) return;
      await lock.unlock(async () => {});
      const opened = await placeWith(await ownKey(stored));
      let holder: string | undefined;
      try {
        holder = await page.find(opened);
      } catch (error) {
        lock.lock();
        const standing = standingAfter(error);
        if (standing === undefined) throw error;
        current.value = { ...at, standing };
        return;
      }
      if (holder !== undefined) stored = await rememberHolder(store, stored.keyId, holder);
      show(opened, ownOf(stored));
    });

  /** Whoever loads the page and unlocks it has just been told of the provider. Whoever comes back later has not. */
  async function providerAtUnlocking(): Promise<ProviderDocument> {
    const isNew = loadedAt !== undefined && Date.now() - loadedAt < newForMs;
    loadedAt = undefined;
    return isNew ? provider : fetchProvider(url());
  }

  const unlock = (typed: string) =>
    attempt(async () => {
      const at = current.peek();
      if (at.is !== 'locked') return;
      provider = await providerAtUnlocking();
      // Each call that changes something is asked about at the bridge's terminal.
      if (bridged !== undefined) return openBridged(bridged);
      if (stored === undefined) return;
      try {
        await lock.unlock(
          at.way === 'passkey' ? byPasskey(stored, webAuthn, place()) : byName(stored, typed),
        );
      } catch (error) {
        if (!(error instanceof KeyError)) throw error;
        current.value = { ...at, isFailed: true };
        return;
      }
      // Meanwhile the provider may have another key.
      if (providerKeys(stored, provider).state === 'changed') {
        lock.lock();
        return next();
      }
      await open(await ownKey(stored), ownOf(stored));
    });

  const takeProvider = () =>
    attempt(async () => {
      const thumbprints = published();
      if (bridged !== undefined) localStorage.setItem(comparedItem, thumbprints.join(' '));
      else if (stored !== undefined) stored = await acceptProvider(store, stored.keyId, thumbprints);
      await next();
    });

  const forget = () =>
    attempt(async () => {
      if (stored === undefined) return;
      await forgetKey(store, stored.keyId);
      stored = undefined;
      lock.lock();
      await next();
    });

  async function usePasskey(): Promise<void> {
    if (stored === undefined) return;
    const made = await newPasskey(webAuthn, place(), stored.name);
    stored = await rememberPasskey(store, stored.keyId, made);
    const at = current.peek();
    if (at.is === 'open') current.value = { ...at, own: ownOf(stored) };
  }

  const lookAtProvider = () =>
    attempt(async () => {
      provider = await fetchProvider(url());
      const known = bridged === undefined ? (stored?.provider.thumbprints ?? []) : comparedByHand();
      const unknown = published().filter((each) => !known.includes(each));
      if (unknown.length === 0) return;
      lock.lock();
      changed(known, unknown);
    });

  async function open(key: CallSigner, own: OwnKey): Promise<void> {
    show(await placeWith(key), own);
  }

  function show(opened: P, own: OwnKey): void {
    current.value = { is: 'open', place: opened, own };
  }

  function placeWith(key: CallSigner): Promise<P> {
    const lifetimeSeconds = bridged === undefined ? 60 : 300;
    return page.open(
      { url: url(), key, lock, confirming, provider, lifetimeSeconds },
      bridged === undefined ? stored : undefined,
    );
  }

  /** What fails is shown with a way to try again, and nothing of it is lost. */
  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      current.value = { is: 'failed', error };
    }
  }

  return {
    stage: current,
    start,
    watchLock,
    lockNow,
    goOn,
    make,
    check,
    unlock,
    takeProvider,
    forget,
    usePasskey,
    lookAtProvider,
  };
}

function standingAfter(error: unknown): 'unknown' | 'cooling' | undefined {
  if (!(error instanceof RefusedError)) return undefined;
  if (error.code === 'key-cooling') return 'cooling';
  return error.code === 'signature-invalid' || error.code === 'signature-key-unknown' ? 'unknown' : undefined;
}

const ownOf = (key: StoredKey): OwnKey => ({
  name: key.name,
  keyId: key.keyId,
  encryptionKeyId: key.encryption?.keyId,
  isBridged: false,
  way: wayOf(key),
});
