import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newWitnessKey, readWitnessKey } from '#client/cli/witness/key.ts';
import { serveWitness } from '#client/cli/witness/serving.ts';
import { makeStateFolder, openState } from '#client/cli/witness/state.ts';
import { Witness } from '#client/log/witness/witness.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import type { VerifierKey } from '#core/log/note.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { startCloud } from '#dev/cloud/cloud.ts';
import { home } from '#dev/cloud/emulator.ts';
import { deployWrit, makeWorld } from '#dev/world.ts';
import { print, quantile, refusals, row, waitsOf } from './log-sequencing.ts';

/**
 * How long it takes from an act's commit to a checkpoint that covers it and that the quorum has cosigned, with no, one and
 * three witnesses, on the running stack. The witnesses are ours, on this machine, and keep what they cosign on its disk: on
 * another continent each adds its own round trips. The plain checkpoint of the same acts is the floor.
 */
const counts = [0, 1, 3] as const;
const bursts = 40;

interface Running {
  line: string;
  stop(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'writ-witnessing-'));
let requests = 0;

async function startWitness(name: string, log: VerifierKey): Promise<Running> {
  const file = join(folder, `${name}.key`);
  const vkey = formatWitnessKey(await newWitnessKey(file, `witness.example/${name}`));
  const { key, sign } = await readWitnessKey(file);
  const dir = join(folder, `${name}-state`);
  await makeStateFolder(dir);
  const store = await openState(dir, vkey);
  const tell = () => {
    requests++;
  };
  const nowSeconds = () => BigInt(Math.floor(Date.now() / 1000));
  const witness = new Witness({ key, sign, logs: [log], store, nowSeconds, tell });
  const { port, close } = await serveWitness({ witness, about: '', host: '127.0.0.1', port: 0 });
  return { line: `witness ${name} ${vkey} http://127.0.0.1:${port}`, stop: close };
}

/** The log as its cosigned checkpoint has it. */
const cosigned =
  (read: ReadFile): ReadFile =>
  (path) =>
    read(path === 'checkpoint' ? 'cosigned' : path);

const say = (line: string) => process.stderr.write(`${line}\n`);
const stateDir = join(home, '.writ/bench');
const cloud = await startCloud({ stateDir, say });
const witnesses: Running[] = [];
try {
  const world = await makeWorld(cloud, { say });
  const log = refusals(world);
  print('');
  print("from an act's commit to the checkpoint that covers it, and to the cosigned one: acts one at a time");
  row('witnesses', 'of', 'acts', 'checkpoints', 'p50 ms', 'p99 ms', 'calls each');
  for (const count of counts) {
    while (witnesses.length < count) witnesses.push(await startWitness(`w${witnesses.length + 1}`, log.key));
    const names = witnesses.map((_, i) => `w${i + 1}`).join(' ');
    const file = join(folder, `${count}.policy`);
    const lines = witnesses.map(({ line }) => line);
    writeFileSync(file, [...lines, `group all all ${names}`, 'quorum all', ''].join('\n'));
    if (count > 0) await deployWrit(cloud, { say, context: { witnesses: file } });
    for (const [what, read] of [
      ['checkpoint', log.read],
      ['cosigned', cosigned(log.read)],
    ] as const) {
      if (what === 'cosigned' && count === 0) continue;
      // The first acts wait for what was deployed to start.
      await waitsOf({ ...log, read: log.read }, 3, 1);
      const before = requests;
      const { waits, checkpoints } = await waitsOf({ ...log, read }, bursts, 1);
      const each = ((requests - before) / checkpoints).toFixed(2);
      const figures = [0.5, 0.99].map((q) => quantile(waits, q).toFixed(0));
      row(String(count), what, String(waits.length), String(checkpoints), ...figures, each);
    }
  }
} finally {
  await Promise.all(witnesses.map(({ stop }) => stop()));
  await cloud.stop();
  rmSync(stateDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true });
}
