import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchProvider } from '#client/provider.ts';
import { awsOf } from './aws.ts';
import { startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { type Part, readGuide, writeGuide } from './guides/guide.ts';
import { dateGuides, guideFiles, guideNames, operatorEnv } from './guides/guides.ts';
import { type Walk, walkGuide } from './guides/walk.ts';
import { pictures, record } from './record/record.ts';
import { teller } from './teller.ts';
import { deployWrit, invokePrepare } from './world.ts';

const help = `npm run guides

Walks through the guides in docs/ on a new local cloud, command by command, and writes into them what was printed; and
records two sessions at a terminal. The tests walk through on their cloud and compare.
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
    await invokePrepare(awsOf(cloud), outputs);
    dateGuides();
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
      await rewrite(join(home, file), walk);
    }
    tell.chapter('Sessions, recorded');
    const { agency, reviewer } = await record(walk);
    writeFileSync(join(home, pictures.agency), agency);
    writeFileSync(join(home, pictures.reviewer), reviewer);
  } finally {
    await cloud.stop();
    rmSync(stateDir, { recursive: true, force: true });
    rmSync(root, { recursive: true, force: true });
  }
}

/** What was walked is written even if a later step fails: there it can be seen why. */
async function rewrite(path: string, walk: Walk): Promise<void> {
  const parts = readGuide(readFileSync(path, 'utf8'));
  const walked: Part[] = [];
  try {
    for await (const part of walkGuide(parts, walk)) walked.push(part);
  } finally {
    writeFileSync(path, writeGuide([...walked, ...parts.slice(walked.length)]));
  }
}
