import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Duration, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { pin } from './keep.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const bundles = `${root}node_modules/.cache/writ`;

export interface WritFunctionProps {
  /** The file in functions/ that it runs. */
  file: string;
  environment: Record<string, string>;
  /** What it decides by, where it decides anything: a file beside its code. */
  policy?: Policy;
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
      code: lambda.Code.fromAsset(codeOf(props)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds ?? 29),
      memorySize: props.memoryMb ?? 512,
      environment: {
        ...props.environment,
        ...(props.policy === undefined ? {} : { POLICY: policyFile }),
      },
      role,
      logGroup,
      // No X-Ray: a trace records what is called with what.
      tracing: lambda.Tracing.DISABLED,
    });
    this.role = role;
  }
}

const policyFile = 'policy.json';

/** Where a function's code lies, with the policy beside it. */
function codeOf({ file, policy }: WritFunctionProps): string {
  const code = `${bundleAll()}/${file}`;
  if (policy === undefined) return code;
  const which = createHash('sha256').update(policyHash(policy)).digest('hex').slice(0, 16);
  const dir = `${bundles}/with-policy/${which}/${file}`;
  mkdirSync(dir, { recursive: true });
  copyFileSync(`${code}/index.mjs`, `${dir}/index.mjs`);
  writeFileSync(`${dir}/${policyFile}`, JSON.stringify(policy));
  return dir;
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
