import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { openSession, type Session } from '#client/exchange.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { listReviews } from '#client/reviewer.ts';
import { liveStatuses } from '#console/state/statuses.ts';
import { consoleRoutes } from '#core/wire/console.ts';
import { broughtUp } from '#dev/bring-up.ts';
import type { MadeKey } from '#dev/browser/first-screens.ts';
import { enrolNewcomer } from '#dev/newcomer.ts';
import { desk as deskInMemory } from '../test/console/desk.ts';

/** Where a desk is opened: the console, the API behind it, and people who enrol a key. */
export interface DeskPlace {
  called: string;
  url: string;
  /** Of another reviewer, whose calls are the floor. */
  session: Session;
  enrol(publicKey: MadeKey): Promise<void>;
  close(): Promise<void>;
}

export class NoDesk extends Error {}

const howToStart = `Start one, with cases:

  npm run console -- --no-wait

Or measure without a cloud: npm run bench -- desk --memory`;

/** The local cloud that `npm run console` left running. @throws NoDesk */
export async function onTheCloud(leastCases: number): Promise<DeskPlace> {
  const world = await broughtUp().catch(() => undefined);
  const [first] = world?.reviewers ?? [];
  if (world === undefined || first === undefined) throw new NoDesk(`No local cloud runs here. ${howToStart}`);
  const { url } = world.cloud;
  if (!(await fetch(`${url}/v1${consoleRoutes.showConsole.path}`)).ok)
    throw new NoDesk(`The local cloud has no console yet. ${howToStart}`);
  const live = await Promise.all(liveStatuses.map((status) => listReviews(first.session, status)));
  const count = live.flat().length;
  if (count < leastCases)
    throw new NoDesk(`The desk has ${count} cases; this takes ${leastCases}. ${howToStart}`);
  return {
    called: `the local cloud, ${count} live cases`,
    url,
    session: first.session,
    async enrol(publicKey) {
      const taken = world.reviewers.map(({ holder }) => holder);
      await enrolNewcomer(world.reviewers, { publicKey, called: 'bench', place: 'bench', taken });
    },
    close: async () => {},
  };
}

/** The desk that the tests of the console have: the code that is deployed, over stores in memory. */
export async function inMemory(): Promise<DeskPlace> {
  const desk = await deskInMemory();
  setDefaultCACertificates([...getCACertificates('default'), desk.ca.toString()]);
  const { privatePem } = newSigningKey();
  await desk.enrol({ ...publicJwk(privatePem) }, 'r.jansen');
  return {
    called: `in memory, ${desk.cases.length} cases`,
    url: desk.url,
    session: await openSession({ url: desk.url, signer: signerFromPem(privatePem) }),
    enrol: async (publicKey) => void (await desk.enrol(publicKey, 'a.weber')),
    close: () => desk.close(),
  };
}
