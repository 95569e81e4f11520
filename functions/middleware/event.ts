import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Call } from '#core/gateway/call.ts';
import type { Problem } from '#core/problem.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';

/** Who called, proven by their signature. */
export interface Caller {
  key: KeyRecord;
  /** The message as it arrived: a reviewer's is kept with the decision. */
  message: Message;
}

/** What middlewares add to the event on its way to the handler, and on the way back. */
export interface Arrived extends APIGatewayProxyEvent {
  /** The one reading of the clock for this call, ISO 8601 UTC. */
  at: string;
  /** The enrolled key that the message names. Anybody can name one: proof is `proven`. */
  named?: KeyRecord;
  /** Once the signature is verified: its nonce, and the `Signature` field that the answer's signature covers. */
  proven?: { nonce: string; signature: string };
  /** What the call was refused with. */
  problem?: Problem;
}

export type Signed<Input = undefined> = Arrived & { caller: Caller; input: Input };

export type Answer = APIGatewayProxyResult;

/** What an act of core sees of a call. `id`: the one thing that its path names. */
export function callOf<Input>({ caller, at, pathParameters, input }: Signed<Input>): Call<Input> {
  const { id, keyid, person } = pathParameters ?? {};
  return { caller, at, id: id ?? keyid ?? person ?? '', input };
}

/** A page of anybody's may read it. */
export const anybody = { 'access-control-allow-origin': '*' };

/** Bytes as they are. A browser that comes by them shows none of them. */
export function bytes(value: Uint8Array): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' },
    body: Buffer.from(value).toString('base64'),
    isBase64Encoded: true,
  };
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}
