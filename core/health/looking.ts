import { openStatuses, type Status, statuses } from '#core/cases/case.ts';
import { noticeModes } from '#core/cases/notice-modes.ts';
import { forEachName } from '#core/exhaustive.ts';
import { claimedCheckpoint } from '#core/log/checkpoint.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { inParallel } from '#core/parallel.ts';
import { nameOfFailure } from '#core/parts.ts';
import type { Clock, LogFiles, Watch } from '#core/ports.ts';
import { lapsedBefore } from '#core/registry/lapsing.ts';
import { logHead } from '#core/state/log-head.ts';
import { enrolled } from '#core/state/registry.ts';
import { type Count, type Counter, total } from '#core/store/counting.ts';
import { absent, all, any, atMost, equals, present, type Store, type Test } from '#core/store/store.ts';
import type { Retention } from '#core/vault/retention.ts';
import { keysAhead } from '#core/vault/vault-keys.ts';
import { cosignedPath, isFulfilled, readCosigned } from '#core/witnessing/cosigned.ts';
import type { HealthAnswer, HealthOf, HealthPart, Unread } from './answer.ts';
import { outboxBacklog } from './backlog.ts';

/** Counting how Writ is. What of it cannot be read says so, and the rest stands. */
export interface HealthPorts {
  counter: Counter;
  /** Of the log's table alone. */
  store: Store;
  files: Pick<LogFiles, 'read'>;
  clock: Pick<Clock, 'now'>;
  watch: Pick<Watch, 'error'>;
  version: string;
  policyHash: string;
  witnesses: TrustPolicy;
  retention: Retention;
  vaultKeysPerEpoch: number;
}

/** The clock ends access every five minutes; so long after its end, that should have happened. */
const lateMinutes = 10;
/** A change that is void so soon is told of. */
const lapsingDays = 2;
/** Queries at once. */
const atOnce = 8;

const minutes = (count: number) => count * 60_000;
const moved = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();

export function healthLooker(ports: HealthPorts): () => Promise<HealthAnswer> {
  const { counter, files, clock, watch } = ports;

  const ofStatus = (status: Status, more: { to?: string; where?: Test } = {}): Promise<Count> =>
    counter.count('cases', { index: 'byStatus', of: status, ...more });
  const awake = (where: Test) => counter.count('cases', { index: 'awake', of: 'yes', where });
  const listed = (of: string, more: { from?: string; to?: string; where?: Test } = {}) =>
    counter.count('registry', { index: 'listed', of, ...more });
  const ofOpen = async (where: Test) =>
    total(await Promise.all(openStatuses.map((of) => ofStatus(of, { where }))));

  /** What each part counts, as of an instant. */
  const looks: { [P in HealthPart]: (at: string) => Promise<HealthOf<P>> } = {
    outbox: (at) => outboxBacklog(ports, at),

    async log() {
      const [head, checkpoint] = await Promise.all([logHead(ports.store).read(), files.read('checkpoint')]);
      return {
        signed: Number(head?.size ?? 0n),
        published: checkpoint === undefined ? 0 : Number(claimedCheckpoint(checkpoint).size),
      };
    },

    async witnesses() {
      const asked = ports.witnesses.witnesses.length;
      const bytes = asked === 0 ? undefined : await files.read(cosignedPath);
      const cosigned = bytes && readCosigned(bytes, ports.witnesses);
      if (cosigned === undefined) return { asked };
      const newest = Math.max(...cosigned.cosignatures.map(({ seconds }) => Number(seconds)));
      return {
        asked,
        cosigned: {
          at: new Date(newest * 1000).toISOString(),
          entries: Number(cosigned.size),
          isEnough: isFulfilled(cosigned, ports.witnesses),
        },
      };
    },

    async cases() {
      const counts = await inParallel(
        [...statuses],
        atOnce,
        async (status) => [status, await ofStatus(status)] as const,
      );
      const known = new Map(counts);
      return forEachName(statuses, (status) => known.get(status) ?? { count: 0 });
    },

    async deadlines(at) {
      const [overdue, lastQuarter] = await Promise.all([
        ofStatus('AwaitingApproval', { to: at, where: isRunning }),
        ofStatus('AwaitingApproval', { where: all(isRunning, equals('deadline', 'three-quarters')) }),
      ]);
      return { overdue, lastQuarter };
    },

    async emergencies(at) {
      const [undecided, owing, overdue] = await Promise.all([
        ofStatus('AwaitingApproval', { where: equals('priority', 'Emergency') }),
        ofOpen(isOwing),
        ofOpen(all(isOwing, atMost('debts.dueAt', at))),
      ]);
      return { undecided, owing, overdue };
    },

    access: async (at) => ({ late: await ofOpen(atMost('expiresAt', moved(at, -minutes(lateMinutes)))) }),

    async notices() {
      const [owed, overdue] = await Promise.all([
        awake(all(present('disclosed'), equals('notice.told', 0), isProviders)),
        awake(all(isProviders, present('notice.overdueSince'))),
      ]);
      return { owed, overdue };
    },

    async keys(at) {
      const [all, active, reviewers] = await Promise.all([
        listed(enrolled),
        listed(enrolled, { where: atMost('activeFrom', at) }),
        listed(enrolled, { where: equals('role', 'reviewer') }),
      ]);
      // While one of the two ended at its limit, their difference says nothing.
      const isWhole = all.atLeast === undefined && active.atLeast === undefined;
      const cooling = isWhole
        ? { count: Math.max(0, all.count - active.count) }
        : { count: 0, atLeast: true as const };
      return { enrolled: all, reviewers, cooling };
    },

    async changes(at) {
      const from = moved(lapsedBefore(at), 1);
      const [pending, lapsing] = await Promise.all([
        listed('Pending', { from }),
        listed('Pending', { from, to: lapsedBefore(moved(at, lapsingDays * minutes(24 * 60))) }),
      ]);
      return { pending, lapsing };
    },

    async vaultKeys(at) {
      const wanted = keysAhead(ports.retention, at);
      const [first] = wanted;
      const counts = await inParallel(wanted, atOnce, async ({ purpose, epoch }) => {
        const of = `${purpose}#${epoch}`;
        const made = await counter.count('vaultKeys', { of, where: present('keyArn') });
        return { isThisMonth: epoch === first?.epoch, count: Math.min(made.count, ports.vaultKeysPerEpoch) };
      });
      const sum = (isThisMonth: boolean) =>
        counts.reduce((sum, each) => sum + (each.isThisMonth === isThisMonth ? each.count : 0), 0);
      return {
        needed: (wanted.length / 2) * ports.vaultKeysPerEpoch,
        thisMonth: sum(true),
        nextMonth: sum(false),
      };
    },
  };

  async function tried<P extends HealthPart>(part: P, at: string): Promise<HealthOf<P> | Unread> {
    try {
      return await looks[part](at);
    } catch (error) {
      const failure = nameOfFailure(error);
      watch.error('health: one part cannot be read', { part, ...failure });
      const name = failure.code ?? failure.error;
      return { unread: /^[A-Za-z][A-Za-z-]{0,59}$/.test(name) ? name : 'Error' };
    }
  }

  return async function look() {
    const at = clock.now();
    const [outbox, log, witnesses, cases, deadlines, emergencies, access, notices, keys, changes, vaultKeys] =
      await Promise.all([
        tried('outbox', at),
        tried('log', at),
        tried('witnesses', at),
        tried('cases', at),
        tried('deadlines', at),
        tried('emergencies', at),
        tried('access', at),
        tried('notices', at),
        tried('keys', at),
        tried('changes', at),
        tried('vaultKeys', at),
      ]);
    const parts = {
      outbox,
      log,
      witnesses,
      cases,
      deadlines,
      emergencies,
      access,
      notices,
      keys,
      changes,
      vaultKeys,
    };
    return { at, version: ports.version, policyHash: ports.policyHash, parts };
  };
}

/** Whether a case's time runs: it stands still while the desk waits for an answer (answer-time.ts, `isStopped`). */
const isRunning = any(absent('time.stops'), absent('information'), present('information.answeredAt'));
/** Whether an emergency that was opened still owes something (obligations.ts). */
const isOwing = all(present('debts'), absent('debts.settled'));
/** Whether the provider tells the person (notice.ts, `isProvidersToTell`). */
const isProviders = any(
  absent('notice.by'),
  ...noticeModes.filter((mode) => mode !== 'authority').map((mode) => equals('notice.by', mode)),
);
