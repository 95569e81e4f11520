/**
 * What is kept for requests and orders, written a second time from docs/vault.md and the Regulation's Art. 10, and played
 * against the vault in memory: what an erasure, a month's end and the end of a request take, and what not.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { receive, withdraw } from '#core/cases/acts.ts';
import { decide } from '#core/cases/deciding.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { preservationSchema, preserve } from '#core/cases/preservation.ts';
import { preserveOnReceipt } from '#core/cases/receipt.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { approval, by, officerKey, reference, request, policy as shipped } from '../core/cases/cases.ts';
import { deliver, readable, streamOf, type VaultWorld, vaultWorld } from '../memory/vault-world.ts';

/** A case that nobody decides goes on, so that what is kept for it ends at the latest end alone. */
const { lifetimeDays: _, ...undying } = shipped;
export const policy: Policy = {
  ...undying,
  preservation: { ...shipped.preservation, onReceipt: true },
};
const day = 86_400_000;
const { days, mostDays } = policy.preservation;

export type Step =
  | { do: 'ask' | 'order' | 'erase' | 'clock' | 'forget' | 'login' }
  | { do: 'preserve' | 'close' | 'approve'; which: number }
  | { do: 'wait'; hours: number };

const which = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('order' as const, 'login' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('erase' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('clock' as const, 'clock' as const, 'forget' as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('preserve' as const, 'close' as const, 'approve' as const),
      which,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      hours: fc.constantFrom(0.01, 24, 24 * 16, 24 * 42, 24 * 75, 24 * 135),
    }),
  },
);
export const histories = fc.array(step, { minLength: 3, maxLength: 14, size: 'max' });

/** A record as the model knows it. A key pair is one of a kind and month, until the account is erased. */
interface Stored {
  at: number;
  kind: 'access' | 'phone';
  pair: string;
}

interface Keeping {
  id: string;
  /** Its case; none: an order. */
  case?: string;
  until: number;
  latestEnd: number;
  /** Of each record that it names, until when it keeps it. */
  names: Map<Stored, number>;
  /** What it keeps of it, once it does: whole pairs of its months. */
  pairs: Map<string, number>;
  received: number;
  isKept: boolean;
  isClosed: boolean;
  /** Until when it may be collected, once it is approved. */
  expires?: number;
}

const start = '2026-11-20T09:00:00.000Z';
const events = [
  { account: 'anna', at: '2025-12-05T10:00:00Z', ip: '192.0.2.1', port: 1 },
  { account: 'anna', at: '2025-12-20T10:00:00Z', ip: '192.0.2.1', port: 2 },
  { account: 'anna', at: '2025-12-07T10:00:00Z', phone: '+4915112345678' },
  { account: 'anna', at: '2026-11-03T10:00:00Z', ip: '192.0.2.1', port: 3 },
];
const monthOf = (at: number) => new Date(at).toISOString().slice(0, 7);
const yearLater = (at: number) => {
  const then = new Date(at);
  return Date.UTC(then.getUTCFullYear() + 1, then.getUTCMonth(), then.getUTCDate());
};
const monthEnd = (at: number) => {
  const then = new Date(at);
  return Date.UTC(then.getUTCFullYear() + 1, then.getUTCMonth() + 1, 1);
};

/** Plays a history, and looks after each step. @throws what differs */
export async function play(steps: readonly Step[], reached: Set<string>): Promise<void> {
  const world = vaultWorld({ now: start });
  await deliver(world, streamOf(...events));
  const subject = await world.functions().pseudonyms.pseudonymOf('anna');
  const model = modelOf();
  for (const event of events) model.store(Date.parse(event.at), 'phone' in event ? 'phone' : 'access');
  for (const [i, one] of steps.entries()) {
    await perform(world, subject, one, model, i);
    const ids = await readable(world);
    const found = new Set(ids.records.map((text) => atOf(text)));
    const said = JSON.stringify(steps.slice(0, i + 1));
    for (const at of model.must()) assert.ok(found.has(at), `lost: ${iso(at)} after ${said}`);
    const may = model.may();
    for (const at of found) assert.ok(may.has(at), `kept: ${iso(at)} after ${said}`);
    if ((one.do === 'clock' || one.do === 'forget') && model.live().length === 0) {
      const left = world.store
        .items('vault')
        .map(({ sk }) => String(sk))
        .filter((sk) => /^(kept|held)#|#kept$/.test(sk));
      assert.deepEqual(left, [], `kept items after ${said}`);
      const noted = world.store.items('cases').filter(({ pk }) => String(pk).startsWith('keeping#'));
      assert.deepEqual(noted, [], `notes after ${said}`);
      if (model.isErased()) {
        const all = world.store
          .items('vault')
          .filter(({ pk, sk }) => `${String(pk)}${String(sk)}`.includes(subject));
        assert.deepEqual(all, [], `the erased person after ${said}`);
        reached.add('nothing left');
      }
    }
    reached.add(one.do);
    if (model.isErased() && found.size > 0) reached.add('erased and kept');
    if (model.isErased() && found.size === 0) reached.add('erased and gone');
    if (model.isPast(found)) reached.add('past retention and kept');
  }
}

const iso = (at: number) => new Date(at).toISOString();
const atOf = (text: string): number => Date.parse(JSON.parse(text).at);

function modelOf() {
  let now = Date.parse(start);
  let generation = 0;
  let records: Stored[] = [];
  let own = new Set<Stored>();
  const keepings: Keeping[] = [];
  /** Of each pair, the latest end of those that were received while it had an item of its own. */
  const caps = new Map<string, number>();
  /** What was there of a pair when something of it was last kept: a whole pair is, also what came since the request. */
  const everKept = new Set<Stored>();
  /** Pairs whose month's key is destroyed. */
  const destroyed = new Set<string>();
  const keep = (k: Keeping) => {
    k.isKept = true;
    // What only another kept, and keeps no more, is past keeping: `preserve` comes within the hour, not after weeks.
    for (const one of k.names.keys())
      if ((!own.has(one) || destroyed.has(one.pair)) && !keepsPair(one)) k.names.delete(one);
    for (const one of records) {
      // What it names is older than it: a pair that came to be since is none of its.
      if (!records.some(({ pair, at }) => pair === one.pair && at < k.received)) continue;
      everKept.add(one);
      const ends = [...k.names].filter(([{ pair }]) => pair === one.pair).map(([, end]) => end);
      k.pairs.set(one.pair, ends.length === 0 ? k.until : Math.max(...ends));
    }
  };

  const isOwn = (one: Stored) => own.has(one) && now < yearLater(one.at);
  const hasOwnKey = (one: Stored) => [...own].some(({ pair }) => pair === one.pair) && now < monthEnd(one.at);
  const isLive = ({ isClosed, until, expires }: Keeping) =>
    !isClosed && now < until && now < (expires ?? until);
  const keeps = (one: Stored) => keepings.some((k) => isLive(k) && k.isKept && now < (k.names.get(one) ?? 0));
  /** Until the clock has come by after the end of its case, it may keep. */
  const keepsPair = ({ pair }: Stored) =>
    keepings.some((k) => !ended.has(k) && now < (k.pairs.get(pair) ?? 0));
  const ended = new Set<Keeping>();

  return {
    keepings,
    keep,
    now: () => now,
    wait: (hours: number) => {
      now += hours * 3_600_000;
    },
    store(at: number, kind: Stored['kind']) {
      const one = { at, kind, pair: `${kind} ${monthOf(at)} ${generation}` };
      records.push(one);
      own.add(one);
    },
    begin(keeping: Omit<Keeping, 'names' | 'pairs' | 'received' | 'isKept' | 'isClosed'>) {
      const names = new Map<Stored, number>();
      for (const one of records) {
        if (one.at >= now || !(isOwn(one) || keeps(one))) continue;
        const isByItself = hasOwnKey(one);
        if (isByItself) caps.set(one.pair, Math.max(caps.get(one.pair) ?? 0, keeping.latestEnd));
        names.set(one, isByItself ? keeping.until : Math.min(keeping.until, caps.get(one.pair) ?? 0));
      }
      keepings.push({ ...keeping, names, pairs: new Map(), received: now, isKept: false, isClosed: false });
    },
    erase() {
      for (const k of keepings) if (!k.isKept) keep(k);
      own = new Set();
      generation++;
    },
    /** `forget` comes by, and `preserve` before it or not. */
    clock(isPreserving: boolean) {
      // Before what one kept goes, what the others name is kept as it is.
      const isEnding = keepings.some((k) => !isLive(k) && !ended.has(k));
      if (isEnding) for (const k of keepings) if (isLive(k) && !k.isKept) keep(k);
      for (const k of keepings) {
        if (!isLive(k)) ended.add(k);
        else if (isPreserving && !k.isKept) keep(k);
      }
      const isWaiting = keepings.some((k) => isLive(k) && !k.isKept);
      for (const one of own) if (!isWaiting && now >= monthEnd(one.at)) destroyed.add(one.pair);
      records = records.filter((one) => own.has(one) || keepsPair(one));
    },
    live: () => keepings.filter((k) => !ended.has(k)),
    isErased: () => own.size === 0,
    isPast: (found: ReadonlySet<number>) => [...own].some((one) => !isOwn(one) && found.has(one.at)),
    must: () => records.filter((one) => isOwn(one) || keeps(one)).map(({ at }) => at),
    may: () =>
      new Set(
        records.filter((one) => isOwn(one) || (everKept.has(one) && keepsPair(one))).map(({ at }) => at),
      ),
  };
}

async function perform(
  world: VaultWorld,
  subject: string,
  one: Step,
  model: ReturnType<typeof modelOf>,
  i: number,
): Promise<void> {
  const { clock } = world;
  const f = world.functions();
  const at = () => clock.now();
  const id = `c0ffee00-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const caseId = `ca5e0000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const asked: Request = requestSchema.parse({
    ...request,
    notice: undefined,
    subjects: [{ kind: 'account', value: 'anna' }],
    period: { from: '2025-11-20T00:00:00Z', to: at() },
  });
  const facts = {
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference: { ...reference, tag: `reference ${i}` },
    requestDigest: 'sha-256=:AAAA:',
    at: at(),
    subjects: [[{ subject }]],
    salt: new Uint8Array(32).fill(7),
    policy,
  };
  const chosen = 'which' in one ? model.keepings[one.which % Math.max(1, model.keepings.length)] : undefined;
  switch (one.do) {
    case 'ask': {
      const outcome = receive(asked, {
        ...facts,
        id: caseId,
        sealedRequest: Uint8Array.of(1),
        policyHash: policyHash(policy),
      });
      const own = preserveOnReceipt(outcome.next, { ...facts, id });
      assert.ok(own);
      await f.cases.commit(outcome, { changes: [await f.preservations.prepareNew(own)] });
      const until = model.now() + mostDays * day;
      model.begin({ id, case: caseId, until, latestEnd: until });
      break;
    }
    case 'order': {
      const { priority: _, notice: __, ...order } = asked;
      await f.preservations.commit(
        preserve(preservationSchema.parse(order), { ...facts, id, request: Uint8Array.of(1) }),
      );
      model.begin({ id, until: model.now() + days * day, latestEnd: model.now() + mostDays * day });
      break;
    }
    case 'preserve':
      if (chosen === undefined) break;
      await f.preserve(chosen.id);
      if (model.now() < chosen.until) model.keep(chosen);
      break;
    case 'close':
      if (chosen?.case === undefined || chosen.isClosed) break;
      await f.cases.change(chosen.case, (current) => withdraw(current, 'officer'));
      chosen.isClosed = true;
      break;
    case 'approve': {
      if (chosen?.case === undefined || chosen.isClosed || chosen.expires !== undefined) break;
      for (const reviewer of ['anna', 'ben'])
        await f.cases.change(chosen.case, (current) =>
          decide(current, approval(current), by(reviewer, at(), policy)),
        );
      chosen.expires = model.now() + policy.collectHours * 3_600_000;
      break;
    }
    case 'erase':
      await f.erase('anna');
      model.erase();
      break;
    case 'login': {
      // What is as old as an erasure went with it.
      clock.advance(1000);
      model.wait(1 / 3600);
      await deliver(world, streamOf({ account: 'anna', at: at(), ip: '192.0.2.7', port: 7 + i }));
      model.store(Date.parse(at()), 'access');
      break;
    }
    case 'wait':
      clock.advance(one.hours * 3_600_000);
      model.wait(one.hours);
      break;
    case 'clock':
    case 'forget':
      if (one.do === 'clock') await f.preserveLeft();
      await f.forget(at());
      model.clock(one.do === 'clock');
      break;
  }
}
