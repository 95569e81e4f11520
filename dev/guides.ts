import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchProvider } from '#client/exchange.ts';
import { startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { readGuide, writeGuide } from './guides/guide.ts';
import { guideFiles, guideNames, operatorEnv } from './guides/guides.ts';
import { type Walk, walkGuide } from './guides/walk.ts';
import { record } from './record/record.ts';
import { teller } from './teller.ts';
import { deployWrit } from './world.ts';

const picture = 'docs/session.svg';

const help = `npm run guides

Walks through the guides in docs/ on a new local cloud, command by command, and writes into them what was printed; and
records the terminal session of the README, ${picture}. The tests do the same on theirs, and compare.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  const tell = teller(process.stdout);
  const stateDir = join(home, '.writ/guides');
  const root = mkdtempSync(join(tmpdir(), 'writ-guides-'));
  tell.chapter('A new deployment');
  const cloud = await startCloud({ stateDir, say: tell.detail });
  try {
    const outputs = await deployWrit(cloud, { say: tell.detail });
    const walk: Walk = {
      cloud,
      root,
      names: guideNames(cloud, outputs, await fetchProvider(cloud.url)),
      env: operatorEnv(cloud),
      isFresh: true,
      say: tell.detail,
    };
    for (const file of guideFiles) {
      tell.chapter(file);
      const path = join(home, file);
      const parts = await walkGuide(readGuide(readFileSync(path, 'utf8')), walk);
      writeFileSync(path, writeGuide(parts));
    }
    tell.chapter(picture);
    writeFileSync(join(home, picture), await record(walk));
  } finally {
    await cloud.stop();
    rmSync(stateDir, { recursive: true, force: true });
    rmSync(root, { recursive: true, force: true });
  }
}
