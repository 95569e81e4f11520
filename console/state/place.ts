import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { openSession, type Session } from '#client/exchange.ts';
import type { ProviderDocument } from '#client/provider.ts';
import type { RouteCall } from '#client/route-call.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Confirming } from '../keys/confirming.ts';
import { KeyError } from '../keys/errors.ts';
import type { Lock } from '../keys/lock.ts';
import { type CallSigner, guarded } from '../keys/signer.ts';
import type { Connection } from './connection.ts';

/** What a page has open for somebody with a key, whatever it is for: their session, and what waits for their signature. */
export interface Place {
  session: Session;
  provider: ProviderDocument;
  /** In force, as the provider publishes it; undefined where this version cannot read it. */
  policy: Policy | undefined;
  connection: Signal<Connection>;
  /** A call that somebody is to confirm: what the sign sheet shows. */
  toSign: Signal<ToSign | undefined>;
  /** What was signed last covers nothing more: see `Covers`. */
  endSigned: () => void;
}

/** A call that will be sent as it is, once it is signed. */
export interface ToSign {
  call: RouteCall;
  /** Signs and sends it: what `call` says here, or nothing. */
  sign: () => void;
  /** Nothing is signed. */
  leave: () => void;
}

/** Somebody looked at what was to be signed, and signed nothing. */
export class NotSigned extends Error {
  override name = 'NotSigned';
}

/** What a place is opened with. */
export interface Opening {
  /** The page's own origin. */
  url: string;
  key: CallSigner;
  lock: Lock;
  confirming: Confirming;
  /** A person compared its keys: answers under another are not believed. */
  provider: ProviderDocument;
  /** How long a signature is good: a person at another terminal reads first. */
  lifetimeSeconds: number;
}

export async function openPlace({
  url,
  key,
  lock,
  confirming,
  provider,
  lifetimeSeconds,
}: Opening): Promise<Place> {
  const toSign = signal<ToSign | undefined>(undefined);
  const guard = guarded(key, lock, confirming);
  const confirm = async (call: RouteCall) => {
    const confirmed = guard.confirm(call);
    const token = confirming.open()?.token;
    if (token !== undefined && toSign.peek() === undefined) {
      const shown = { ...call };
      toSign.value = {
        call: shown,
        sign: () =>
          void confirming.give({ ...contentOf(shown, url), token }).catch(() => confirming.refuse()),
        leave: () => confirming.refuse(),
      };
    }
    try {
      await confirmed;
    } catch (error) {
      throw error instanceof KeyError && error.code === 'not-confirmed' ? new NotSigned() : error;
    } finally {
      if (confirming.open() === undefined) toSign.value = undefined;
    }
  };
  // The keys are those that were compared, and no others are asked for.
  const opened = await openSession({ url, ...guard, confirm }, provider);
  const { refreshKeys: _, ...rest } = opened;
  // What is under way when the page is locked ends.
  const session = { ...rest, lifetimeSeconds, signal: lock.signal() };
  return {
    session,
    provider,
    policy: policySchema.safeParse(provider.policy).data,
    connection: signal({ is: 'well' }),
    toSign,
    endSigned: confirming.end,
  };
}

/** What a call sends, as the confirmation compares it. */
function contentOf({ method, target, body, document }: RouteCall, providerUrl: string) {
  const url = new URL(target, providerUrl).href;
  const content =
    document ??
    (body === undefined ? undefined : { type: 'application/json', bytes: new TextEncoder().encode(body) });
  return content === undefined ? { method, url } : { method, url, content };
}

export const PlaceContext = createContext<Place | undefined>(undefined);

/** The place that a view stands in, of whichever page. */
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === undefined) throw new Error('this view stands outside of a place');
  return place;
}
