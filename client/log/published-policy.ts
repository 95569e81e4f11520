import type { VerifierKey } from '#core/log/note.ts';
import { MAX_POLICY_CHARACTERS, parseTrustPolicy } from '#core/log/trust-policy.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { callOf } from '../route-call.ts';
import { type Reaching, reach } from '../transport.ts';
import { othersIn } from './witnesses.ts';

/**
 * Which witnesses of its log a provider publishes (C2SP tlog-policy), for a package whose checkpoint others signed. Public and
 * unsigned: it is the provider's own word, which a package keeps beside what it is about.
 *
 * @param url `https://host[:port]`, without `/v1`
 * @param note the checkpoint
 * @returns undefined where nobody else signed that, or the provider publishes none for this log. A package is whole without
 *   it, so nothing is thrown.
 */
export async function publishedPolicy(
  { url, ...reaching }: Reaching & { url: string },
  { key, note }: { key: VerifierKey; note: string },
): Promise<string | undefined> {
  try {
    if (othersIn(note) === 0) return undefined;
    const { method, target } = callOf(providerRoutes.showLogPolicy, {});
    const request = { method, url: new URL(target, url).href, headers: {}, body: undefined };
    const { status, body } = await reach({ ...reaching, timeoutMs: 10_000 }, request);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (status !== 200 || text.length > MAX_POLICY_CHARACTERS) return undefined;
    const isOwn = parseTrustPolicy(text).logs.some((log) => log.key.name === key.name);
    return isOwn ? text : undefined;
  } catch {
    reaching.signal?.throwIfAborted();
    return undefined;
  }
}
