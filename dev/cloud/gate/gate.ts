/**
 * The KMS gate: stands before the emulator and gives KMS calls the decision that AWS would give them.
 *
 * The emulator stores grants but does not follow them, does not know the `kms:` condition keys, and lets the
 * account's root do everything, explicit denies notwithstanding. So each KMS call on a key is decided here first
 * (`judge.ts`). A call refused here never reaches the emulator. A call allowed here is passed on as it came, and
 * the emulator checks its signature; only if it then refuses the very caller we decided about, for lack of a
 * permission it does not understand, is the call repeated with the administrator's signature. Nobody gets through
 * without both: a verified signature and our decision. Every other service passes untouched.
 */
import type { Emulator } from '#dev/cloud/emulator.ts';
import { callerOf, type KnownFacts, type Principal, readCall } from '#dev/cloud/gate/call.ts';
import type { Grant } from '#dev/cloud/gate/decide.ts';
import {
  asAdministrator,
  type Behind,
  deniedTo,
  errorOf,
  factsOf,
  give,
  type Incoming,
  passOn,
  type Reply,
  refusal,
} from '#dev/cloud/gate/emulated.ts';
import { createKeyRefusal, denial, policyRefusal } from '#dev/cloud/gate/judge.ts';
import { reEncrypt } from '#dev/cloud/gate/re-encrypt.ts';
import { parseRequest } from '#dev/cloud/gate/request.ts';
import { policyAsGivenBack } from '#dev/cloud/gate/reserialised.ts';
import { type Journal, kmsEvent, openJournal } from '#dev/cloud/journal.ts';
import { type Answer, type Asked, listen, relay, upstream, wholeBody } from '#dev/cloud/relay.ts';

export interface Gate {
  readonly endpoint: string;
  /** Opens the gate before an emulator. Until then it takes no connection. */
  open(emulator: Emulator, ca: Buffer, tls: { cert: Buffer; key: Buffer }): void;
  close(): Promise<void>;
}

/** Operations on no one key: policies alone decide, and the emulator follows those. */
const KEYLESS = new Set([
  'ListKeys',
  'ListAliases',
  'GenerateRandom',
  'CreateAlias',
  'DeleteAlias',
  'UpdateAlias',
]);

/** KMS takes requests of a few kilobytes; this is far more. */
const LARGEST_CALL = 1 << 20;

/** @param options.stateDir where the journal of KMS calls is written */
export async function startGate(options: { stateDir: string }): Promise<Gate> {
  const journal = openJournal(options.stateDir);
  let behind: Behind | undefined;
  const server = await listen({ host: '127.0.0.1', port: 0 }, (request, answer) => {
    if (behind === undefined) return void answer.destroy();
    if (!isKms(request)) return relay(behind.to, request, answer);
    gated(behind, journal, request, answer).catch((error: unknown) => {
      console.error('gate:', error);
      if (answer.headersSent) answer.destroy();
      else give(answer, refusal(500, 'KMSInternalException', 'The KMS gate failed; see its log.'));
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
      journal.close();
    },
  };
}

function isKms(request: Asked): boolean {
  const target = String(request.headers['x-amz-target'] ?? '');
  return /trentservice/i.test(target) || /\/kms\/aws4_request/i.test(request.headers.authorization ?? '');
}

async function gated(behind: Behind, journal: Journal, request: Asked, answer: Answer): Promise<void> {
  const body = await wholeBody(request, LARGEST_CALL);
  if (body === undefined)
    return give(answer, refusal(413, 'ValidationException', 'The request is too large.'));
  const call = incoming(request, body);
  if ('status' in call) return give(answer, call);
  if (KEYLESS.has(call.operation)) return relay(behind.to, request, answer, { body });
  const { reply, principal, keyArns } = await answered(behind, call);
  const error = errorOf(reply)?.type;
  // CloudTrail, too, knows nothing of callers whom AWS did not recognise.
  if (principal !== null && !(error !== undefined && UNRECOGNISED.test(error))) {
    journal.write(
      kmsEvent({
        operation: call.operation,
        caller: callerOf(principal),
        request: call.request,
        keyArns,
        error: error === 'AccessDeniedException' ? 'AccessDenied' : error,
      }),
    );
  }
  give(answer, reply);
}

const UNRECOGNISED = /Signature|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|MissingAuthentication/;

/** Reads a call. What the gate cannot read, the emulator shall not either: it takes other forms than we do. */
function incoming(request: Asked, body: Buffer): Incoming | Reply {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.split('.').at(-1) ?? '';
  const kms = parseRequest(body);
  if (kms === undefined) return refusal(400, 'SerializationException', 'The request is not JSON.');
  const credential = /Credential=([^/,]+)\/\d{8}\/([^/]+)\/kms\//.exec(request.headers.authorization ?? '');
  // Of two headers the emulator may read the other one: a call would be decided for one and made by another.
  const twice = ['authorization', 'x-amz-target'].some((name) => lines(request, name) > 1);
  if (credential === null || twice) {
    return refusal(
      400,
      'IncompleteSignatureException',
      'The request is not signed in its one Authorization header for kms.',
    );
  }
  const [, accessKeyId = '', region = ''] = credential;
  const { method = 'POST', rawHeaders } = request;
  return { method, rawHeaders, body, operation, region, accessKeyId, request: kms };
}

function lines(request: Asked, header: string): number {
  return request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === header).length;
}

interface Answered {
  readonly reply: Reply;
  readonly principal: Principal | null;
  readonly keyArns: readonly string[];
}

async function answered(behind: Behind, call: Incoming): Promise<Answered> {
  if (call.operation === 'ReEncrypt') {
    const { reply, source, destination } = await reEncrypt(behind, call);
    const keyArns = [source, destination].flatMap(({ key }) => (key === null ? [] : [key.arn]));
    return { reply, principal: source.principal, keyArns };
  }
  const creates = call.operation === 'CreateKey';
  const { KeyId: keyId, CiphertextBlob: ciphertext, GrantToken: grantToken } = call.request;
  const facts = await factsOf(behind, call, creates ? {} : { keyId, ciphertext, grantToken });
  const { principal, key } = facts;
  // An unknown caller or key: the emulator has the right words for it, and nothing to give away.
  if (principal === null) return { reply: await passOn(behind, call), principal, keyArns: [] };
  if (creates) {
    const refused = createKeyRefusal(call.request, principal, call.region);
    const reply = refused ?? (await passed(behind, call, principal.arn));
    return { reply, principal, keyArns: madeKey(reply) };
  }
  if (key === null) return { reply: await passOn(behind, call), principal, keyArns: [] };
  const refused = refusalOnKey(call, { ...facts, principal, key });
  const reply = refused ?? (await passed(behind, call, principal.arn));
  return { reply: policyAsGivenBack(call.operation, reply), principal, keyArns: [key.arn] };
}

function refusalOnKey(
  { operation, request }: Incoming,
  facts: KnownFacts & { grants: readonly Grant[] },
): Reply | undefined {
  return (
    denial(readCall(operation, request, facts), facts) ??
    (operation === 'PutKeyPolicy' ? policyRefusal(request, facts) : undefined)
  );
}

/** Passes on what we allow, and repeats it as the administrator if the emulator denies it to that caller. */
async function passed(behind: Behind, call: Incoming, arn: string): Promise<Reply> {
  const first = await passOn(behind, call);
  return deniedTo(arn, call.operation, first)
    ? asAdministrator(behind, call.region, call.operation, call.body)
    : first;
}

function madeKey(reply: Reply): string[] {
  if (reply.status !== 200) return [];
  const { KeyMetadata } = JSON.parse(reply.body.toString('utf8')) as { KeyMetadata?: { Arn?: string } };
  return KeyMetadata?.Arn === undefined ? [] : [KeyMetadata.Arn];
}
