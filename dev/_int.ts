import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '#dev/cloud/cloud.ts';
import { localJson, makeWorld } from '#dev/world.ts';

const stateDir = process.env.INT_STATE ?? '/tmp/x/int-state';
const say = (line: string) => console.log(line);
const cloud = await startCloud({ stateDir, endpoint: process.env.WRIT_ENDPOINT, say });
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => cloud.stop().finally(() => process.exit(1)));
const deployAll = async () => {
  const world = await makeWorld(cloud, { say });
  writeFileSync(join(stateDir, 'local.json'), JSON.stringify(localJson(world)), { mode: 0o600 });
  console.log('ready');
};
await deployAll();
process.on('SIGUSR2', () => void deployAll());
setInterval(() => {}, 60_000);
