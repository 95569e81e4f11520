/**
 * The front door: `https://localhost:<port>/v1/…`, as a custom domain with the base path `v1` would be.
 *
 * Clients sign the authority and path they call, so both go on as they came: the Host header, the path with its
 * escapes, the query, every header line and the bytes of the body. Only the emulator's own prefix is put before
 * the path. Like API Gateway it takes bodies of up to 10 MB.
 */
import {
  type Answer,
  type Asked,
  head,
  listenLocally,
  relay,
  upstream,
  wholeBody,
} from '#dev/cloud/relay.ts';

const LARGEST_BODY = 10 * 1024 * 1024;
const STAGE = '/v1/';
/** Where the domain's own address leads (lib/domain.ts). */
const HOME = '/v1/';

export interface FrontDoor {
  readonly url: string;
  readonly authority: string;
  close(): Promise<void>;
}

export async function startFrontDoor(options: {
  /** The emulator's own address. */
  to: string;
  /** Which REST API is behind the door. Until there is one, every call is answered 503. */
  api: () => string | undefined;
  ca?: Buffer;
  /** Somebody else's server is behind the door, which closes idle connections when it likes. */
  closesIdle?: boolean;
  /** A port to be had if it is free, so that the authority stays what a deployment was told. */
  port?: number | undefined;
  tls: { cert: Buffer; key: Buffer };
}): Promise<FrontDoor> {
  const to = upstream(options.to, { ca: options.ca, closesIdle: options.closesIdle });
  const serve = (request: Asked, answer: Answer) => {
    const path = request.url === '/v1' ? STAGE : (request.url ?? '/');
    const api = options.api();
    if (api === undefined) return refuse(answer, 503, 'Service Unavailable');
    if (path === '/') return redirect(answer, HOME);
    // What a custom domain says to a path that no base path of its mappings covers.
    if (!path.startsWith(STAGE)) return refuse(answer, 403, 'Forbidden');
    const onward = `/restapis/${api}/v1/_user_request_/${path.slice(STAGE.length)}`;
    if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return tooLarge(request, answer);
    const headers = acceptOf(request.headers.accept, options.closesIdle === true);
    if (request.headers['transfer-encoding'] === undefined)
      return relay(to, request, answer, { path: onward, headers });
    // A body that does not say its length is read first, so that one too long goes no further.
    wholeBody(request, LARGEST_BODY).then(
      (body) =>
        body === undefined
          ? tooLarge(request, answer)
          : relay(to, request, answer, { path: onward, body, headers }),
      () => answer.destroy(),
    );
  };

  const listener = await listenLocally(
    serve,
    options.port === undefined ? undefined : [options.port, 0, 0, 0, 0],
  );
  listener.secure(options.tls);
  const { port } = listener;

  return {
    url: `https://localhost:${port}`,
    authority: `localhost:${port}`,
    close: async () => {
      await listener.close();
      to.close();
    },
  };
}

/**
 * API Gateway takes a call without `Accept` for a call that takes anything; the emulators then answer base64. LocalStack
 * compares the first type with the API's binary types, of which it takes no wildcard for a match. A browser names a few
 * types first, and takes anything too.
 */
function acceptOf(asked: string | undefined, isSomebodyElses: boolean): string[] {
  const takesAnything = asked === undefined || /(?:^|,)\s*\*\/\*/.test(asked);
  if (!takesAnything) return [];
  if (isSomebodyElses) return ['accept', 'application/octet-stream, */*'];
  return asked === undefined || asked === '*/*' ? ['accept', '*/*'] : [];
}

function redirect(answer: Answer, to: string): void {
  head(answer, 308, ['location', to, 'content-length', '0']);
  answer.end();
}

function tooLarge(request: Asked, answer: Answer): void {
  refuse(answer, 413, 'Request Too Long');
  request.resume();
}

/** An answer in the words of API Gateway's own, for what never reaches a Lambda. */
function refuse(answer: Answer, status: number, message: string): void {
  head(answer, status, ['content-type', 'application/json']);
  answer.end(JSON.stringify({ message }));
}
