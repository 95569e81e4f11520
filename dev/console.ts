import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { pairingFragment } from '#client/bridge/pairing.ts';
import type { Loopback } from '#client/cli/bridge/loopback.ts';
import { comparable } from '#client/thumbprint.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { consoleRoutes } from '#core/wire/console.ts';
import { bringUp, broughtUp } from './bring-up.ts';
import { colleagueSigns, emergencyArrives } from './invented/later.ts';
import { type Seeded, seedDesk } from './invented/seed.ts';
import { onKeyPress } from './keypress.ts';
import { openBrowser } from './open-browser.ts';
import { listen, type Reception, receptionOf } from './reception.ts';
import { type Teller, teller } from './teller.ts';
import type { World } from './world.ts';

const help = `npm run console [-- options]

Opens the desk in your browser, with 60 invented cases on the local cloud. It starts the cloud if none runs, and enrols the
key that you make in the page. While it waits, a key press makes an emergency arrive, a colleague sign, or an officer's portal
open.

  --key FILE     enrol this public key too: PEM, or JWK
  --cases COUNT  how many cases a new desk gets (default: 60)
  --no-open      open no browser
  --no-wait      make everything ready, and end
  --help         this text

npm run down stops the cloud and forgets the desk.
`;

interface Options {
  key?: string | undefined;
  count: number;
  opens: boolean;
  waits: boolean;
}

class UsageError extends Error {}

function readOptions(): Options | 'help' {
  const { values } = parseArgs({
    options: {
      key: { type: 'string' },
      cases: { type: 'string', default: '60' },
      'no-open': { type: 'boolean', default: false },
      'no-wait': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const count = Number(values.cases);
  if (!Number.isInteger(count) || count < 60 || count > 5000)
    throw new UsageError('--cases takes a number from 60 to 5000.');
  return {
    key: values.key,
    count,
    opens: !values['no-open'] && !values['no-wait'],
    waits: !values['no-wait'],
  };
}

async function main(options: Options): Promise<void> {
  const tell = teller(process.stdout);
  tell.chapter('The desk, in a browser');
  const world = await deskServed(tell);
  const seeded = await seedDesk(world, { count: options.count, say: (line) => tell.detail(line) });
  const count = seeded.desk.requests.length;
  if (seeded.wasThere) tell.fact(`Its ${count} invented cases are there already`);
  else
    seeded.filled.then(
      () => tell.fact(`${count} invented cases are on the desk`),
      (error: unknown) =>
        tell.fault(`Not every invented case is there: ${messageOf(error)}. Again: npm run console`),
    );
  const agencies = seeded.people.then((people) => people.agencies);
  const reception = receptionOf(world, seeded.desk, agencies, tell);
  if (options.key !== undefined) {
    const publicKey = keyIn(options.key);
    await reception.enrol({ publicKey, called: basename(options.key).replace(/\..*$/, '') });
  }
  if (!options.waits) await seeded.filled;
  if (!options.waits) return tell.fact(`The desk: ${addressOf(world.cloud)}`);
  await sit(reception, world, seeded, { tell, opens: options.opens });
}

/** The local cloud with the page on it: as it runs, or brought up; deployed again where what runs has no page yet. */
async function deskServed(tell: Teller): Promise<World> {
  const running = await broughtUp().catch(() => undefined);
  if (running !== undefined && (await isServed(running))) {
    tell.fact(`The local cloud runs: ${running.cloud.url}`);
    return running;
  }
  const world = await bringUp(tell);
  tell.fact(`The local cloud runs, and Writ is deployed on it: ${world.cloud.url}`);
  if (!(await isServed(world))) tell.fault('What was deployed has no page for the desk');
  return world;
}

const addressOf = ({ url }: World['cloud']) => `${url}/v1${consoleRoutes.showConsole.path}`;

const isServed = async ({ cloud }: World) => (await fetch(addressOf(cloud))).ok;

/** Opens the page, and stays until somebody quits. */
async function sit(
  reception: Reception,
  world: World,
  seeded: Seeded,
  { tell, opens }: { tell: Teller; opens: boolean },
): Promise<void> {
  const { url, caFile } = world.cloud;
  const listening = new Set<Loopback>();
  const link = async (page: string = consoleRoutes.showConsole.path) => {
    const loopback = await listen(reception, url, tell);
    listening.add(loopback);
    return `${url}/v1${page}${pairingFragment(loopback.pairing)}`;
  };
  const address = await link();
  const isOpened = opens && (await openBrowser(address));
  tell.fact(
    isOpened ? 'The desk opens in your browser, or open it yourself:' : 'Open the desk in your browser:',
  );
  tell.detail(address);
  tell.fact(
    'Your browser warns of the certificate, once: this machine made it. Go on to localhost, under “Advanced”',
  );
  tell.detail(`or have your browser trust the authority in ${caFile}`);
  tell.fact('The page asks you to compare the provider’s key, as by telephone. It is');
  const [key] = world.provider.keys;
  for (const line of (await comparable(importPublicKey(key).thumbprint)).split('\n')) tell.detail(line);
  tell.fact('Then make your key in the page: it is enrolled here');

  const pressed = keysOf(reception, seeded, { tell, link });
  const { promise: quit, resolve } = Promise.withResolvers<void>();
  const presses = onKeyPress(process.stdin, (key) => (key === 'q' ? resolve() : pressed(key)));
  tell.detail(
    presses === undefined
      ? 'It stays until it is ended'
      : 'e  an emergency arrives    c  a colleague signs    l  a link for another browser    o  a link for an officer    q  quit',
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  if (!seeded.wasThere) tell.detail('Cases arrive now: emergencies first, and what others have worked on');
  await quit;
  presses?.end();
  for (const loopback of listening) loopback.close();
  tell.fact('The cloud runs on, with the desk: npm run console goes on with it, npm run down stops it');
}

/** What a key press does. One at a time; each is told when it is done. */
function keysOf(
  reception: Reception,
  seeded: Seeded,
  { tell, link }: { tell: Teller; link: (page?: string) => Promise<string> },
): (key: string) => void {
  let turn = 0;
  let last: Promise<void> = Promise.resolve();
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    e: async () => {
      const { reference, dueAt } = await emergencyArrives(seeded);
      tell.fact(`An emergency arrived: ${reference}, due ${dueAt}`);
    },
    c: async () => {
      const signed = await colleagueSigns(seeded, { newcomer: reception.newcomer(), turn: turn++ });
      if (signed === undefined) return tell.fact('No case waits for a colleague');
      tell.fact(`${signed.by} signed ${signed.case.reference}: ${signed.case.status}`);
    },
    l: async () => {
      tell.fact('A link for another browser:');
      tell.detail(await link());
    },
    o: async () => {
      tell.fact('The portal, for an officer who asks:');
      tell.detail(await link(consoleRoutes.showPortal.path));
    },
  };
  return (key) => {
    const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
    if (act === undefined) return;
    last = last.then(act).catch((error: unknown) => tell.fault(messageOf(error)));
  };
}

/** @throws UsageError if the file holds no public key */
function keyIn(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8').trim();
    const key: unknown = text.startsWith('{') ? JSON.parse(text) : `${text}\n`;
    importPublicKey(key);
    return key;
  } catch (error) {
    throw new UsageError(`--key takes a file with a public key, PEM or JWK (${messageOf(error)}).`);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

try {
  const options = readOptions();
  if (options === 'help') process.stdout.write(help);
  else await main(options);
} catch (error) {
  const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${messageOf(error)}\n${usage ? 'See npm run console -- --help\n' : ''}`);
  // Calls that are under way would hold it.
  process.exit(usage ? 2 : 1);
}
