import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lie, lies } from './attack/lies.ts';
import type { Got } from './attack/scene.ts';
import { thiefOf } from './attack/thief.ts';
import { startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { readLog } from './log.ts';
import { teller } from './teller.ts';
import { invokePrepare, makeWorld } from './world.ts';

const help = `npm run attack [-- options]

Starts a local cloud, deploys Writ, and lies to it with rights on every table and on nothing else. Prints what each lie
got. Ends with 0 if none got anything, otherwise with 1.

  --only TEXT   the lies whose name has this in it
  --help        this text
`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) process.stdout.write(help);
else await attack(lies.filter(({ name }) => name.includes(values.only ?? '')));

async function attack(some: readonly Lie[]): Promise<void> {
  const tell = teller(process.stdout);
  tell.chapter('A whole cloud on this machine');
  const cloud = await startCloud({ stateDir: join(home, '.writ/attack'), say: (line) => tell.detail(line) });
  try {
    const world = await makeWorld(cloud, { say: (line) => tell.detail(line) });
    await invokePrepare(world.aws, world.outputs);
    const thief = await thiefOf(world);
    tell.chapter('Somebody who can write every table, and holds no key');
    let gotSomething = 0;
    for (const lie of some) {
      const got = await lie.tell({ world, thief });
      if ('nothing' in got) tell.fact(`${lie.name}: nothing (${got.nothing})`);
      else {
        gotSomething++;
        tell.fault(`${lie.name}: ${described(got)}`);
      }
      tell.detail(lie.does);
    }
    await thief.leave();
    const noticed = (await readLog(world)).filter(({ entry }) => entry.kind === 'record.unproven').length;
    tell.chapter('What an operator sees');
    tell.fact(`${noticed} entries in the log say that an item was not as Writ wrote it`);
    tell.fact(
      gotSomething === 0
        ? `${some.length} lies were told, and none got anything`
        : `${gotSomething} of ${some.length} lies got something`,
    );
    process.exitCode = gotSomething === 0 ? 0 : 1;
  } finally {
    await cloud.stop();
  }
}

function described(got: Exclude<Got, { nothing: string }>): string {
  return 'something' in got ? got.something : `a disclosure of ${got.records.length} records`;
}
