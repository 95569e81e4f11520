import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Duration, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { utf8 } from '#core/bytes.ts';
import { digestMember } from '#core/canonical.ts';
import {
  CODE_METADATA,
  codeDigest,
  type DeployedCode,
  functionsDigest,
  policyFile,
  subscriptionsFile,
  witnessesFile,
} from '#core/code-digest.ts';
import { mostCallSeconds } from '#core/log/limits.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { forLambda, keptBundles, root } from './bundles.ts';
import type { Config } from './config.ts';
import { consoleFiles } from './console.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';
import { pin } from './keep.ts';

/**
 * The one way to make a Lambda: the code of its file with the AWS SDK bundled in, Node 24 on ARM64, a role and a log group
 * of its own. rights.ts grants its rights, environment.ts sets its variables.
 */
export class WritFunction extends lambda.Function {
  override readonly role: iam.Role;

  constructor(scope: Construct, id: FunctionName, config: Config) {
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
    const folder = codeOf(definition, config);
    super(scope, id, {
      code: lambda.Code.fromAsset(folder),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.seconds(definition.timeoutSeconds ?? mostCallSeconds),
      memorySize: definition.memoryMb ?? 512,
      ...(config.reserveConcurrency && definition.reserved !== undefined
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

/** The files of the console, beside the code of the function that serves them. */
function servedFiles({ console: isConsole }: FunctionDefinition): [name: string, bytes: Uint8Array][] {
  return isConsole ? consoleFiles().map(({ name, bytes }) => [name, bytes]) : [];
}

/** The folder of a function's code, with what lies beside it. */
function codeOf(definition: FunctionDefinition, { policy, witnesses, subscriptions }: Config): string {
  const { file } = definition;
  const code = `${bundleAll()}/${file}`;
  const beside = new Map(servedFiles(definition));
  if (definition.policy) beside.set(policyFile, utf8(JSON.stringify(policy)));
  if (definition.witnesses) beside.set(witnessesFile, utf8(formatTrustPolicy(witnesses)));
  if (definition.subscriptions) beside.set(subscriptionsFile, utf8(JSON.stringify(subscriptions)));
  if (beside.size === 0) return code;
  const which = createHash('sha256').update(codeDigest(beside)).digest('hex').slice(0, 16);
  const dir = `${bundleAll()}-with/${which}/${file}`;
  mkdirSync(dir, { recursive: true });
  copyFileSync(`${code}/index.mjs`, `${dir}/index.mjs`);
  for (const [name, bytes] of beside) writeFileSync(`${dir}/${name}`, bytes);
  return dir;
}

/** The SHA-256 over all code, as `sha-256=:…:`: what is deployed. The same source always gives the same. */
export function deployedDigest(): string {
  return functionsDigest(
    functionNames.map(definitionOf).map((definition) => {
      const { file } = definition;
      const code = readFileSync(`${bundleAll()}/${file}/index.mjs`);
      return { file, files: new Map([['index.mjs', code], ...servedFiles(definition)]) };
    }),
  );
}

/** What `writ doctor` holds the code against that runs. */
function codeIn(folder: string, file: string): DeployedCode {
  const digests = [...filesIn(folder)].map(([name, bytes]) => [name, digestMember(bytes)] as const);
  return { file, digests: Object.fromEntries(digests) };
}

function filesIn(folder: string): Map<string, Uint8Array> {
  const names = globSync('*', { cwd: folder }).sort();
  return new Map(names.map((name) => [name, readFileSync(`${folder}/${name}`)]));
}

/**
 * Bundles every function in one run of esbuild: a run each (`NodejsFunction`) takes a synth from 4 s to 24.
 *
 * @returns the folder with a folder for each function
 */
function bundleAll(): string {
  bundled ??= keptBundles(
    'functions',
    ['core/**/*.ts', 'functions/**/*.ts', 'lib/function.ts', 'lib/functions.ts'],
    (outdir) => {
      const files = functionNames.map((name) => definitionOf(name).file);
      buildSync({
        entryPoints: files.map((file) => ({ in: `${root}functions/${file}.ts`, out: `${file}/index` })),
        absWorkingDir: root,
        outdir,
        ...forLambda,
      });
    },
  );
  return bundled;
}

let bundled: string | undefined;
