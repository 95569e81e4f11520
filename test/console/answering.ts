import type { Signer } from '#core/signature/sign.ts';
import { signAnswer } from '#core/signature/sign.ts';
import type { Answer as HttpAnswer, Asked as HttpAsked } from '#dev/cloud/relay.ts';
import { head, wholeBody } from '#dev/cloud/relay.ts';
import type { Answer } from '#functions/middleware/event.ts';
import { type DeskFaults, type Fault, forged } from './faults.ts';
import type { Call } from './gateway-event.ts';

/** A call that arrived, and how it was answered: 0 where no answer left. */
export interface Seen {
  method: string;
  /** Path and query. */
  target: string;
  status: number;
  /** What was sent, of a call that has a body. */
  body: string;
}

export interface Answering {
  authority: string;
  faults: DeskFaults;
  seen: Seen[];
  /** Somebody who signs with a key that the provider does not publish. */
  stranger: Signer;
  /** The provider's own, as of now. */
  signer(): Signer;
  now(): string;
  /** @returns undefined where there is no such route */
  answer(call: Call): Promise<Answer | undefined>;
}

/** Answers HTTP calls as API Gateway would, with what is said to befall them. */
export function answering(ports: Answering): (from: HttpAsked, to: HttpAnswer) => void {
  return (from, to) => {
    serve(ports, from, to).catch((error: unknown) => {
      console.error('the desk failed', error);
      to.destroy();
    });
  };
}

async function serve(ports: Answering, from: HttpAsked, to: HttpAnswer): Promise<void> {
  const call = await read(ports, from);
  const [path = '/'] = call.target.split('?', 1);
  const line: Seen = {
    method: call.method,
    target: call.target,
    status: 0,
    body: Buffer.from(call.body).toString('utf8'),
  };
  ports.seen.push(line);
  const befalling = ports.faults.of({ method: call.method, path, target: call.target });
  for (const each of befalling) if (typeof each !== 'string') await each;
  const has = (fault: Fault) => befalling.includes(fault);
  if (has('offline')) return cut(to);
  if (has('unavailable')) return write(to, gatewaysOwn(503, 'Service Unavailable'), line);
  const answer = (await ports.answer(call)) ?? gatewaysOwn(403, 'Missing Authentication Token');
  if (has('connection-lost')) return cut(to);
  if (has('answer-lost')) return begin(to, answer);
  write(to, await disturbed(ports, call, answer, has), line);
}

async function disturbed(
  ports: Answering,
  call: Call,
  answer: Answer,
  has: (fault: Fault) => boolean,
): Promise<Answer> {
  const { body, headers = {} } = answer;
  if (has('unsigned')) {
    const { signature: _, 'signature-input': __, 'content-digest': ___, ...rest } = headers;
    return { ...answer, headers: rest };
  }
  // Where nothing is named, a space is added: it means nothing, and it was not signed.
  if (has('changed'))
    return { ...answer, body: `${body.replaceAll('"reference":"', `"reference":"${forged}`)} ` };
  if (has('page-unknown')) {
    const lost = { ...answer, body: body.replace(/"next":"[^"]+"/, '"next":"AAAA"') };
    return signedBy(ports.signer(), ports, call, lost);
  }
  return has('signed-by-stranger') ? signedBy(ports.stranger, ports, call, answer) : answer;
}

async function signedBy(signer: Signer, { now }: Answering, call: Call, answer: Answer): Promise<Answer> {
  const created = Math.floor(Date.parse(now()) / 1000);
  const fields = await signAnswer(
    {
      status: answer.statusCode,
      contentType: String(answer.headers?.['content-type'] ?? ''),
      body: bytesOf(answer),
      requestSignature: call.headers.find(([name]) => name === 'signature')?.[1] ?? '',
    },
    signer,
    { created, expires: created + 300 },
  );
  return { ...answer, headers: { ...answer.headers, ...fields } };
}

/** As API Gateway says what never reaches a function. */
function gatewaysOwn(statusCode: number, message: string): Answer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

async function read({ authority }: Answering, from: HttpAsked): Promise<Call> {
  const body = (await wholeBody(from)) ?? new Uint8Array();
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < from.rawHeaders.length; i += 2) {
    const name = (from.rawHeaders[i] ?? '').toLowerCase();
    if (!name.startsWith(':')) headers.push([name, from.rawHeaders[i + 1] ?? '']);
  }
  return { method: from.method ?? 'GET', authority, target: from.url ?? '/', headers, body };
}

const bytesOf = ({ body, isBase64Encoded }: Answer) =>
  Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');

function write(to: HttpAnswer, answer: Answer, line: Seen): void {
  line.status = answer.statusCode;
  const fields = Object.entries(answer.headers ?? {}).flatMap(([name, value]) => [name, String(value)]);
  head(to, answer.statusCode, fields);
  to.end(bytesOf(answer));
}

/** The connection breaks off, whichever version of HTTP it speaks. */
function cut(to: HttpAnswer): void {
  if ('stream' in to) to.stream.session?.destroy();
  to.destroy();
}

/** The answer begins, and the connection breaks off within it: no browser asks again by itself then. */
function begin(to: HttpAnswer, answer: Answer): void {
  const bytes = bytesOf(answer);
  const type = String(answer.headers?.['content-type'] ?? '');
  head(to, answer.statusCode, ['content-type', type, 'content-length', String(bytes.length + 1)]);
  const broken = () => cut(to);
  if ('stream' in to) to.stream.write(bytes, broken);
  else to.write(bytes, broken);
}
