/** The programs below examples/producers/, built once and run as a provider's backend runs them. */
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment, home, python, trust } from '#dev/cloud/emulator.ts';
import { builtOnce } from '../built.ts';
import { needs } from './programs.ts';

export interface Producer {
  readonly name: string;
  /** The reason why it cannot run here, or false. */
  readonly skip: string | false;
  /** Makes it ready and answers the command that runs it, or why its SDK cannot be had here. What does not compile throws. */
  build(): Promise<readonly string[] | { missing: string }>;
}

const folder = (name: string) => join(home, 'examples/producers', name);

export const producers: readonly Producer[] = [
  {
    name: 'python',
    skip: false,
    build: async () => [python(), join(folder('python'), 'producer.py')],
  },
  {
    name: 'go',
    skip: needs('go', ['version'], /go1\.(?:2[4-9]|[3-9]\d)/),
    build: () =>
      unlessMissing('the Go modules cannot be had here', async () => {
        const built = await builtOnce('producer-go', folder('go'), async (into) => {
          await had('go', ['mod', 'download'], folder('go'));
          await must('go', ['build', '-o', join(into, 'producer'), '.'], folder('go'));
        });
        return [join(built, 'producer')];
      }),
  },
  {
    name: 'java',
    skip: needs('javac', ['--version'], /javac (?:1[7-9]|[2-9]\d)/) || needs('mvn', ['-v'], /Maven/),
    build: () =>
      unlessMissing('the SDK for Java cannot be had here', async () => {
        const built = await builtOnce('producer-java', folder('java'), async (into) => {
          const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
          await had('mvn', ['-q', '-B', goal, `-DoutputDirectory=${into}`], folder('java'));
          await must('javac', ['-cp', classPath(into), '-d', into, 'Producer.java'], folder('java'));
        });
        // Each run is short: what makes long ones fast makes it slow.
        return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath(built), 'Producer'];
      }),
  },
];

const classPath = (into: string) =>
  [into, ...globSync('*.jar', { cwd: into }).map((jar) => join(into, jar))].join(delimiter);

async function must(program: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, args, { cwd });
}

class Missing extends Error {}

async function had(...fetch: Parameters<typeof must>): Promise<void> {
  await must(...fetch).catch((cause: unknown) => {
    throw new Missing('a registry did not give it', { cause });
  });
}

async function unlessMissing<T>(missing: string, build: () => Promise<T>): Promise<T | { missing: string }> {
  try {
    return await build();
  } catch (error) {
    if (error instanceof Missing) return { missing };
    throw error;
  }
}

/** Java reads no PEM as its trust store. */
async function trustInJava(caFile: string): Promise<string> {
  const store = `${caFile}-${process.pid}.p12`;
  const options = ['-storetype', 'PKCS12', '-storepass', 'changeit', '-keystore', store];
  if (!existsSync(store))
    await must('keytool', ['-importcert', '-noprompt', '-file', caFile, ...options], home);
  return `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`;
}

/** Where it sends: AWS's own variables, which each SDK reads. */
export interface Where {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** An authority to trust, beside the system's for Python and Go, in its place for Java. */
  readonly caFile?: string;
}

/** Runs a built producer over lines of log-ins. @returns its exit code and what it wrote to stderr */
export async function produce(
  command: readonly string[],
  stream: string,
  lines: string,
  { endpoint, region, credentials, caFile }: Where,
): Promise<{ code: number | null; stderr: string }> {
  const [program = '', ...args] = command;
  const env = {
    ...cleanEnvironment(),
    ...(caFile === undefined ? {} : trust(caFile)),
    ...(caFile === undefined || program !== 'java' ? {} : { JAVA_TOOL_OPTIONS: await trustInJava(caFile) }),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Java's SDK writes CBOR to Kinesis, unless told to write what the others do.
    CBOR_ENABLED: 'false',
  };
  return new Promise((done) => {
    const child = execFile(program, [...args, stream], { env }, (_, __, stderr) =>
      done({ code: child.exitCode, stderr }),
    );
    child.stdin?.end(lines);
  });
}
