import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { printable } from '#client/printable.ts';
import { CommandError } from './errors.ts';
import { decoded } from './given.ts';
import { namesProxy, proxyFor } from './proxy.ts';

/**
 * How the command's calls leave this machine: through the proxy that the environment names, and trusting an authority that
 * the caller names beside the system's.
 *
 * Node's own `fetch` takes no proxy before Node 24, and an authority while it runs only from 22.19 and 24.5 on. So where
 * either is asked for, `fetch` is undici's, which Node's is made of; else nothing of it is loaded.
 */

/** Node 22.19 and 24.5 have it. */
const takesAuthorities = 'setDefaultCACertificates' in tls;

/** The authorities beside those that Node trusts, PEM. */
const authorities = new Set<string>();

/** Has `fetch` go through the proxy that the environment names. Called once, before any command runs. */
export const useProxy = () => replaceFetch();

/**
 * Adds a certificate authority to the system's, for the rest of this process.
 *
 * @throws CommandError ca-unreadable
 */
export async function trust(caFile: string | undefined): Promise<void> {
  if (caFile === undefined) return;
  const pem = await pemIn(caFile);
  if (pem === undefined)
    throw new CommandError('ca-unreadable', `${printable(caFile)} holds no certificate in PEM`);
  if (authorities.has(pem)) return;
  authorities.add(pem);
  if (takesAuthorities) tls.setDefaultCACertificates([...tls.getCACertificates('default'), pem]);
  if (namesProxy() || !takesAuthorities) await replaceFetch();
}

/**
 * What TLS is to trust, where the process's default does not say it: for connections that a command makes itself.
 *
 * @returns `undefined`: what Node trusts by itself
 */
export async function trusted(): Promise<string[] | undefined> {
  if (authorities.size === 0 || takesAuthorities) return undefined;
  // A list of authorities takes the place of Node's own, and of those that were named when it started.
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const atStart = extra === undefined ? undefined : await pemIn(extra);
  return [...tls.rootCertificates, ...(atStart === undefined ? [] : [atStart]), ...authorities];
}

async function pemIn(file: string): Promise<string | undefined> {
  const text = await readFile(file).then(decoded, () => undefined);
  return text?.includes('BEGIN CERTIFICATE') === true ? text : undefined;
}

async function replaceFetch(): Promise<void> {
  const { Agent, install, ProxyAgent, setGlobalDispatcher } = await import('undici');
  const ca = await trusted();
  const straight = new Agent(ca === undefined ? {} : { connect: { ca } });
  const proxies = new Map<string, InstanceType<typeof ProxyAgent>>();
  const throughProxy = (proxy: URL) => {
    const known = proxies.get(proxy.href);
    if (known !== undefined) return known;
    const agent = new ProxyAgent({
      uri: proxy.href,
      ...(ca === undefined ? {} : { requestTls: { ca }, proxyTls: { ca } }),
    });
    proxies.set(proxy.href, agent);
    return agent;
  };
  setGlobalDispatcher(
    straight.compose((dispatch) => (options, handler) => {
      const proxy = proxyFor(options.origin ?? '');
      return proxy === undefined
        ? dispatch(options, handler)
        : throughProxy(proxy).dispatch(options, handler);
    }),
  );
  install();
}
