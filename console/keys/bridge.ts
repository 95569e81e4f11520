import type { z } from 'zod';
import { loopbackUrl, type Pairing } from '#client/bridge/pairing.ts';
import {
  enrolCall,
  keyAnswer,
  pairAnswer,
  refusalAnswer,
  type SignCall,
  signAnswer,
} from '#client/bridge/protocol.ts';
import { bodyWithin, plainFetch } from '#core/answer-body.ts';
import { toBase64url } from '#core/bytes.ts';
import { parseJson } from '#core/json.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { type CallToSign, signRequest } from '#core/signature/sign.ts';
import { parseDictionary } from '#core/signature/structured.ts';
import { verifySignature } from '#core/signature/verify.ts';
import { KeyError } from './errors.ts';
import type { CallSigner } from './signer.ts';

/** The page's side of a pairing: with `writ bridge`, whose key then signs, or with a command that enrols this page's key. */
export interface Paired {
  port: number;
  /** The secret of the session, which took the place of the link's. It is for the memory of the page. */
  session: string;
}

/** As `fetch`: a function of the page's, or of a test's. */
export type Fetching = typeof fetch;

const mostAnswerBytes = 64 * 1024;

/** Uses the link up. @throws KeyError bridge-unreachable, bridge-refused, bridge-malformed */
export async function pairWith({ port, secret }: Pairing, send: Fetching = fetch): Promise<Paired> {
  const { session } = await call({ port, session: secret }, send, 'POST /pair', pairAnswer);
  return { port, session };
}

/** The key behind the bridge. @throws KeyError as `pairWith` */
export async function bridgedKey(paired: Paired, send: Fetching = fetch): Promise<CallSigner> {
  const { publicJwk } = await call(paired, send, 'GET /key', keyAnswer);
  const key = importPublicKey(publicJwk);
  const { alg, thumbprint: keyId } = key;
  return {
    keyId,
    alg,
    // The fields are written here. Of the bridge comes the signature alone, which has to hold over them.
    signCall: (asked) => {
      const sign = async (base: Uint8Array) => {
        const signature = signatureOf(await call(paired, send, 'POST /sign', signAnswer, written(asked)));
        const claims = {
          label: '',
          created: asked.created,
          expires: asked.expires,
          alg,
          keyId,
          base,
          signature,
        };
        if (!verifySignature(claims, key)) throw new KeyError('bridge-other-signature');
        return signature;
      };
      return signRequest(asked, { keyId, alg, sign }, asked);
    },
  };
}

/** Hands this page's public key to a command on this machine, which enrols it. @throws KeyError as `pairWith` */
export async function handOverKey(
  paired: Paired,
  given: z.infer<typeof enrolCall>,
  send: Fetching = fetch,
): Promise<void> {
  await call(paired, send, 'POST /enrol', refusalAnswer.partial().loose(), enrolCall.parse(given));
}

function written({ method, authority, path, query, body, contentType, ...statement }: CallToSign): SignCall {
  if (method !== 'GET' && method !== 'POST') throw new KeyError('bytes-refused');
  const { created, expires, nonce } = statement;
  return {
    method,
    url: `https://${authority}${path}${query}`,
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { body: toBase64url(body) }),
    created,
    expires,
    nonce,
  };
}

function signatureOf({ signature }: z.infer<typeof signAnswer>): Uint8Array {
  const member = parseDictionary(signature)?.[0]?.[1];
  if (member?.kind !== 'item' || member.value.type !== 'bytes') throw new KeyError('bridge-malformed');
  return member.value.value;
}

async function call<S extends z.ZodType>(
  { port, session }: Paired,
  send: Fetching,
  route: 'POST /pair' | 'GET /key' | 'POST /sign' | 'POST /enrol',
  schema: S,
  body?: unknown,
): Promise<z.infer<S>> {
  const [method = '', path = ''] = route.split(' ');
  let answer: Response;
  let json: unknown;
  try {
    answer = await send(`${loopbackUrl(port)}${path}`, {
      method,
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      ...plainFetch,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    json = parseJson(await bodyWithin(answer, mostAnswerBytes));
  } catch (cause) {
    throw new KeyError('bridge-unreachable', { cause });
  }
  if (!answer.ok) {
    const refusal = refusalAnswer.safeParse(json).data;
    throw new KeyError(refusal === undefined ? 'bridge-malformed' : 'bridge-refused', {
      why: refusal?.error,
    });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new KeyError('bridge-malformed', { cause: parsed.error });
  return parsed.data;
}
