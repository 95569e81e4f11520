import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Duration, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { digestMember } from '#core/canonical.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { CODE_METADATA, codeDigest, type DeployedCode } from '#core/code-digest.ts';
import { mostCallSeconds } from '#core/log/limits.ts';
import type { Config } from './config.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import { pin } from './keep.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const bundles = `${root}node_modules/.cache/writ`;

/**
 * The one way to make a Lambda: the code of its file with the AWS SDK bundled in, Node 24 on ARM64, a role and a log group
 * of its own. rights.ts grants its rights, environment.ts sets its variables.
 */
export class WritFunction extends lambda.Function {
  override readonly role: iam.Role;

  constructor(scope: Construct, id: FunctionName, { policy, reserveConcurrency }: Config) {
    const definition = definitionOf(id);
    // Pinned like a resource that holds data: a key's policy goes on naming the first role, not one that takes its name
    // later.
    const role = pin(
      new iam.Role(scope, `${id}Role`, {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      }),
      `${id}Role`,
    );
    const logGroup = new logs.LogGroup(scope, `${id}Log`, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    const folder = codeOf(definition, policy);
    super(scope, id, {
      code: lambda.Code.fromAsset(folder),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.seconds(definition.timeoutSeconds ?? mostCallSeconds),
      memorySize: definition.memoryMb ?? 512,
      ...(reserveConcurrency && definition.reserved !== undefined
        ? { reservedConcurrentExecutions: definition.reserved }
        : {}),
      role,
      logGroup,
      // No X-Ray: a trace records what is called with what.
      tracing: lambda.Tracing.DISABLED,
    });
    this.role = role;
    const { cfnOptions } = this.node.defaultChild as lambda.CfnFunction;
    cfnOptions.metadata = { ...cfnOptions.metadata, [CODE_METADATA]: codeIn(folder, definition.file) };
  }
}

/** The file of the policy, beside a function's code. */
export const policyFile = 'policy.json';

/** The folder of a function's code, with the policy beside it where the function decides by it. */
function codeOf({ file, policy: hasPolicy }: FunctionDefinition, policy: Policy): string {
  const code = `${bundleAll()}/${file}`;
  if (!hasPolicy) return code;
  const which = createHash('sha256').update(policyHash(policy)).digest('hex').slice(0, 16);
  const dir = `${bundleAll()}-with-policy/${which}/${file}`;
  mkdirSync(dir, { recursive: true });
  copyFileSync(`${code}/index.mjs`, `${dir}/index.mjs`);
  writeFileSync(`${dir}/${policyFile}`, JSON.stringify(policy));
  return dir;
}

/** The SHA-256 over all bundles, as `sha-256=:…:`: which code is deployed. The same source always gives the same. */
export function deployedDigest(): string {
  const dir = bundleAll();
  const files = functionNames.map((name) => definitionOf(name).file);
  return codeDigest(new Map(files.map((file) => [file, readFileSync(`${dir}/${file}/index.mjs`)])));
}

/** What `writ doctor` holds the code against that runs. */
function codeIn(folder: string, file: string): DeployedCode {
  const names = globSync('*', { cwd: folder }).sort();
  const digests = names.map((name) => [name, digestMember(readFileSync(`${folder}/${name}`))]);
  return { file, digests: Object.fromEntries(digests) };
}

let bundled: string | undefined;

/**
 * Bundles every function in one run of esbuild: a run each (`NodejsFunction`) takes a synth from 4 s to 24. The bundles of
 * a state of the sources are kept, since a suite deploys several times.
 *
 * @returns the folder with a folder for each function
 */
function bundleAll(): string {
  bundled ??= bundlesOf(`${bundles}/${sourcesDigest()}`);
  return bundled;
}

function bundlesOf(dir: string): string {
  if (existsSync(dir)) return dir;
  // Whole or not at all: two deployments may bundle at the same moment.
  const making = `${dir}-${process.pid}`;
  const files = functionNames.map((name) => definitionOf(name).file);
  buildSync({
    entryPoints: files.map((file) => ({ in: `${root}functions/${file}.ts`, out: `${file}/index` })),
    absWorkingDir: root,
    outdir: making,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Some CommonJS dependencies call require() of Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  try {
    renameSync(making, dir);
  } catch (error) {
    if (!existsSync(dir)) throw error;
    rmSync(making, { recursive: true });
  }
  return dir;
}

/** Of all that bundles are made of: our sources, the packages as locked, and this file. */
function sourcesDigest(): string {
  const sources = ['core', 'functions'].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  const hash = createHash('sha256');
  for (const name of [...sources.sort(), 'lib/function.ts', 'lib/functions.ts', 'package-lock.json']) {
    const text = readFileSync(`${root}${name}`);
    hash.update(`${name} ${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 32);
}
