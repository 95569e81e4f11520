import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { openSession, type Session } from '#client/exchange.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import type { RouteCall } from '#client/route-call.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Signer } from '#core/signature/sign.ts';
import type { Connection } from './connection.ts';
import { type CaseLines, caseLines } from './lines.ts';

/** The desk as one reviewer has it open: their key, their session with the provider, and what was fetched so far. */
export interface Desk {
  session: Session;
  provider: ProviderDocument;
  /** In force, as the provider publishes it; undefined where this version cannot read it. */
  policy: Policy | undefined;
  /** The reviewer's own pseudonym, as decisions name it; known with the first list. */
  me: Signal<string | undefined>;
  connection: Signal<Connection>;
  /** A call that somebody is to confirm: what the sign sheet shows. */
  toSign: Signal<ToSign | undefined>;
  lines: CaseLines;
}

/** A call that will be sent as it is, once it is signed. */
export interface ToSign {
  call: RouteCall;
  /** Signs and sends it. */
  sign: () => void;
  /** Nothing is signed. */
  leave: () => void;
}

/** The reviewer looked at what was to be signed, and signed nothing. */
export class NotSigned extends Error {
  override name = 'NotSigned';
}

/**
 * Opens the desk at the page's own origin.
 *
 * @throws ExchangeError as `fetchProvider`
 */
export async function openDesk(signer: Signer, url: string): Promise<Desk> {
  const provider = await fetchProvider(url);
  const toSign = signal<ToSign | undefined>(undefined);
  const confirm = (call: RouteCall) => {
    // One at a time: what waits to be signed is what is on the screen.
    if (toSign.peek() !== undefined) return Promise.reject(new NotSigned());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (then: () => void) => () => {
      toSign.value = undefined;
      then();
    };
    // What was shown is what is sent.
    Object.freeze(call);
    toSign.value = { call, sign: end(resolve), leave: end(() => reject(new NotSigned())) };
    return promise;
  };
  const session = await openSession({ url, signer, confirm }, provider);
  const desk: Omit<Desk, 'lines'> = {
    session,
    provider,
    policy: policySchema.safeParse(provider.policy).data,
    me: signal(undefined),
    connection: signal({ is: 'well' }),
    toSign,
  };
  return { ...desk, lines: caseLines(desk) };
}

export const DeskContext = createContext<Desk | undefined>(undefined);

/** The desk that a view stands in. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error('this view stands outside of a desk');
  return desk;
}
