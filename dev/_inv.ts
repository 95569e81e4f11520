// TEMPORARY (invariant helper): keeps a cloud up; SIGUSR2 redeploys.
import { rmSync, writeFileSync } from 'node:fs';
import { startCloud } from './cloud/cloud.ts';
import { localJson, makeWorld } from './world.ts';

const stateDir = process.argv[2] ?? '/tmp/x/inv-state';
const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
const cloud = await startCloud({ stateDir, say });
let world = await makeWorld(cloud, { say });
writeFileSync(`${stateDir}/local.json`, JSON.stringify(localJson(world)), { mode: 0o600 });
say('READY');
let n = 0;
process.on('SIGUSR2', async () => {
  try {
    world = await makeWorld(cloud, { say });
    writeFileSync(`${stateDir}/local.json`, JSON.stringify(localJson(world)), { mode: 0o600 });
    say(`REDEPLOYED ${++n}`);
  } catch (e) {
    say(`REDEPLOY FAILED ${e}`);
  }
});
for (const s of ['SIGTERM', 'SIGINT'] as const)
  process.once(s, () =>
    cloud.stop().finally(() => {
      rmSync(stateDir, { recursive: true, force: true });
      process.exit(0);
    }),
  );
setInterval(() => {}, 1e6);
