import { type KeyAnswer, type SignRefusal, signCall } from '#client/bridge/protocol.ts';
import { printable } from '#client/printable.ts';
import type { RouteCall } from '#client/route-call.ts';
import { SignatureError } from '#core/signature/errors.ts';
import type { PublicJwk } from '#core/signature/keys.ts';
import { type Signer, signRequest } from '#core/signature/sign.ts';
import { errorText } from '../error-text.ts';
import { CommandError } from '../errors.ts';
import { type Called, calledBy } from './called.ts';
import type { LoopbackAnswer, LoopbackRoute } from './loopback.ts';

/**
 * What the bridge answers: whose key it has, and signatures. It signs what reads and tells it in a line; what changes
 * something it shows to the person, and signs after a yes. One call at a time, since there is one person and one terminal.
 */
export interface Bridging {
  /** `https://host[:port]`: the profile's provider. */
  url: string;
  signer: Signer;
  publicJwk: PublicJwk;
  /** Shows a call and asks. Undefined where nobody is at a terminal: then nothing is signed that changes something. */
  ask: ((call: RouteCall, over: AbortSignal) => Promise<void>) | undefined;
  /** Whether what reads is asked about too. */
  asksAll: boolean;
  tell: (line: string) => void;
  /** Ends the bridge: the person broke off. */
  stop: () => void;
  /** Unix milliseconds. */
  now?: () => number;
}

export function bridgeRoutes(bridging: Bridging): Record<string, LoopbackRoute> {
  const { signer, publicJwk } = bridging;
  const key: KeyAnswer = { publicJwk: { ...publicJwk }, keyId: signer.keyId, alg: signer.alg };
  let last: Promise<unknown> = Promise.resolve();
  return {
    'GET /key': async () => ({ status: 200, json: key }),
    'POST /sign': async (body, gone) => {
      const { url, now = Date.now } = bridging;
      const { data } = signCall.safeParse(body);
      const called = data === undefined ? 'not-a-call' : calledBy(data, url, now());
      if (typeof called === 'string') return refused(called, bridging);
      const leftMs = Math.max(0, called.toSign.expires * 1000 - now());
      const over = AbortSignal.any([gone, AbortSignal.timeout(leftMs)]);
      const answered = last.then(() => sign(called, over, bridging));
      // The next call waits for this one, however it ends.
      last = answered.catch(() => undefined);
      return answered;
    },
  };
}

/** @param over is aborted when nobody waits for the signature any more, or when it would have ended */
async function sign(
  { toShow, toSign }: Called,
  over: AbortSignal,
  bridging: Bridging,
): Promise<LoopbackAnswer> {
  const { signer, tell } = bridging;
  try {
    over.throwIfAborted();
    const reads = toShow.method === 'GET' && !bridging.asksAll;
    if (!reads && bridging.ask === undefined) return refused('not-attended', bridging);
    if (!reads) await bridging.ask?.(toShow, over);
    const fields = await signRequest(toSign, signer, toSign);
    over.throwIfAborted();
    tell(`Signed ${toShow.method} ${printable(toShow.target)}`);
    return { status: 200, json: fields };
  } catch (error) {
    if (over.aborted) return refused('expired', bridging);
    if (error instanceof SignatureError && error.code !== 'signature-invalid')
      return refused('not-a-call', bridging);
    if (isCommandError(error, 'interrupted')) bridging.stop();
    if (isCommandError(error, 'interrupted') || isCommandError(error, 'not-confirmed'))
      return refused('not-confirmed', bridging);
    tell(printable(`error: ${errorText(error)?.message ?? 'the key could not be used'}`));
    return refused('signer-failed', bridging);
  }
}

const isCommandError = (error: unknown, code: CommandError['code']) =>
  error instanceof CommandError && error.code === code;

const refusalLines: Record<SignRefusal, string> = {
  'not-a-call': 'Not signed: this is no call of the provider’s API, or of another time.',
  'other-provider': 'Not signed: this call goes to another provider than the profile’s.',
  'not-confirmed': 'Not signed.',
  'not-attended': 'Not signed: this changes something, and nobody is at this terminal to read it.',
  expired: 'Not signed: the page no longer waits for it, or its time is over.',
  'signer-failed': 'Not signed: the key could not be used.',
};

function refused(error: SignRefusal, { tell }: Pick<Bridging, 'tell'>): LoopbackAnswer {
  tell(refusalLines[error]);
  return { status: 403, json: { error } };
}
