import type { RouteCall } from '#client/route-call.ts';
import { sameBytes, toBase64url, utf8 } from '#core/bytes.ts';
import { type CallToSign, contentDigest } from '#core/signature/sign.ts';
import { KeyError } from './errors.ts';

/**
 * Each call that changes something is confirmed on its own. The sign sheet shows one call, and gives back what it showed;
 * the signer signs those bytes once, and no others. So a fault of the page cannot have one call shown and another signed,
 * and no key press signs two.
 */
export interface Shown {
  method: RouteCall['method'];
  /** With its query. */
  url: string;
  content?: { type: string; bytes: Uint8Array };
  /** Of this one confirmation. */
  token: string;
}

export interface Confirming {
  /** The call that waits for its confirmation. */
  open(): Shown | undefined;
  /** @returns what ends it */
  onChange(listener: () => void): () => void;
  /** For `Session.confirm`. @throws KeyError confirmation-open, not-confirmed, other-bytes */
  confirm(call: RouteCall): Promise<void>;
  /** The sheet says yes to what it showed. @throws KeyError not-confirmed, other-bytes: then nothing is signed */
  give(shown: Shown): Promise<void>;
  /** The sheet says no. */
  refuse(): void;
  /** Uses the confirmation of a call up, unless it `covers` itself. @throws KeyError not-confirmed, other-bytes */
  take(call: CallToSign): Promise<void>;
  /** What was confirmed covers nothing more: what it was confirmed for is done. */
  end(): void;
  /** Drops all: when the page is locked. */
  clear(): void;
}

/**
 * Whether a call belongs to one that a person confirmed, so that nobody is asked again: the pages of one collection, each of
 * which is asked for until the log has caught up. Of the very same object: whether it may be signed again.
 */
export type Covers = (confirmed: RouteCall, call: RouteCall) => boolean;

interface Open {
  call: RouteCall;
  shown: Shown;
  yes: () => void;
  no: (error: KeyError) => void;
}

/** @param providerUrl `https://host[:port]`, as the session has it */
export function startConfirming(providerUrl: string, covers: Covers = () => false): Confirming {
  let open: Open | undefined;
  /** The digest of the call that was confirmed and is not signed yet. */
  let given: string | undefined;
  /** The call that was confirmed, and covers others. */
  let standing: RouteCall | undefined;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const end = (settle: (ended: Open) => void) => {
    const ended = open;
    if (ended === undefined) return;
    open = undefined;
    settle(ended);
    changed();
  };
  const refuse = () => end(({ no }) => no(new KeyError('not-confirmed')));
  return {
    open: () => open?.shown && copyOf(open.shown),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    confirm: async (call) => {
      if (open !== undefined) throw new KeyError('confirmation-open');
      const kept = { ...call };
      given = undefined;
      if (standing !== undefined && covers(standing, kept)) {
        given = await digestOfShown(shownOf(kept, providerUrl));
        return;
      }
      standing = undefined;
      await new Promise<void>((yes, no) => {
        open = { call: kept, shown: shownOf(kept, providerUrl), yes, no };
        changed();
      });
    },
    give: async (shown) => {
      const asked = open;
      if (asked === undefined || shown.token !== asked.shown.token) throw new KeyError('not-confirmed');
      const [was, is] = await Promise.all([digestOfShown(shown), digestOfShown(asked.shown)]);
      // It may have been refused, or the page locked, meanwhile.
      if (open !== asked) throw new KeyError('not-confirmed');
      if (was !== is) {
        const error = new KeyError('other-bytes');
        end(({ no }) => no(error));
        throw error;
      }
      given = is;
      if (covers(asked.call, asked.call)) standing = asked.call;
      end(({ yes }) => yes());
    },
    refuse,
    take: async (call) => {
      const digest = await digestOfCall(call);
      const confirmed = given;
      if (standing === undefined) given = undefined;
      if (confirmed === undefined) throw new KeyError('not-confirmed');
      if (confirmed !== digest) throw new KeyError('other-bytes');
    },
    end: () => {
      given = undefined;
      standing = undefined;
    },
    clear: () => {
      given = undefined;
      standing = undefined;
      refuse();
    },
  };
}

/** A copy: what is shown does not change with what the caller has. */
function shownOf({ method, target, body, document }: RouteCall, providerUrl: string): Shown {
  const content =
    document ?? (body === undefined ? undefined : { type: 'application/json', bytes: utf8(body) });
  const token = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const shown = { method, url: new URL(target, providerUrl).href, token };
  return copyOf(content === undefined ? shown : { ...shown, content });
}

function copyOf({ content, ...shown }: Shown): Shown {
  return content === undefined
    ? { ...shown }
    : { ...shown, content: { type: content.type, bytes: new Uint8Array(content.bytes) } };
}

function digestOfShown({ method, url, content }: Shown): Promise<string> {
  const { host, pathname, search } = new URL(url);
  return digest([method, host, pathname, search], content?.type, content?.bytes);
}

function digestOfCall({ method, authority, path, query, contentType, body }: CallToSign): Promise<string> {
  return digest([method, authority, path, query], contentType, body);
}

/** Over all that a signature covers of a call. */
async function digest(
  target: string[],
  type: string | undefined,
  bytes: Uint8Array | undefined,
): Promise<string> {
  const body = bytes === undefined ? 'none' : await contentDigest(bytes);
  return contentDigest(utf8(JSON.stringify([...target, type ?? '', body])));
}

/** The JSON of a call as it is signed; undefined for a document. */
export function jsonShown({ content }: Shown): string | undefined {
  if (content?.type !== 'application/json') return undefined;
  const text = new TextDecoder('utf-8', { fatal: true }).decode(content.bytes);
  return sameBytes(utf8(text), content.bytes) ? text : undefined;
}
