/** How the gate speaks with the emulator behind it: passes a call on, repeats one as the administrator, asks. */
import type { Emulator } from '#dev/cloud/emulator.ts';
import type { Facts } from '#dev/cloud/gate/call.ts';
import type { KmsLag } from '#dev/cloud/gate/lag.ts';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import { type Answer, forwardable, head, type Upstream, wholeBody } from '#dev/cloud/relay.ts';

/** The emulator, once the gate is open. */
export interface Behind {
  readonly emulator: Emulator;
  readonly to: Upstream;
  /** What KMS does not know yet. */
  readonly lag: KmsLag;
}

/** A KMS call as it came in. */
export interface Incoming {
  readonly method: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** As KMS names it, for example `Decrypt`. */
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly request: KmsRequest;
}

export interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Passes a call on as it came. */
export function passOn({ to }: Behind, { method, rawHeaders, body }: Incoming): Promise<Reply> {
  return send(to, method, rawHeaders, body);
}

/** Makes a call with the administrator's signature. */
export function asAdministrator(
  { emulator, to }: Behind,
  region: string,
  operation: string,
  body: Buffer,
): Promise<Reply> {
  const headers = signed(
    {
      host: new URL(emulator.endpoint).host,
      service: 'kms',
      region,
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation}`,
      },
    },
    emulator.credentials,
  );
  return send(to, 'POST', Object.entries(headers).flat(), body);
}

/** Asks the emulator who calls, and what KMS knows of the key. Nothing in the answer proves who calls. */
export async function factsOf(
  { emulator, to, lag }: Behind,
  { accessKeyId, region, request }: Incoming,
  key: { keyId?: string | undefined; ciphertext?: string | undefined; grantToken?: string | undefined },
): Promise<Facts> {
  const question = Buffer.from(JSON.stringify({ accessKeyId, region, ...key }));
  const headers = ['host', 'localhost', 'x-writ-token', emulator.gateToken];
  const answer = await send(to, 'POST', headers, question, '/_writ/kms');
  if (answer.status !== 200)
    throw new Error(`The emulator did not tell the gate about a call: ${answer.status}`);
  const { GrantTokens = [], GrantToken = '' } = request;
  return lag.seen(JSON.parse(answer.body.toString('utf8')) as Facts, [...GrantTokens, GrantToken]);
}

/** A refusal by policy, after the signature was verified, of the caller and operation that we decided about. */
export function deniedTo(arn: string, operation: string, reply: Reply): boolean {
  return (
    (reply.status === 403 || reply.status === 400) &&
    /AccessDenied/.test(errorOf(reply)?.type ?? '') &&
    reply.body.includes(`User: ${arn} is not authorized to perform: kms:${operation} `)
  );
}

/** What an answer that is an error says. */
export function errorOf({ status, body }: Reply): { type: string; message: string } | undefined {
  if (status < 400) return undefined;
  try {
    const { __type, message, Message } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    // Some services put their namespace before it.
    return { type: String(__type).split('#').at(-1) ?? '', message: String(message ?? Message ?? '') };
  } catch {
    return { type: String(status), message: '' };
  }
}

export function refusal(status: number, type: string, message: string): Reply {
  return {
    status,
    headers: ['content-type', 'application/x-amz-json-1.1', 'x-amzn-errortype', type],
    body: Buffer.from(JSON.stringify({ __type: type, Message: message, message })),
  };
}

export function give(answer: Answer, { status, headers, body }: Reply): void {
  head(answer, status, framed(headers, body));
  answer.end(body);
}

function send(
  to: Upstream,
  method: string,
  headers: readonly string[],
  body: Buffer,
  path = '/',
): Promise<Reply> {
  return new Promise((done, fail) => {
    const onward = to.send({ method, path, headers: framed(forwardable(headers), body) });
    onward.on('error', fail);
    onward.on('response', (back) => {
      wholeBody(back).then(
        (content) =>
          done({
            status: back.statusCode ?? 502,
            headers: back.rawHeaders,
            body: content ?? Buffer.alloc(0),
          }),
        fail,
      );
    });
    onward.end(body);
  });
}

/** The same headers with the length of the body said once. */
function framed(headers: readonly string[], body: Buffer): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name)) {
      kept.push(name, headers[i + 1] as string);
    }
  }
  return [...kept, 'content-length', String(body.length)];
}
