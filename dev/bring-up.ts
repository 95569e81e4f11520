import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Cloud, connect } from './cloud/cloud.ts';
import { startDaemon, stopDaemon } from './cloud/daemon.ts';
import { localConfigDir, localFile, upStateDir } from './local.ts';
import { writeProfiles } from './profiles.ts';
import type { Teller } from './teller.ts';
import { localJson, makeWorld, readWorld, renewWorld, type World } from './world.ts';

/**
 * Starts the local cloud in the background, or finds the one that runs there, and deploys Writ to it: what `npm run up` does.
 * If it fails, nothing is left running.
 */
export async function bringUp(tell: Teller): Promise<World> {
  try {
    const cloud = await startDaemon({ stateDir: upStateDir, endpoint: process.env.WRIT_ENDPOINT });
    if (!cloud.can.includes('ours')) {
      tell.fact(`${cloud.product} at ${cloud.endpoint}, account ${cloud.accountId}, ${cloud.region}`);
    }
    const again = cloud.wasRunning && existsSync(localFile);
    if (again) tell.fact('It runs already; deploying what has changed');
    const options = { say: (line: string) => tell.detail(line) };
    const world = again ? await renewWorld(cloud, localFile, options) : await makeWorld(cloud, options);
    await writeLocal(world);
    return world;
  } catch (error) {
    rmSync(localFile, { force: true });
    await stopDaemon(upStateDir);
    throw error;
  }
}

/** The world of a local cloud that was brought up before and still runs, as it was deployed then. */
export async function broughtUp(): Promise<World | undefined> {
  const cloud = running();
  if (cloud === undefined || !existsSync(localFile)) return undefined;
  return readWorld(cloud, localFile);
}

function running(): Cloud | undefined {
  try {
    return connect(upStateDir);
  } catch {
    return undefined; // none runs
  }
}

/** Writes how to reach it, whole or not at all: others may be reading. */
async function writeLocal(world: World): Promise<void> {
  const written = `${localFile}.new`;
  writeFileSync(written, `${JSON.stringify(await localJson(world), null, 2)}\n`, { mode: 0o600 });
  renameSync(written, localFile);
  await writeProfiles(localConfigDir, world);
}
