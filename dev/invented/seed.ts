import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { collect } from '#client/agency.ts';
import { answerNotification } from '#client/authority.ts';
import type { CaseView } from '#core/cases/case.ts';
import { inParallel } from '#core/parallel.ts';
import { countSealed, recordsExpected, sendEvents, until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import type { Person, World } from '#dev/world.ts';
import { playCase, type SessionOf, untilTaken } from './acting.ts';
import type { InventedAsk } from './cases.ts';
import { type EnrolledAgency, enrolmentOf } from './enrolled.ts';
import { type LiveDesk, liveDesk } from './live.ts';

/** Invented cases on a deployment: sent, decided and collected by calls that invented people sign, as real ones would. */

/** What stands beside the cloud: how far a desk has come, so that a run that was broken off is gone on with. */
const progressSchema = z.strictObject({
  /** Made by each deployment from nothing, unlike names. */
  deployment: z.string(),
  count: z.int(),
  /** The same count and instant give the same desk. */
  now: z.string(),
  /** The places of requests that are played to their end. */
  done: z.array(z.int()),
  isWhole: z.boolean(),
});
type Progress = z.infer<typeof progressSchema>;

/** A call runs a function on this machine: more at once than it has processors only wait for each other. */
const atOnce = 4;

export interface Seeded {
  desk: LiveDesk;
  /** Whether everything was there already. */
  wasThere: boolean;
  /** The invented people, once all of them are enrolled. */
  people: Promise<People>;
  /** Once every request has come as far as it is to come. */
  filled: Promise<void>;
}

export interface People {
  agencies: readonly EnrolledAgency[];
  sessionOf: SessionOf;
}

/**
 * Makes sure that the invented desk is there, and finds it the second time. Once the desk's own people are enrolled it
 * answers: the rest goes on.
 *
 * @param say what it does, a line at a time
 */
export async function seedDesk(
  world: World,
  { count, say }: { count: number; say: (line: string) => void },
): Promise<Seeded> {
  const file = join(world.cloud.keepDir, 'invented.json');
  const before = progressIn(file, world);
  const wasThere = before?.isWhole === true;
  const progress = before ?? {
    deployment: world.outputs.IndexKeyArn,
    count,
    now: new Date().toISOString(),
    done: [],
    isWhole: false,
  };
  const isAgain = before !== undefined;
  write(file, progress);
  const desk = liveDesk(progress.count, progress.now, {
    phone: Number(world.outputs.PhoneRetentionMonths),
    access: Number(world.outputs.AccessRetentionMonths),
  });
  const enrolment = enrolmentOf(world, { areThere: wasThere ? 'all' : isAgain ? 'some' : 'none' });
  const started = performance.now();
  const sealed = wasThere ? Promise.resolve() : feed(world, desk, { isAgain, say });
  // Who fails first is told where it is waited for.
  sealed.catch(() => {});
  const reviewers = await enrolment.reviewers(desk.reviewers);
  const people = enrolment.agencies(partiesOf(desk)).then((agencies) => {
    if (!wasThere) say(`${agencies.length} agencies and ${reviewers.length} reviewers are enrolled`);
    return { agencies, sessionOf: sessionsOf(reviewers, agencies) };
  });
  const fill = async () => {
    const those = await people;
    await sealed;
    const left = unfinished(desk, progress);
    await inParallel(left, atOnce, async (of) => {
      const ask = desk.requests[of];
      if (ask === undefined) return;
      const acts = desk.acts.filter((act) => act.of === of);
      await playCase(ask, acts, { ...those, isAgain });
      progress.done.push(of);
      write(file, progress);
    });
    // Collecting waits for the log, which is behind as long as requests arrive.
    await playMore(world, desk, { ...those, isAgain });
    progress.isWhole = true;
    write(file, progress);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const acts = desk.acts.filter(({ of }) => left.includes(of));
    say(
      `${left.length} requests and ${acts.length} acts, each a signed call: ${seconds} s with all that they need`,
    );
  };
  const filled = wasThere ? Promise.resolve() : fill();
  for (const promise of [people, filled]) promise.catch(() => {});
  return { desk, wasThere, people, filled };
}

/** Who asks, and whom requests are notified to. */
const partiesOf = ({ agencies, enforcing, requests }: LiveDesk) => [
  ...agencies.filter(({ id }) => requests.some(({ agency }) => agency === id)),
  enforcing,
];

/** What is not played yet: emergencies first, then what somebody has done something with. */
function unfinished({ requests }: LiveDesk, { done }: Progress): number[] {
  const rank = ({ request, story }: InventedAsk) =>
    request.priority === 'Emergency' ? 0 : story === 'waiting' ? 2 : 1;
  return [...requests.entries()]
    .toSorted(([, a], [, b]) => rank(a) - rank(b))
    .map(([of]) => of)
    .filter((of) => !done.includes(of));
}

/** Tells of the invented people, and waits until it is sealed: a request for somebody unknown is refused. */
async function feed(
  { aws, outputs }: World,
  { events }: LiveDesk,
  { isAgain, say }: { isAgain: boolean; say: (line: string) => void },
): Promise<void> {
  const count = () => countSealed(aws, outputs);
  const before = await count();
  await sendEvents(aws, outputs, events);
  // Events that were there already are sealed once.
  const expected = isAgain ? recordsExpected(events) : before + recordsExpected(events);
  await until('the invented people’s records are sealed', async () => (await count()) >= expected, 120_000);
  say(`${events.length} identity events are sealed`);
}

/** What happens to some cases beside what people at the desk do. */
async function playMore(
  world: World,
  { more, requests }: LiveDesk,
  { agencies, sessionOf, isAgain }: People & { isAgain: boolean },
): Promise<void> {
  const on = async (of: number, act: (ask: InventedAsk, view: CaseView) => Promise<unknown>) => {
    const ask = requests[of];
    // Sent again it is the same case.
    if (ask === undefined) return;
    const view = await playCase(ask, [], { sessionOf, isAgain });
    await untilTaken(() => act(ask, view), isAgain);
  };
  const agencyOf = (id: string) => agencies.find((agency) => agency.id === id);
  await Promise.all([
    on(more.collected, async ({ agency, officer }, { id, collections }) => {
      const encryptionKey = agencyOf(agency)?.encryptionKey;
      if (encryptionKey === undefined || collections > 0) return;
      await collect(sessionOf(officer), id, encryptionKey, { patienceMs: 120_000 });
    }),
    // As of an instant after it: nobody waits for it.
    on(more.expired, async (_, { id, expiresAt }) => {
      const time = new Date(Date.parse(expiresAt ?? new Date().toISOString()) + 1000).toISOString();
      await invoke(world, 'Expire', { time, case: id });
    }),
    on(more.consented, async ({ request: { notification } }, { id, requestDigest, notification: said }) => {
      if (notification === undefined || !('authority' in notification)) return;
      const [officer] = agencyOf(notification.authority)?.officers ?? [];
      if (officer === undefined || said?.answer !== undefined) return;
      await answerNotification(officer.session, id, { decision: 'consent', requestDigest });
    }),
  ]);
}

function sessionsOf(reviewers: readonly Person[], agencies: readonly EnrolledAgency[]): SessionOf {
  const all = [...reviewers, ...agencies.flatMap(({ officers }) => officers)];
  const sessions = new Map(all.map(({ holder, session }) => [holder, session]));
  return (holder) => {
    const session = sessions.get(holder);
    if (session === undefined) throw new Error(`nobody of the invented desk is called ${holder}`);
    return session;
  };
}

/** How far the desk of this deployment has come. Another deployment’s is nothing to go on with. */
function progressIn(file: string, { outputs }: World): Progress | undefined {
  if (!existsSync(file)) return undefined;
  const { success, data } = progressSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return success && data.deployment === outputs.IndexKeyArn ? data : undefined;
}

function write(file: string, progress: Progress): void {
  writeFileSync(`${file}.new`, JSON.stringify(progress), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
