import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { clockCheck, type Timing } from '#client/doctor/clock.ts';
import { printable } from '#client/printable.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { callOf } from '#client/route-call.ts';
import { jsonDigest } from '#core/canonical.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { errorText } from '../error-text.ts';
import { when } from '../format.ts';
import type { Provider } from '../profile/connection.ts';
import type { Profile } from '../profile/profile.ts';
import { version as ownVersion } from '../version.ts';

/** Compares what the provider publishes with this profile and with this version of the command. */

/** @returns what is published, where something is; and this machine's clock against the answer's */
export async function askProvider(
  url: string,
  timeoutMs: number,
): Promise<{ published?: ProviderDocument; checks: Check[] }> {
  let timing: Timing | undefined;
  const timed: typeof fetch = async (input, init) => {
    const beganMs = Date.now();
    const response = await fetch(input, init);
    const { headers } = response;
    timing = {
      beganMs,
      endedMs: Date.now(),
      date: headers.get('date') ?? undefined,
      age: headers.get('age') ?? undefined,
    };
    return response;
  };
  const { target } = callOf(providerRoutes.showProvider, {});
  const clock = () => (timing === undefined ? [] : [clockCheck(timing)]);
  try {
    const published = await fetchProvider(url, timed, { timeoutMs, retry: { attempts: 1 } });
    return { published, checks: [...clock(), ok('provider', printable(published.name))] };
  } catch (error) {
    const entry = errorText(error);
    if (entry === undefined) throw error;
    const why = entry.message;
    const answered = timing !== undefined;
    const check = answered
      ? wrong(
          'provider',
          `no Writ answers at ${new URL(target, url).href}: ${why}`,
          'is the address right? Ask the provider',
        )
      : unknown('provider', why);
    return { checks: [...clock(), check] };
  }
}

export function publishedChecks(
  url: string,
  published: ProviderDocument,
  profile: Profile | undefined,
): Check[] {
  const { provider, signing } = profile ?? {};
  return [
    versionCheck(published.version),
    authorityCheck(url, published.authority),
    policyCheck(published),
    ...(provider === undefined ? [] : [keysCheck(provider, published), logKeyCheck(provider, published)]),
    ...(signing === undefined ? [] : [revokedCheck(signing.keyId, published)]),
  ];
}

/** Below 1.0 a minor version may change the wire. */
const NUMBER = /^(\d+)\.(\d+)\.\d+/;

export function versionCheck(theirs: string | undefined, ours = ownVersion): Check {
  const name = 'version';
  const [, theirMajor, theirMinor] = NUMBER.exec(theirs ?? '') ?? [];
  const [, major, minor] = NUMBER.exec(ours) ?? [];
  const older = 'it may refuse what this command can do since';
  const mend = 'use the version of writ that goes with it, or ask the provider to update';
  if (theirs === undefined)
    return wrong(name, `the provider’s Writ says no version, so it is older than ${ours}: ${older}`, mend);
  const said = `the provider runs ${printable(theirs)}, this command is ${ours}`;
  if (theirMajor === undefined) return unknown(name, said);
  const ahead = Number(theirMajor) - Number(major) || Number(theirMinor) - Number(minor);
  if (ahead < 0) return wrong(name, `${said}. An older server: ${older}`, mend);
  if (ahead > 0)
    return wrong(
      name,
      `${said}. A newer server: it may answer what this command does not know`,
      'update writ, as you installed it',
    );
  return ok(name, said);
}

function authorityCheck(url: string, authority: string | undefined): Check {
  const name = 'authority';
  const { host } = new URL(url);
  if (authority === undefined) return ok(name, `not said; callers sign for ${host}`);
  if (authority === host) return ok(name, host);
  return wrong(
    name,
    `the provider verifies signatures for ${printable(authority)}, and callers of ${host} sign for that: none will hold`,
    isHost(authority)
      ? `call https://${authority}; or the operator deploys with -c authority=${host}`
      : `ask the operator to deploy with -c authority=${host}`,
  );
}

/** A host, with its port or without: nothing else of the provider's goes into what somebody may paste. */
const isHost = (text: string) => /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?$/i.test(text);

function policyCheck({ policy, policyHash }: ProviderDocument): Check {
  const name = 'policy';
  if (policy === undefined) return unknown(name, 'the provider does not publish its policy');
  if (jsonDigest(policy) === policyHash) return ok(name, policyHash);
  return wrong(
    name,
    'the policy that is published is not the one of the hash beside it',
    'tell the operator: what is in front of the API may change its answers',
  );
}

/** A pinned key that is published no longer signs nothing. A published key that is not pinned is not accepted. */
function keysCheck(provider: Provider, { keys }: ProviderDocument): Check {
  const name = 'provider-keys';
  const pinned = new Set(provider.keys.map((key) => importPublicKey(key).thumbprint));
  const published = keys.map((key) => importPublicKey(key).thumbprint);
  const others = published.filter((id) => !pinned.has(id));
  const [signs = ''] = published;
  if (others.length === 0) return ok(name, `as pinned: ${published.join(', ')}`);
  const which = others.includes(signs) ? 'signs with' : 'is about to sign with';
  return wrong(
    name,
    `the provider ${which} a key that this profile does not know: ${others.join(', ')}`,
    'compare it with the provider by telephone, and `writ connect` again',
  );
}

function logKeyCheck({ logKey }: Provider, { log }: ProviderDocument): Check {
  const name = 'log-key';
  if (logKey === undefined)
    return unknown(name, 'this profile knows no key of the log', '`writ connect` again');
  if (log?.verifierKey === logKey) return ok(name, `as pinned: ${printable(logKey)}`);
  return wrong(
    name,
    log === undefined
      ? 'the provider publishes no log'
      : `the provider publishes another key of the log: ${printable(log.verifierKey)}`,
    'a log keeps its key for good: ask the provider what happened, and keep the copies that you have',
  );
}

function revokedCheck(keyId: string, { revoked }: ProviderDocument): Check {
  const name = 'revocation';
  const entry = revoked.find((each) => each.keyid === keyId);
  return entry === undefined
    ? ok(name, 'this profile’s key is not among the revoked ones')
    : wrong(
        name,
        `this profile’s key was revoked on ${when(entry.revokedAt)}`,
        '`writ keys new` in another profile, and have it enrolled',
      );
}
