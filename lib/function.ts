import { createHash } from 'node:crypto';
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Duration, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { pin } from './keep.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const bundles = `${root}node_modules/.cache/writ`;

export interface WritFunctionProps {
  /** The file in functions/ that it runs. */
  file: string;
  environment: Record<string, string>;
  timeoutSeconds?: number;
  /** More memory is more CPU: sealing and opening compute. */
  memoryMb?: number;
}

/**
 * The one way to make a Lambda: the file's code with the AWS SDK bundled in, Node 24 on ARM64, a role and a log
 * group of its own. What it may do is granted where the thing is made that it does it to.
 */
export class WritFunction extends lambda.Function {
  override readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WritFunctionProps) {
    // Pinned as what holds data is: a key's policy names the role that was, not one that takes its name later.
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
    super(scope, id, {
      code: lambda.Code.fromAsset(`${bundleAll()}/${props.file}`),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds ?? 29),
      memorySize: props.memoryMb ?? 512,
      environment: props.environment,
      role,
      logGroup,
      // No X-Ray: a trace records what is called with what.
      tracing: lambda.Tracing.DISABLED,
    });
    this.role = role;
  }
}

/** The SHA-256 over all bundles, as `sha-256=:…:`: which code is deployed. Whoever builds the same source gets the same. */
export function codeDigest(): string {
  const dir = bundleAll();
  const hash = createHash('sha256');
  for (const name of globSync('*/index.mjs', { cwd: dir }).sort()) {
    const code = readFileSync(`${dir}/${name}`);
    hash.update(`${name} ${code.length}\n`).update(code);
  }
  return `sha-256=:${hash.digest('base64')}:`;
}

let bundled = false;

/** Bundles every function in one run of esbuild: a run each (`NodejsFunction`) takes a synth from 4 s to 24. */
function bundleAll(): string {
  if (bundled) return bundles;
  // What is no function any more is no part of what is deployed.
  rmSync(bundles, { recursive: true, force: true });
  const files = readdirSync(`${root}functions`).filter((name) => name.endsWith('.ts'));
  buildSync({
    entryPoints: files.map((name) => ({ in: `${root}functions/${name}`, out: `${name.slice(0, -3)}/index` })),
    absWorkingDir: root,
    outdir: bundles,
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
  bundled = true;
  return bundles;
}
