import { CommandError } from './errors.ts';

/**
 * The proxy that a call goes through, as the environment names it and as curl reads it: `https_proxy` or `HTTPS_PROXY`, else
 * `all_proxy` or `ALL_PROXY`; none for the hosts of `no_proxy` or `NO_PROXY`. In each pair the lower case comes first.
 */

type Env = Readonly<Record<string, string | undefined>>;

const named = (env: Env, name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || undefined;

/** Whether the environment names a proxy at all. */
export function namesProxy(env: Env = process.env): boolean {
  return (named(env, 'https_proxy') ?? named(env, 'all_proxy')) !== undefined;
}

/**
 * The proxy for an address.
 *
 * @returns `undefined` where the call goes straight to its host
 * @throws CommandError proxy-malformed
 */
export function proxyFor(address: string | URL, env: Env = process.env): URL | undefined {
  const text = named(env, 'https_proxy') ?? named(env, 'all_proxy');
  if (text === undefined || isExempt(new URL(address), named(env, 'no_proxy') ?? '')) return undefined;
  // curl and others take `proxy.example:3128` for http.
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(url) ? new URL(url) : undefined;
  if (proxy !== undefined && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return proxy;
  // It may hold a password, so it is not shown.
  throw new CommandError(
    'proxy-malformed',
    'HTTPS_PROXY names no HTTP proxy',
    'set it to http://host:port; SOCKS proxies are not supported',
  );
}

/** A proxy as it may be shown: without a user's name and password. */
export const proxyOrigin = ({ protocol, host }: URL) => `${protocol}//${host}`;

/** By `*`, a host, a host with its port, or a domain with all below it (`example.org`, `.example.org`, `*.example.org`). */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const effectivePort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] =
        /^\[?(.*?)\]?(?::(\d+))?$/.exec(isBareIpv6(entry) ? `[${entry}]` : entry) ?? [];
      if (entryPort !== undefined && entryPort !== effectivePort) return false;
      const suffix = name.replace(/^\*?\.?/, '').toLowerCase();
      return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
    });
}

const isBareIpv6 = (entry: string) => !entry.startsWith('[') && entry.split(':').length > 2;
