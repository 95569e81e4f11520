import { equals, type Item, type Write } from '#core/store/store.ts';
import { type NameKind, nameKinds } from '#core/vault/subject.ts';
import { isDue, noTally } from '#core/vault/tally.ts';
import {
  type HeldItem,
  type KeptItem,
  keptLookupItemKey,
  lookupHeadItemKey,
  nameGroup,
  namePrefix,
  parseKeptLookup,
  parseLookupHead,
  parseName,
  tallyText,
  ttlOf,
} from './vault-items.ts';
import { asKept } from './vault-keeping.ts';
import { after, keptDigest, type VaultPorts, type VaultReading } from './vault-reading.ts';
import { lookupHeadWrite, subjectHeadWrite, trying } from './vault-sealing.ts';

/** Items that one transaction changes, beside the head: it writes 100 at most. */
const atOnce = 45;

/**
 * What still keeps a person's data once a preservation is over, and how that is set down: the latest end of the others (undefined:
 * there are none), and the writes that hold while nobody adds one. `done` goes with the last of the changes.
 */
export interface Remaining {
  until: string | undefined;
  holding: readonly Write[];
  done: readonly Write[];
}

/**
 * Ends what a preservation kept before its time: whatever no other preservation keeps goes. What is kept lasts no longer
 * than the longest of those that are left. In steps that may break off after each: the head always knows what is there.
 */
export function vaultReleasing({ store, clock }: VaultPorts, reading: VaultReading) {
  /** @returns whether that were all */
  async function releaseSome(
    subject: string,
    remaining: () => Promise<Remaining | undefined>,
  ): Promise<boolean> {
    const left = await remaining();
    if (left === undefined) return true;
    const { head, kept, held } = await reading.itemsOf(subject);
    const too = [...kept, ...held].filter(({ until }) => left.until === undefined || until > left.until);
    const some = too.slice(0, atOnce);
    const isDone = some.length === too.length;
    const going = isDone ? left.done : left.holding;
    if (head === undefined || some.length === 0) {
      if (going.length > 0) await store.write(...going);
      return isDone;
    }
    const [gone, shorter] = [new Set<string>(), new Map<string, { until: string; digest: string }>()];
    const writes = some.map((one): Write => {
      const when = asKept(one);
      if (left.until === undefined) {
        gone.add(one.sk);
        return { table: 'vault', delete: { pk: subject, sk: one.sk }, when };
      }
      const put = itemOf(one, subject, left.until);
      shorter.set(one.sk, { until: left.until, digest: keptDigest({ ...one, until: left.until }) });
      return { table: 'vault', put, when };
    });
    const says = {
      ...head.says,
      kept: head.says.kept
        .filter(({ sk }) => !gone.has(sk))
        .map((one) => ({ ...one, ...shorter.get(one.sk) })),
    };
    await store.write(...going, ...writes, subjectHeadWrite(subject, head, says, { now: clock.now() }));
    return isDone;
  }

  /** The names of a kind that lie there only since they were kept. */
  async function takeKeptNames(kind: NameKind, subject: string): Promise<boolean> {
    const now = clock.now();
    const { head, held } = await reading.itemsOf(subject);
    const prefix = namePrefix(kind);
    const tally = head?.says.names.get(kind) ?? noTally;
    const keeping = held.find((one) => one.kind === kind && one.until > now);
    const kept = keeping && { until: keeping.until, tally: tallyText.parse(keeping.tally) };
    const group = nameGroup(tally, kept);
    const going: { item: Item; blind: string }[] = [];
    for await (const item of store.query('vault', { of: subject, from: prefix, to: `${prefix}${after}` })) {
      const name = parseName(kind, item);
      if (!isDue(group, name, now)) going.push({ item, blind: name.blind });
    }
    const some = going.slice(0, atOnce);
    if (some.length > 0)
      await store.write(
        ...some.map(
          ({ item: { sk, ttl } }): Write => ({
            table: 'vault',
            delete: { pk: subject, sk: String(sk) },
            when: equals('ttl', ttl),
          }),
        ),
        // One that is set meanwhile changes the head.
        ...(head === undefined ? [] : [subjectHeadWrite(subject, head, head.says, { now })]),
      );
    return some.length === going.length;
  }

  /** A look-up that finds the subject only since a preservation kept it. */
  async function releaseLookup(
    blind: string,
    subject: string,
    remaining: () => Promise<Remaining | undefined>,
  ) {
    await trying(async () => {
      const left = await remaining();
      if (left === undefined) return;
      const [headKey, key] = [lookupHeadItemKey(blind), keptLookupItemKey(blind, subject)];
      const items = await store.getMany('vault', [headKey, key]);
      const found = items.find(({ sk }) => sk === key.sk);
      const headItem = items.find(({ sk }) => sk === headKey.sk);
      if (found === undefined || headItem === undefined) return;
      const { until } = parseKeptLookup(found);
      const isOver = until <= clock.now();
      if (!isOver && left.until !== undefined && until <= left.until) return;
      const head = parseLookupHead(headItem);
      const others = head.says.kept.filter((one) => one.subject !== subject);
      const when = equals('until', until);
      const end = isOver ? undefined : left.until;
      const kept = end === undefined ? others : [...others, { subject, until: end }];
      const isEmpty = kept.length === 0 && head.says.tally.size === 0;
      await store.write(
        ...left.holding,
        end === undefined
          ? { table: 'vault', delete: key, when }
          : { table: 'vault', put: { ...key, until: end, ttl: ttlOf(end) }, when },
        isEmpty
          ? { table: 'vault', delete: headKey, when: equals('says', head.text) }
          : lookupHeadWrite(blind, head, { ...head.says, kept }, { now: clock.now() }),
      );
    });
  }

  return {
    /**
     * Ends what a preservation kept of a person. Doing it twice changes nothing.
     *
     * @param remaining read anew for each step; undefined: nothing is to be released
     */
    async release(subject: string, remaining: () => Promise<Remaining | undefined>): Promise<void> {
      const blinds = new Set<string>();
      for (const kind of nameKinds) {
        const prefix = namePrefix(kind);
        for await (const item of store.query('vault', { of: subject, from: prefix, to: `${prefix}${after}` }))
          blinds.add(parseName(kind, item).blind);
      }
      for (const blind of blinds) await releaseLookup(blind, subject, remaining);
      while (!(await trying(() => releaseSome(subject, remaining))));
      for (const kind of nameKinds) while (!(await trying(() => takeKeptNames(kind, subject))));
    },
  };
}

function itemOf(one: KeptItem | HeldItem, pk: string, until: string): Item {
  const { kind: _, ...rest } = one;
  if (!('publicKey' in rest)) return { ...rest, pk, until, ttl: ttlOf(until) };
  const { epoch: __, subject: ___, ...item } = rest;
  return { ...item, pk, until, ttl: ttlOf(until) };
}
