import { jsonDigest } from '#core/canonical.ts';
import { receive } from '#core/cases/acts.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { sealAsked } from '#core/gateway/asked.ts';
import { keyInLog } from '#core/registry/records.ts';
import type { InventedAsk } from '#dev/invented/cases.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import type { Holder } from '../core/registry/registry.ts';
import type { MemoryCloud } from '../memory/cloud.ts';
import type { PlayedCase } from './play.ts';

/**
 * Puts a case into the tables as if it had been handed in, without preserving what it names, counting it, or having it in
 * the log: a desk of ten thousand is there in seconds. What is done to such a case later is not in the log either.
 *
 * @param unlogged takes the streams that are not in the log
 */
export function placing(
  calls: Gateway,
  { kms, chance }: MemoryCloud,
  {
    policy,
    resolve,
    unlogged,
  }: {
    policy: Policy;
    resolve: (subject: { value: string }) => Promise<{ subject: string }[]>;
    unlogged: Set<string>;
  },
): (ask: InventedAsk, by: Holder) => Promise<PlayedCase> {
  return async ({ agency, request, receivedAt }, by) => {
    const id = chance.id();
    const { caller } = await calls.call(by, request);
    const outcome = receive(request, {
      id,
      agency,
      askedBy: caller.key.keyId,
      key: keyInLog(caller.key),
      reference: await calls.references.seal(agency, request.reference, id),
      requestDigest: jsonDigest(request),
      at: receivedAt,
      subjects: await Promise.all(request.subjects.map(resolve)),
      sealedRequest: await sealAsked({ desk: kms.desk }, id, caller.message),
      salt: chance.bytes(32),
      policy,
      policyHash: policyHash(policy),
    });
    unlogged.add(`case/${id}`);
    return (await calls.cases.commit(outcome)).case;
  };
}
