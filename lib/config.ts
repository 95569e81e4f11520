import { z } from 'zod';
import { checkActive, type Policy, policySchema } from '#core/cases/policy.ts';
import { unkeepableWithin, unwitnessable } from '#core/cases/policy-kept.ts';
import { parseJsonText } from '#core/json.ts';
import { noWitnesses, type TrustPolicy, takesWitnesses } from '#core/log/trust-policy.ts';
import { type SubscriptionsFile, subscriptionsSchema } from '#core/revocations/subscription.ts';
import { mostRetentionMonths, type Retention } from '#core/vault/retention.ts';
import { readSetting } from './setting-file.ts';
import { readWitnesses } from './witnesses.ts';

/**
 * What an operator sets, in cdk.json's context or as `-c name=value`. Everything has a default, so `npx cdk synth`
 * works in a stranger's account.
 */
const text = z.string().min(1);

/** Bytes of UTF-8 that a provider's name may have: Lambda takes 4 KB of variables in all, and a byte may become three. */
const mostNameBytes = 200;

/** A name in any script, on one line. Half of a surrogate pair is no character, and control characters have no place. */
const name = z
  .string()
  .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u, {
    error: 'a name on one line, without control characters',
  })
  .refine((value) => Buffer.byteLength(value) <= mostNameBytes, {
    error: `more than ${mostNameBytes} bytes`,
  });

/** `-c name=true` comes as text. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);

const months = z.coerce.number().int().nonnegative().max(mostRetentionMonths);

const settings = z.strictObject({
  /** `prod` keeps and protects what holds data; `dev` can be thrown away. */
  stage: z.enum(['dev', 'prod']).default('dev'),
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('Writ'),
  /** The provider's name, as published and as certified. */
  provider: name.default('Example Messenger'),
  /** The custom domain that callers sign for, with its port if it is not 443. Default: the API's own domain. */
  authority: z
    .string()
    .max(253)
    .regex(/^[a-z0-9.-]+(:\d{1,5})?$/)
    .optional(),
  /**
   * The certificate of `authority` in AWS Certificate Manager, by its ARN: with it, the stack makes the custom domain too.
   * Default: the domain is made by hand (docs/deploy.md).
   */
  certificate: z
    .string()
    .regex(/^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/)
    .optional(),
  /**
   * The name that the log is signed under, for good: a log under another name is another log. Default: its address at
   * the custom domain.
   */
  logOrigin: z
    .string()
    .max(253)
    .regex(/^[a-z0-9.-]+(:\d{1,5})?(\/[\w.~-]+)*$/)
    .optional(),
  /** Months that identity records are kept; 0 for "do not keep". */
  retentionMonths: months.default(12),
  /** The same for one kind of record alone. Default: retentionMonths. */
  phoneRetentionMonths: months.optional(),
  accessRetentionMonths: months.optional(),
  /** KMS keys that share a month's epoch keys of one kind: KMS allows 50,000 grants on one (docs/scale.md). */
  vaultKeysPerEpoch: z.coerce.number().int().positive().max(100).default(1),
  /** Days that the log is locked, in COMPLIANCE mode: nobody can shorten it. Default: 1 in dev, 10 years in prod. */
  logRetentionDays: z.coerce.number().int().positive().optional(),
  /**
   * Where CloudTrail's record of the vault keys' use lies: `own` makes a trail, `none` has none, anything else is the
   * bucket of a trail that the account has, with the folder that AWSLogs lies in, if any. Default: none in dev, own in prod.
   */
  trail: z
    .string()
    // A bucket's name and S3's safe characters: the folder stands in policies, where `*`, `?` and `$` would widen a right.
    .regex(/^(own|none|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.'()-]+)*)$/)
    .optional(),
  /**
   * The API's access logs. `none` has none. `account` has them by the role that the account gave API Gateway; without
   * one the deployment fails. `own` makes a role and makes it the account's, in place of the one that other APIs use.
   */
  apiLogs: z.enum(['none', 'account', 'own']).default('none'),
  /**
   * Whether the functions that must not starve have concurrency of their own (lib/functions.ts). Lambda refuses it, and
   * the deployment fails, where less than 100 of the account's would be left, as in a new account.
   */
  reserveConcurrency: flag.default(false),
  /** Hours from a key's enrolment until it may be used. Default: 0 in dev, 24 in prod. */
  coolOffHours: z.coerce.number().nonnegative().max(8760).optional(),
  /**
   * The provider's signing keys by number, the one that signs first; all are published. To rotate: `1 2`, then `2 1`,
   * and `2` once the last answer under key 1 has expired.
   */
  providerKeys: z
    .string()
    .regex(/^[1-9]\d{0,3}( [1-9]\d{0,3}){0,4}$/)
    .refine((names) => new Set(names.split(' ')).size === names.split(' ').length, {
      error: 'the same name twice',
    })
    .default('1'),
  /** The file that says what is disclosed to whose order: approvals, deadlines, limits. */
  policy: text.default('policy/eu-e-evidence.json'),
  /**
   * The file that says who witnesses the log: a C2SP tlog-policy of lines `witness`, each with its address, `group` and
   * `quorum`. Default: nobody.
   */
  witnesses: text.optional(),
  /** The file of the other providers whose revoked keys are suspended here (docs/registry.md). Default: none. */
  revocationsFrom: text.optional(),
});

type Read =
  | 'policy'
  | 'witnesses'
  | 'revocationsFrom'
  | 'logRetentionDays'
  | 'coolOffHours'
  | 'trail'
  | 'providerKeys'
  | 'retentionMonths'
  | 'phoneRetentionMonths'
  | 'accessRetentionMonths';

export interface Config extends Omit<z.infer<typeof settings>, Read> {
  logRetentionDays: number;
  coolOffHours: number;
  trail: string;
  providerKeys: string[];
  retention: Retention;
  policy: Policy;
  witnesses: TrustPolicy;
  subscriptions: SubscriptionsFile;
}

/** @throws Error naming the setting that is wrong */
export function readConfig(context: (name: string) => unknown): Config {
  const given = Object.fromEntries(
    Object.keys(settings.shape)
      .map((name) => [name, context(name)])
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new Error(`These settings cannot be used:\n${z.prettifyError(parsed.error)}`);
  const {
    policy,
    witnesses,
    revocationsFrom,
    logRetentionDays,
    coolOffHours,
    trail,
    providerKeys,
    ...others
  } = parsed.data;
  const { retentionMonths, phoneRetentionMonths, accessRetentionMonths, ...rest } = others;
  if (rest.certificate !== undefined && (rest.authority ?? ':').includes(':'))
    throw new Error('The setting "certificate" needs "authority": a domain without a port.');
  const trusted = witnesses === undefined ? noWitnesses : readWitnesses(witnesses);
  const coolsOffFor = coolOffHours ?? (rest.stage === 'prod' ? 24 : 0);
  return {
    ...rest,
    logRetentionDays: logRetentionDays ?? (rest.stage === 'prod' ? 3653 : 1),
    coolOffHours: coolsOffFor,
    trail: trail ?? (rest.stage === 'prod' ? 'own' : 'none'),
    providerKeys: providerKeys.split(' '),
    retention: {
      phone: phoneRetentionMonths ?? retentionMonths,
      access: accessRetentionMonths ?? retentionMonths,
    },
    policy: readPolicy(policy, coolsOffFor, takesWitnesses(trusted)),
    witnesses: trusted,
    subscriptions: revocationsFrom === undefined ? { providers: [] } : readSubscriptions(revocationsFrom),
  };
}

function readSubscriptions(file: string): SubscriptionsFile {
  const parsed = subscriptionsSchema.safeParse(parseJsonText(readSetting('revocationsFrom', file)));
  if (!parsed.success)
    throw new Error(`The providers in ${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** @param isWitnessed whether witnesses are configured whose cosignatures are a quorum */
function readPolicy(file: string, coolOffHours: number, isWitnessed: boolean): Policy {
  const text = readSetting('policy', file);
  const parsed = policySchema.safeParse(parseJsonText(text));
  if (!parsed.success)
    throw new Error(`The policy in ${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
  checkActive(parsed.data);
  const faults = [...unkeepableWithin(parsed.data, coolOffHours), ...unwitnessable(parsed.data, isWitnessed)];
  if (faults.length > 0) {
    const texts = faults.map(({ path, message }) => `✖ ${message}\n  → at ${path.join('.')}`);
    throw new Error(`The policy in ${file} cannot be kept with these settings:\n${texts.join('\n')}`);
  }
  return parsed.data;
}
