/**
 * Other people's implementations of EventBridge's matching: AWS's own, which is Java, where there is Java and Maven, and
 * that of the local cloud, which runs everywhere.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { cleanEnvironment, home, python } from '#dev/cloud/emulator.ts';
import { builtOnce } from '../../built.ts';
import { needs } from '../../examples/programs.ts';

export interface Judge {
  readonly name: string;
  /** The reason why it cannot run here, or false. */
  readonly skip: string | false;
  /** For each event, the indices of the patterns that match it. @throws where a pattern is none */
  matches(patterns: readonly object[], events: readonly object[]): Promise<number[][]>;
}

const folder = join(home, 'test/conformance/eventbridge');
const answer = z.array(z.array(z.number().int()));

/** Of what Maven Central serves under these versions. */
const ruler = 'event-ruler-2.1.0.jar';
const rulerSha256 = '0de916a30048f996f129d05eb3dc6871c89a462f1377c876fd2d34f2e04152fe';

export const judges: readonly Judge[] = [
  {
    name: 'MiniStack',
    skip: false,
    matches: (...asked) => judged(python(), [join(folder, 'judge.py')], ...asked),
  },
  {
    name: 'Event Ruler of AWS',
    skip: needs('javac', ['--version'], /javac (?:1[7-9]|[2-9]\d)/) || needs('mvn', ['-v'], /Maven/),
    matches: async (...asked) => {
      const jars = await builtOnce('event-ruler', folder, fetchRuler);
      // One short run: what makes long ones fast makes it slow.
      const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
      return judged('java', [...quick, '-cp', classPath(jars), 'Judge'], ...asked);
    },
  },
];

/** What the local cloud sends of events, as a target's input transformer has it. */
export async function rendered(transformer: object, events: readonly object[]): Promise<string[]> {
  const sent = await run(python(), [join(folder, 'render.py')], JSON.stringify({ transformer, events }));
  return z.array(z.string()).parse(JSON.parse(sent));
}

async function fetchRuler(into: string): Promise<void> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  await run('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), goal, `-DoutputDirectory=${into}`], '');
  const sha256 = createHash('sha256')
    .update(readFileSync(join(into, ruler)))
    .digest('hex');
  if (sha256 !== rulerSha256) throw new Error(`${ruler} is another than was looked at`);
  await run('javac', ['-cp', classPath(into), '-d', into, join(folder, 'Judge.java')], '');
}

const classPath = (into: string) =>
  [into, ...globSync('*.jar', { cwd: into }).map((jar) => join(into, jar))].join(delimiter);

async function judged(
  program: string,
  args: string[],
  patterns: readonly object[],
  events: readonly object[],
): Promise<number[][]> {
  return answer.parse(JSON.parse(await run(program, args, JSON.stringify({ patterns, events }))));
}

function run(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((done, fail) => {
    const options = { env: cleanEnvironment(), maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, options, (error, stdout) =>
      error === null ? done(stdout) : fail(error),
    );
    child.stdin?.end(input);
  });
}
