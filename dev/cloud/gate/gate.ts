/**
 * The KMS gate: stands before the emulator and gives KMS calls the decision that AWS would give them.
 *
 * The emulator stores grants but does not follow them, does not know the `kms:` condition keys, and lets the
 * account's root do everything, explicit denies notwithstanding. So each KMS call on a key is decided here first
 * (`decide.ts`). A call refused here never reaches the emulator. A call allowed here is passed on as it came, and
 * the emulator checks its signature; only if it then refuses the very caller we decided about, for lack of a
 * permission it does not understand, is the call repeated with the administrator's signature. Nobody gets through
 * without both: a verified signature and our decision. Every other service passes untouched.
 */
import type { Emulator } from '#dev/cloud/emulator.ts';
import { type Facts, type KmsRequest, type KnownFacts, readCall } from '#dev/cloud/gate/call.ts';
import { decide, type Verdict } from '#dev/cloud/gate/decide.ts';
import { statementsOf } from '#dev/cloud/gate/policy.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import {
  type Answer,
  type Asked,
  forwardable,
  head,
  listen,
  relay,
  type Upstream,
  upstream,
  wholeBody,
} from '#dev/cloud/relay.ts';

export interface Gate {
  readonly endpoint: string;
  /** Opens the gate before an emulator. Until then it takes no connection. */
  open(emulator: Emulator, ca: Buffer, tls: { cert: Buffer; key: Buffer }): void;
  close(): Promise<void>;
}

/** Operations on no one key: policies alone decide, and the emulator follows those. */
const KEYLESS = new Set([
  'CreateKey',
  'ListKeys',
  'ListAliases',
  'GenerateRandom',
  'CreateAlias',
  'DeleteAlias',
  'UpdateAlias',
]);

/** KMS takes requests of a few kilobytes; this is far more. */
const LARGEST_CALL = 1 << 20;

export async function startGate(): Promise<Gate> {
  let behind: { emulator: Emulator; to: Upstream } | undefined;
  const server = await listen({ host: '127.0.0.1', port: 0 }, (request, answer) => {
    if (behind === undefined) return void answer.destroy();
    const { emulator, to } = behind;
    if (!isKms(request)) return relay(to, request, answer);
    gated(emulator, to, request, answer).catch((error: unknown) => {
      console.error('gate:', error);
      if (answer.headersSent) answer.destroy();
      else refuse(answer, 500, 'KMSInternalException', 'The KMS gate failed; see its log.');
    });
  });
  return {
    endpoint: `https://127.0.0.1:${server.port}`,
    open: (emulator, ca, tls) => {
      behind = { emulator, to: upstream(emulator.endpoint, ca) };
      server.secure(tls);
    },
    close: async () => {
      await server.close();
      behind?.to.close();
    },
  };
}

function isKms(request: Asked): boolean {
  const target = String(request.headers['x-amz-target'] ?? '');
  return /trentservice/i.test(target) || /\/kms\/aws4_request/i.test(request.headers.authorization ?? '');
}

async function gated(emulator: Emulator, to: Upstream, request: Asked, answer: Answer) {
  const body = await wholeBody(request, LARGEST_CALL);
  if (body === undefined) return refuse(answer, 413, 'ValidationException', 'The request is too large.');
  const operation =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const credential = /Credential=([^/,]+)\/\d{8}\/([^/]+)\/kms\//.exec(request.headers.authorization ?? '');
  const call = parse(body);
  // What the gate cannot read, the emulator shall not either: it takes compressed bodies and other scopes.
  if (call === undefined) return refuse(answer, 400, 'SerializationException', 'The request is not JSON.');
  if (credential === null) {
    return refuse(
      answer,
      400,
      'IncompleteSignatureException',
      'The request is not signed in its header for kms.',
    );
  }
  if (KEYLESS.has(operation)) return relay(to, request, answer, { body });
  const [, accessKeyId = '', region = ''] = credential;
  const facts = await ask(emulator, to, {
    accessKeyId,
    region,
    ...(call.KeyId === undefined ? {} : { keyId: call.KeyId }),
    ...(call.CiphertextBlob === undefined ? {} : { ciphertext: call.CiphertextBlob }),
    ...(call.GrantToken === undefined ? {} : { grantToken: call.GrantToken }),
  });
  // An unknown caller or key: the emulator has the right words for it, and nothing to give away.
  if (facts.principal === null || facts.key === null) return relay(to, request, answer, { body });

  const verdict = judge(operation, call, { ...facts, principal: facts.principal, key: facts.key });
  if (!verdict.allowed) {
    const { arn } = facts.principal;
    return refuse(
      answer,
      400,
      'AccessDeniedException',
      `User: ${arn} is not authorized to perform: kms:${operation} on resource: ${facts.key.arn} because of ${verdict.reason}`,
    );
  }

  const first = await send(to, request.method ?? 'POST', request.rawHeaders, body);
  if (!deniedTo(facts.principal.arn, operation, first)) return give(answer, first);
  const target = String(request.headers['x-amz-target']);
  const again = signed(
    {
      host: new URL(emulator.endpoint).host,
      service: 'kms',
      region,
      body,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    },
    emulator.credentials,
  );
  give(answer, await send(to, 'POST', Object.entries(again).flat(), body));
}

function judge(operation: string, request: KmsRequest, facts: KnownFacts & Facts): Verdict {
  return decide(readCall(operation, request, facts), {
    keyPolicy: facts.key.policy === null ? [] : statementsOf(facts.key.policy),
    identityPolicies: facts.principal.identityPolicies ?? undefined,
    limits: facts.principal.limits,
    grants: facts.grants,
  });
}

function parse(body: Buffer): KmsRequest | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as KmsRequest) : undefined;
  } catch {
    return undefined;
  }
}

interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A refusal by policy, after the signature was verified, of the caller and operation we decided about. */
function deniedTo(arn: string, operation: string, { status, body }: Reply): boolean {
  if (status !== 403 && status !== 400) return false;
  const text = body.toString('utf8');
  return (
    /"__type":\s*"[^"]*AccessDenied/.test(text) &&
    text.includes(`User: ${arn} is not authorized to perform: kms:${operation} `)
  );
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

function give(answer: Answer, { status, headers, body }: Reply): void {
  head(answer, status, framed(headers, body));
  answer.end(body);
}

function refuse(answer: Answer, status: number, type: string, message: string): void {
  head(answer, status, ['content-type', 'application/x-amz-json-1.1', 'x-amzn-errortype', type]);
  answer.end(JSON.stringify({ __type: type, Message: message, message }));
}

async function ask(
  emulator: Emulator,
  to: Upstream,
  question: { accessKeyId: string; region: string; keyId?: string; ciphertext?: string; grantToken?: string },
): Promise<Facts> {
  const headers = ['host', 'localhost', 'x-writ-token', emulator.gateToken];
  const answer = await send(to, 'POST', headers, Buffer.from(JSON.stringify(question)), '/_writ/kms');
  if (answer.status !== 200)
    throw new Error(`The emulator did not tell the gate about a call: ${answer.status}`);
  return JSON.parse(answer.body.toString('utf8')) as Facts;
}
