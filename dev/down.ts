import { rmSync } from 'node:fs';
import { stopDaemon } from './cloud/daemon.ts';
import { localConfigDir, localFile, upStateDir } from './local.ts';

const ran = await stopDaemon(upStateDir);
rmSync(localFile, { force: true });
for (const dir of [upStateDir, localConfigDir]) rmSync(dir, { recursive: true, force: true });
console.log(ran ? 'The local cloud is stopped.' : 'No local cloud was running.');
