import { rmSync } from 'node:fs';
import { stopDaemon } from './cloud/daemon.ts';
import { localFile, upStateDir } from './local.ts';

const ran = await stopDaemon(upStateDir);
rmSync(localFile, { force: true });
rmSync(upStateDir, { recursive: true, force: true });
console.log(ran ? 'The local cloud is stopped.' : 'No local cloud was running.');
