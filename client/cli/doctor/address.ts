import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import type { UnreachableReason } from '#client/errors.ts';
import { unreachableReason } from '#client/network.ts';
import { printable } from '#client/printable.ts';
import { until, when } from '../format.ts';
import { trusted } from '../outgoing.ts';
import { proxyFor, proxyOrigin } from '../proxy.ts';
import { openTunnel } from './tunnel.ts';

/** The provider's address: separate checks of its name, its port and its certificate. */
export async function addressChecks(url: string, timeoutMs: number): Promise<Check[]> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const proxy = proxyFor(url);
  if (proxy !== undefined) return proxiedChecks(proxy, { host, port: Number(port || 443) }, timeoutMs);
  const resolved = await nameCheck(host);
  if (resolved.state !== 'ok') return [resolved];
  const shown = await handshake({ host, port: Number(port || 443) }, host, timeoutMs);
  if ('reason' in shown) return [resolved, connectionCheck(shown.reason, `${host}:${port || 443}`)];
  return [resolved, ok('connection', `TLS, ${shown.protocol}`), ...certificateChecks(host, shown)];
}

/** Through a proxy it is the proxy that looks the name up and connects: this machine may be able to do neither. */
async function proxiedChecks(
  proxy: URL,
  to: { host: string; port: number },
  timeoutMs: number,
): Promise<Check[]> {
  const name = 'proxy';
  const shownAs = printable(proxyOrigin(proxy));
  const tunnel = await openTunnel(proxy, to, timeoutMs);
  if ('reason' in tunnel)
    return [
      wrong(
        name,
        `${shownAs} cannot be reached (${tunnel.reason})`,
        'is HTTPS_PROXY right? NO_PROXY names hosts that need none',
      ),
    ];
  if ('status' in tunnel)
    return [
      wrong(
        name,
        `${shownAs} opens no way to ${printable(`${to.host}:${to.port}`)}: it answers ${tunnel.status}`,
        tunnel.status === 407
          ? 'it asks for a name and password: HTTPS_PROXY=http://name:password@host:port'
          : 'is the address right? Ask whoever keeps the proxy to let you through',
      ),
    ];
  const through = ok(name, `calls go through ${shownAs}, as HTTPS_PROXY says`);
  const shown = await handshake({ socket: tunnel.socket }, to.host, timeoutMs);
  if ('reason' in shown) return [through, connectionCheck(shown.reason, `${to.host}:${to.port}`)];
  return [through, ok('connection', `TLS, ${shown.protocol}`), ...certificateChecks(to.host, shown)];
}

async function nameCheck(host: string): Promise<Check> {
  try {
    const addresses = await lookup(host, { all: true });
    return ok('name', `${printable(host)} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'ENOTFOUND'
      ? wrong('name', `there is no host ${printable(host)}`, 'is the address right? Ask the provider')
      : unknown('name', `no name service answers for ${printable(host)}`, 'is this machine on the network?');
  }
}

interface Shown {
  protocol: string;
  certificate: PeerCertificate;
  /** Why Node does not trust it, if so. */
  refusal: UnreachableReason | undefined;
}

/** Accepts any certificate, to look at it. Nothing is sent over this connection. */
async function handshake(
  over: { host: string; port: number } | { socket: Socket },
  host: string,
  timeoutMs: number,
): Promise<Shown | { reason: UnreachableReason }> {
  const ca = await trusted();
  return new Promise((done) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const more = ca === undefined ? {} : { ca };
    const socket = tls.connect({ ...over, ...servername, ...more, rejectUnauthorized: false });
    const timer = setTimeout(() => {
      socket.destroy();
      done({ reason: 'timeout' });
    }, timeoutMs);
    const end = (outcome: Shown | { reason: UnreachableReason }) => {
      clearTimeout(timer);
      socket.destroy();
      done(outcome);
    };
    socket.once('error', (error) => end({ reason: unreachableReason(error) }));
    socket.once('secureConnect', () =>
      end({
        protocol: socket.getProtocol() ?? '',
        certificate: socket.getPeerCertificate(),
        refusal: socket.authorized ? undefined : reasonOf(socket.authorizationError),
      }),
    );
  });
}

/** Node gives the code as a string, which its types do not say. */
function reasonOf(code: unknown): UnreachableReason {
  return unreachableReason(Object.assign(new Error(), { code: String(code) }));
}

function connectionCheck(reason: UnreachableReason, where: string): Check {
  const name = 'connection';
  const at = printable(where);
  if (reason === 'refused')
    return wrong(
      name,
      `nothing listens at ${at}`,
      'is the address right, and does a firewall let you through?',
    );
  if (reason === 'timeout')
    return unknown(name, `${at} does not answer in time`, 'does a firewall let you through? Else try again');
  return wrong(name, `${at} does not speak TLS`, 'is the address, and its port, right?');
}

const SOON_DAYS = 21;

function certificateChecks(host: string, { certificate, refusal }: Shown): Check[] {
  const name = 'certificate';
  const now = Date.now();
  const [from, to] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)];
  const moment = (ms: number) => when(new Date(ms).toISOString());
  const issuer = printable(one(certificate.issuer?.O) ?? one(certificate.issuer?.CN) ?? 'unknown');
  const found: Check[] = [];
  if (refusal === 'certificate-untrusted')
    found.push(
      wrong(
        name,
        `it is of an authority that is not trusted here: ${issuer}`,
        'name the authority’s certificate with --ca, if the provider gave it to you; `writ connect` keeps it',
      ),
    );
  if (tls.checkServerIdentity(host, certificate) !== undefined)
    found.push(
      wrong(
        name,
        `it is for another host: ${printable(certificate.subjectaltname ?? one(certificate.subject?.CN) ?? 'none')}`,
        'is the address right? Ask the provider',
      ),
    );
  if (to <= now)
    found.push(wrong(name, `it expired on ${moment(to)}`, 'tell the provider; is the clock here right?'));
  if (from > now)
    found.push(
      wrong(name, `it is not valid before ${moment(from)}`, 'tell the provider; is the clock here right?'),
    );
  if (to > now && to - now < SOON_DAYS * 86_400_000)
    found.push(
      wrong(
        name,
        `it expires ${until(new Date(to).toISOString())}, on ${moment(to)}`,
        'tell the provider that it was not renewed',
      ),
    );
  if (found.length === 0 && refusal !== undefined)
    found.push(wrong(name, `it is not trusted here (${refusal})`, 'ask the provider'));
  if (found.length === 0) found.push(ok(name, `for ${printable(host)}, of ${issuer}, until ${moment(to)}`));
  return found;
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
