import type { Check } from '#client/doctor/check.ts';
import { alarmFindings, alarmNamed, type SeenAlarm } from '#client/health/alarms.ts';
import {
  type Deployed,
  findingsOf,
  policyFinding,
  recordedFinding,
  sameVersions,
} from '#client/health/checks.ts';
import { countedFindings } from '#client/health/counted.ts';
import { type Finding, findingNames } from '#client/health/finding.ts';
import { findingRunbook } from '#client/health/runbook.ts';
import { printable } from '#client/printable.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { type HealthAnswer, healthAnswer } from '#core/health/answer.ts';
import { isRecord } from '#core/iam-policy.ts';
import { chunks } from '#core/parallel.ts';
import { awsConfig, awsErrorName, cloudFormationSdk, cloudWatchSdk, regionOf } from '../../aws.ts';
import { addressChecks } from '../../doctor/address.ts';
import { newestIn } from '../../doctor/code.ts';
import { logCheck } from '../../doctor/log.ts';
import { askProvider, versionCheck } from '../../doctor/provider.ts';
import { type ReadStack, readStack, statusCheck, unreadStack } from '../../doctor/stack.ts';
import { CommandError } from '../../errors.ts';
import { invokeOf, type StackOptions } from '../invoke.ts';

/** Reading how a deployment is: the function `Health`, the stack and its alarms by AWS, and the address as anybody sees it. */
export interface HealthOptions extends StackOptions {
  /** `https://host[:port]`; without it the one that the stack names. */
  url: string | undefined;
  timeoutMs: number;
}

export interface Reading {
  at: string;
  findings: Finding[];
}

/** DescribeAlarms takes so many names (CloudWatch API Reference). */
const alarmsAtOnce = 100;

/** @throws CommandError sdk-missing, usage (no region) */
export async function healthReader(options: HealthOptions): Promise<() => Promise<Reading>> {
  const [cloudFormation, cloudWatch] = await Promise.all([cloudFormationSdk(), cloudWatchSdk()]);
  const config = awsConfig(options);
  const client = new cloudFormation.CloudFormationClient(config);
  const watching = new cloudWatch.CloudWatchClient(config);
  await regionOf(client);

  async function readAlarms(stack: ReadStack): Promise<Finding[]> {
    const names = new Map(
      Object.entries(stack.template).flatMap(([id, { Type }]) => {
        const [name, physical] = [alarmNamed(id), stack.resources.get(id)];
        return Type === 'AWS::CloudWatch::Alarm' && name !== undefined && physical !== undefined
          ? [[physical, name] as const]
          : [];
      }),
    );
    const seen = new Map<string, SeenAlarm>();
    for (const AlarmNames of chunks([...names.keys()], alarmsAtOnce)) {
      const { MetricAlarms = [] } = await watching.send(
        new cloudWatch.DescribeAlarmsCommand({ AlarmNames, MaxRecords: alarmsAtOnce }),
      );
      for (const {
        AlarmName = '',
        StateValue = 'INSUFFICIENT_DATA',
        ActionsEnabled,
        ...more
      } of MetricAlarms)
        seen.set(AlarmName, {
          name: names.get(AlarmName) ?? AlarmName,
          state: StateValue,
          since: more.StateUpdatedTimestamp?.toISOString(),
          means: more.AlarmDescription,
          tells: ActionsEnabled !== false,
        });
    }
    return alarmFindings(
      [...names].map(([physical, name]) => seen.get(physical) ?? { name, state: 'gone', tells: false }),
    );
  }

  async function alarmsOf(stack: ReadStack): Promise<Finding[]> {
    try {
      return await readAlarms(stack);
    } catch (error) {
      const message = `the alarms cannot be read (${printable(awsErrorName(error))})`;
      const next = 'these credentials need cloudwatch:DescribeAlarms';
      return [{ name: 'alarm', state: 'unread', message, next, runbook: findingRunbook.alarm }];
    }
  }

  async function stackOf(): Promise<ReadStack | Check> {
    try {
      return await readStack({ sdk: cloudFormation, client }, options.stack);
    } catch (error) {
      return unreadStack(error, options.stack);
    }
  }

  return async () => {
    const [stack, counts] = await Promise.all([stackOf(), askFunction(options)]);
    const known = 'state' in stack ? undefined : stack;
    const url = options.url ?? (known && addressIn(known));
    const [alarms, seen] = await Promise.all([known && alarmsOf(known), lookFromOutside(url, options)]);
    const deployment = Object.values(known?.template ?? {}).find(
      ({ Type }) => Type === 'Custom::WritDeployment',
    );
    const deployed: Deployed = {
      policyHash: counts.answer?.policyHash,
      publishedPolicyHash: seen.published?.policyHash,
      templatePolicy: deployment?.Properties.policy,
      templateCode: deployment?.Properties.code,
      recorded: await recordedIn(url, seen.published),
    };
    const findings = [
      ...counts.findings,
      ...(alarms ?? []),
      ...findingsOf(
        'stack',
        [known === undefined && 'state' in stack ? stack : statusOf(known)].flatMap((check) => check ?? []),
      ),
      ...seen.findings,
      ...versions(counts.answer, seen.published),
      // Where neither the stack nor the address could be read, that is told already.
      ...(known === undefined && seen.published === undefined
        ? []
        : [policyFinding(deployed), recordedFinding(deployed)]),
    ];
    return { at: new Date().toISOString(), findings: inOrder(findings) };
  };
}

const statusOf = (stack: ReadStack | undefined): Check | undefined => stack && statusCheck(stack);

/** As they are shown: by name. */
const inOrder = (findings: readonly Finding[]) =>
  findingNames.flatMap((name) => findings.filter((finding) => finding.name === name));

interface Asked {
  answer?: HealthAnswer;
  findings: Finding[];
}

async function askFunction(options: StackOptions): Promise<Asked> {
  const unread = (message: string, next?: string): Asked => ({
    findings: [{ name: 'function', state: 'unread', message, next, runbook: findingRunbook.function }],
  });
  try {
    const { data } = healthAnswer.safeParse(await invokeOf(options, 'HealthFunctionName', {}));
    if (data !== undefined) return { answer: data, findings: countedFindings(data) };
    return unread(
      'the function Health answers what this command does not know',
      'use the version of writ that was deployed',
    );
  } catch (error) {
    if (!(error instanceof CommandError) || error.code === 'sdk-missing' || error.code === 'usage')
      throw error;
    return unread(error.message, error.next);
  }
}

/** The address that callers sign for, as the template sets it. */
function addressIn({ template }: ReadStack): string | undefined {
  for (const { Type, Properties } of Object.values(template)) {
    if (Type !== 'AWS::Lambda::Function' || !isRecord(Properties.Environment)) continue;
    const { Variables } = Properties.Environment;
    if (isRecord(Variables) && typeof Variables.AUTHORITY === 'string')
      return `https://${Variables.AUTHORITY}`;
  }
  return undefined;
}

interface Outside {
  published?: ProviderDocument;
  findings: Finding[];
}

/** What anybody sees at the address: the certificate, the clock, the version, the log. */
async function lookFromOutside(url: string | undefined, { timeoutMs }: HealthOptions): Promise<Outside> {
  if (url === undefined) {
    const message = 'the stack names no address';
    return {
      findings: [
        { name: 'address', state: 'unread', message, next: 'give --url', runbook: findingRunbook.address },
      ],
    };
  }
  const address = await addressChecks(url, timeoutMs);
  const certificate = address
    .filter(({ name }) => name === 'certificate')
    // Whoever reads this runs the address.
    .map((check) =>
      check.state === 'ok' ? check : { ...check, next: 'who renews it, and why was it not?' },
    );
  const others = address.filter(({ name }) => name !== 'certificate');
  const isReached = others.every(({ state }) => state === 'ok');
  const asked = isReached ? await askProvider(url, timeoutMs) : { checks: [] };
  const clock = asked.checks.filter(({ name }) => name === 'clock');
  const provider = asked.checks.filter(({ name }) => name === 'provider');
  const { published } = asked;
  const log = published?.log === undefined ? [] : [await logCheck(url, published.log.verifierKey)];
  return {
    ...(published === undefined ? {} : { published }),
    findings: [
      ...findingsOf('log', log),
      ...findingsOf('address', [...others, ...provider], `it answers at ${printable(new URL(url).host)}`),
      ...findingsOf('certificate', certificate),
      ...findingsOf('clock', clock),
    ],
  };
}

function versions(answer: HealthAnswer | undefined, published: ProviderDocument | undefined): Finding[] {
  const differ = sameVersions([answer?.version, published?.version]);
  const version = answer?.version ?? published?.version;
  return differ.length > 0 || version === undefined ? differ : findingsOf('version', [versionCheck(version)]);
}

async function recordedIn(
  url: string | undefined,
  published: ProviderDocument | undefined,
): Promise<Deployed['recorded']> {
  const verifierKey = published?.log?.verifierKey;
  return url === undefined || verifierKey === undefined ? 'no log' : newestIn({ url, verifierKey });
}
