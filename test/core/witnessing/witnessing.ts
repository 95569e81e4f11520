import { utf8 } from '#core/bytes.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { parseTrustPolicy, type TrustPolicy } from '#core/log/trust-policy.ts';
import { type Cosigned, cosignedPath, readCosigned } from '#core/witnessing/cosigned.ts';
import { type CosignPorts, cosigner as cosignerOf } from '#core/witnessing/cosigner.ts';
import { TestLog } from '../../client/report/logs.ts';
import { type MemoryLogFiles, memoryLogFiles } from '../../memory/log-files.ts';
import { type MemoryClock, type MemoryWatch, memoryClock, memoryWatch } from '../../memory/outside.ts';
import { type MemoryWitness, memoryWitness, memoryWitnesses } from '../../memory/witnesses.ts';
import { type Cosigner, cosigner } from '../log/cosigner.ts';

/** A log that grows, the witnesses of its policy, and what asks them. */
export interface Witnessing {
  log: TestLog;
  files: MemoryLogFiles;
  witnesses: readonly MemoryWitness[];
  policy: TrustPolicy;
  clock: MemoryClock;
  watch: MemoryWatch;
  ports: CosignPorts;
  /** Appends entries and publishes the checkpoint. */
  grow(entries?: number): void;
  publish(log: TestLog): void;
  /** One run, by the log's head. */
  run(): Promise<void>;
  tick(): Promise<void>;
  /** What is remembered is forgotten, as with another instance. */
  restart(): void;
  published(): Cosigned | undefined;
  /** The names of the witnesses whose cosignatures are published. */
  shown(): string[];
  codes(): unknown[];
}

export const entryOf = (n: number | string) => utf8(`{"n":${JSON.stringify(n)}}`);

const cosigners = (count: number): Cosigner[] =>
  Array.from({ length: count }, (_, i) => cosigner(`w${i + 1}.example/witness`, i + 1));

/**
 * @param by the keys of the witnesses, or how many
 * @param quorum the lines below those of the witnesses, which are called w1, w2 and so on
 */
export function witnessing(by: number | readonly Cosigner[], quorum: string): Witnessing {
  const log = new TestLog('log.example/v1/log');
  const files = memoryLogFiles();
  const clock = memoryClock();
  const watch = memoryWatch();
  const witnesses = (typeof by === 'number' ? cosigners(by) : by).map((one, i) =>
    memoryWitness(one, `https://w${i + 1}.example`),
  );
  const lines = witnesses.map(
    ({ cosigner: { key }, url }, i) => `witness w${i + 1} ${formatWitnessKey(key)} ${url}\n`,
  );
  const policy = parseTrustPolicy(`${lines.join('')}${quorum}\n`);
  const ports: CosignPorts = {
    policy,
    files,
    cosigned: files.cosigned,
    witnesses: memoryWitnesses(witnesses, log.key, clock),
    clock,
    watch,
  };
  let cosign = cosignerOf(ports);
  let grown = 0;
  const publish = (from: TestLog) => {
    for (const [path, bytes] of from.files) files.force(path, bytes);
  };
  const published = () => {
    const bytes = files.files.get(cosignedPath);
    return bytes && readCosigned(bytes, policy);
  };
  return {
    log,
    files,
    witnesses,
    policy,
    clock,
    watch,
    ports,
    publish,
    grow(entries = 3) {
      log.appendBytes(Array.from({ length: entries }, () => entryOf(grown++)));
      publish(log);
    },
    run: () => cosign({ byClock: false }),
    tick: () => cosign({ byClock: true }),
    restart: () => {
      cosign = cosignerOf(ports);
    },
    published,
    shown: () => published()?.cosignatures.map(({ key: { name } }) => name.slice(0, 2)) ?? [],
    codes: () => watch.lines.map(({ what, facts }) => facts.why ?? what),
  };
}
