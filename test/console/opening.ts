import type { CollectPorts } from '#core/access/collect.ts';
import type { MintPorts } from '#core/access/mint.ts';
import { utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { kinds } from '#core/vault/kinds.ts';
import { validities } from '#core/vault/validity.ts';

/**
 * What can be opened of people, worked out from the events themselves, as `existenceOf` works out what there is: a vault
 * would take a minute to seal them. It gives what a grant of the case names, and nothing else.
 */
export function openingOf(
  events: readonly IdentityEvent[],
): Pick<MintPorts, 'vault' | 'grants'> & Pick<CollectPorts, 'openRecords'> {
  const of = Map.groupBy(events, ({ account }) => account);
  const endless = Date.parse('2100-01-01T00:00:00Z') / 1000;
  const endOf = () => '2100-01-01T00:00:00.000Z';
  const named = (kind: 'phone' | 'username', subject: string) =>
    (of.get(subject) ?? []).flatMap((event) => {
      const at = new Date(event.at).toISOString();
      if (event.kind === 'phone' && kind === 'phone') return [{ at, blind: event.phone }];
      return event.kind === 'username' && kind === 'username' ? [{ at, blind: event.username }] : [];
    });

  return {
    vault: {
      async epochKeysOf(subject) {
        const its = of.get(subject) ?? [];
        return kinds.flatMap((kind) => {
          const epochs = new Set(its.filter((event) => event.kind === kind).map(({ at }) => epochOf(at)));
          return [...epochs].map((epoch) => {
            const publicKey = sha256(epochKeyName({ subject, kind, epoch }));
            const wrappedKey = utf8('not wrapped');
            const keyId = `arn:aws:kms:eu-central-1:111122223333:key/${kind}-${epoch}`;
            const records = { tally: new Map(), endOf };
            return { subject, kind, epoch, publicKey, wrappedKey, keyId, ttl: endless, records, also: [] };
          });
        });
      },
      namesOf: async (kind, subject) => named(kind, subject),
    },
    grants: {
      create: async (_, { kind, epoch }, name) => ({ grantId: `${kind}-${epoch}-${name}`, token: 'token' }),
      revoke: async () => 'ended',
    },
    async *openRecords(current, { scope, after = '', onUnwrapped }) {
      const opens = (epochKey: EpochKey) =>
        current.grants?.some((grant) => epochKeyName(grant) === epochKeyName(epochKey)) === true;
      const holders = scope.subjects.flatMap((index) =>
        (current.subjects[index] ?? []).map(({ subject }) => ({ index, subject })),
      );
      for (const grant of current.grants ?? []) if (grant !== undefined) onUnwrapped();
      for (const { index, subject } of holders)
        for (const { from, to, blind } of validities(named('phone', subject)))
          if (opens({ subject, kind: 'phone', epoch: epochOf(from) }))
            yield {
              subject: index,
              kind: 'phone',
              phone: blind,
              validFrom: from,
              ...(to === undefined ? {} : { validTo: to }),
            };
      const moments = holders.flatMap(({ index, subject }) =>
        (of.get(subject) ?? []).flatMap((event) => {
          if (event.kind !== 'access') return [];
          const { account: _, at, ...record } = event;
          const isOpen = opens({ subject, kind: 'access', epoch: epochOf(at) });
          return isOpen ? [{ ...record, subject: index, at: new Date(at).toISOString() }] : [];
        }),
      );
      yield* moments
        .filter(({ at }) => at >= scope.period.from && at > after)
        .toSorted((a, b) => (a.at < b.at ? -1 : 1));
    },
  };
}
