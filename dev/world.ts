import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { z } from 'zod';
import { openSession, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { fetchProvider, type ProviderDocument } from '#client/provider.ts';
import { decideChange, proposeChange } from '#client/registry.ts';
import type { Proposal } from '#core/registry/change.ts';
import type { Terms } from '#core/registry/terms.ts';
import type { Founding } from '#functions/found.ts';
import { type OutputName, type Outputs, outputNames } from '#lib/outputs.ts';
import { type Aws, awsOf } from './aws.ts';
import { missingWords } from './cloud/capabilities.ts';
import { type Cloud, deploy } from './cloud/cloud.ts';
import { reportsSingleRecords } from './cloud/probe-batches.ts';
import { foundOnStack } from './cloud/probe-stack.ts';
import { goOnWith, isOfficer, keysDirOf, refuseOthers } from './cloud/settled.ts';
import { invoke } from './invoke.ts';
import { liveVaultKeys } from './vault-keys.ts';

/** A deployed Writ with people in it: one agency's officer and three reviewers, each with keys in files. */
export interface World {
  cloud: Cloud;
  aws: Aws;
  outputs: Outputs;
  provider: ProviderDocument;
  agency: Person & { id: string; encryptionKey: JWK; encryptionKeyFile: string };
  reviewers: Person[];
}

export interface Person {
  holder: string;
  keyId: string;
  privateKeyFile: string;
  session: Session;
}

const outputsSchema = z.object(
  Object.fromEntries(outputNames.map((name) => [name, z.string()])) as Record<OutputName, z.ZodString>,
);

export type { Outputs };

const agencyId = 'de-lka-example';
const STACK = 'Writ';

interface DeployOptions {
  say: (line: string) => void;
  context?: Record<string, string>;
  /** What the example agency may ask for. Default: what the shipped policy's orders need. */
  terms?: Terms;
  stackName?: string;
}

/** Deploys the stack that goes to production. */
export async function deployWrit(cloud: Cloud, options: DeployOptions): Promise<Outputs> {
  const { stackName = STACK } = options;
  // Without a domain of its own an API's name is known when it is made: the stack's default.
  const authority = cloud.authority === '' ? {} : { authority: cloud.authority };
  const outputs = outputsSchema.parse(
    await deploy(cloud, {
      stackName,
      say: options.say,
      context: { stage: 'dev', stackName, ...authority, ...options.context },
    }),
  );
  cloud.serveApi(outputs.ApiId);
  cloud.learn(await foundOnStack(cloud, awsOf(cloud), outputs));
  return outputs;
}

/** Deploys what has changed to a cloud that has its people. */
export async function renewWorld(cloud: Cloud, file: string, options: DeployOptions): Promise<World> {
  const outputs = await deployWrit(cloud, options);
  return readWorld(cloud, file, outputs);
}

/** Deploys, and enrols the people of the story; where an earlier run has done so with the same keys, goes on with them. */
export async function makeWorld(cloud: Cloud, options: DeployOptions): Promise<World> {
  await refuseOthers(cloud, options.stackName ?? STACK);
  const outputs = await deployWrit(cloud, options);
  const [world] = await Promise.all([settle(cloud, outputs, options), tellMissing(cloud, options)]);
  return world;
}

/** Says what an endpoint that somebody else started lacks, once the slowest of the probes is over too. */
async function tellMissing(cloud: Cloud, { say }: DeployOptions): Promise<void> {
  if (cloud.can.includes('ours')) return;
  const can = cloud.learn((await reportsSingleRecords(cloud)) ? ['singleRecords'] : []);
  for (const words of missingWords({ can })) say(words);
}

/** Enrols the people of the story in what is deployed, or goes on with those that an earlier run enrolled there. */
export async function settle(
  cloud: Cloud,
  outputs: Outputs,
  options: Pick<DeployOptions, 'say' | 'terms'>,
): Promise<World> {
  const aws = awsOf(cloud);
  const provider = await fetchProvider(cloud.url);
  const keys = keysDirOf(cloud);
  mkdirSync(keys, { recursive: true, mode: 0o700 });

  const person = async (holder: string): Promise<Person & { publicPem: string }> => {
    const privateKeyFile = join(keys, `${holder}.pem`);
    const privatePem = kept(privateKeyFile, newSigningKey);
    const signer = signerFromPem(privatePem);
    const session = await openSession({ url: cloud.url, signer }, provider);
    return { holder, keyId: signer.keyId, privateKeyFile, session, publicPem: publicPemOf(privatePem) };
  };

  const reviewers = await Promise.all(['reviewer-1', 'reviewer-2', 'reviewer-3'].map(person));
  let isNew = true;
  try {
    await invokeFound(aws, outputs, {
      reviewers: reviewers.map(({ holder, publicPem }) => ({ holder, publicKey: publicPem })),
    });
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('desk-founded'))) throw error;
    const sessions = reviewers.map(({ session }) => session);
    await goOnWith(cloud, STACK, sessions);
    isNew = false;
    options.say('went on with the people of an earlier run');
  }
  const encryptionKeyFile = join(keys, 'agency-encryption.pem');
  const encryptionPem = kept(encryptionKeyFile, newEncryptionKey);
  const officer = await person('officer');
  if (isNew || !(await isOfficer(officer.session))) {
    await enrol(reviewers, {
      kind: 'agency',
      agency: {
        id: agencyId,
        name: 'State Criminal Police Office (example)',
        encryptionKey: { ...publicJwk(encryptionPem) },
        terms: options.terms ?? exampleTerms,
      },
      officer: { holder: officer.holder, publicKey: officer.publicPem },
    });
  }
  return {
    cloud,
    aws,
    outputs,
    provider,
    agency: { ...officer, id: agencyId, encryptionKey: privateJwk(encryptionPem), encryptionKeyFile },
    reviewers,
  };
}

/** The private key in a file, PEM, or a new one that is written there. */
export function kept(file: string, make: () => { privatePem: string }): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { privatePem } = make();
  writeFileSync(file, privatePem, { mode: 0o600 });
  return privatePem;
}

export const publicPemOf = (privatePem: string) =>
  createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();

/** What the example agency may ask for. */
export const exampleTerms: Terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC', 'EPOC-PR', 'EIO', 'MLA', 'NationalOrder'],
  categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
  rates: { requestsPerDay: 1000, emergenciesPerWeek: 50 },
};

/** Names the first reviewers as an operator does: by invoking the function with AWS credentials. */
export async function invokeFound(aws: Aws, outputs: Outputs, input: Founding): Promise<void> {
  await invoke({ aws, outputs }, 'Found', input);
}

/** What the clock does every hour. */
export async function invokePrepare(aws: Aws, outputs: Outputs): Promise<void> {
  await invoke({ aws, outputs }, 'Prepare', { time: new Date().toISOString() });
}

/** Enrols as a provider does: one reviewer proposes, another approves. */
export async function enrol(
  reviewers: readonly Pick<Person, 'session'>[],
  proposal: Proposal,
): Promise<void> {
  const [first, second] = reviewers;
  if (first === undefined || second === undefined) throw new Error('it takes two reviewers');
  const change = await proposeChange(first.session, proposal);
  const { status } = await decideChange(second.session, change, 'approve');
  if (status !== 'Applied') throw new Error(`the change is ${status}`);
}

/** `.writ/local.json`: what a client in any language needs to use the local cloud. */
export async function localJson(world: World): Promise<unknown> {
  const { cloud, aws, outputs, agency, reviewers, provider } = world;
  // As the clock does every hour: the keys of this month and the next.
  await invokePrepare(aws, outputs);
  const keys = await liveVaultKeys(aws, outputs);
  const thisMonth = new Date().toISOString().slice(0, 7);
  return {
    url: cloud.url,
    caFile: cloud.caFile,
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: {
      accessKeyId: cloud.credentials.accessKeyId,
      secretAccessKey: cloud.credentials.secretAccessKey,
    },
    stream: outputs.EventStreamName,
    tables: {
      registry: outputs.RegistryTableName,
      calls: outputs.CallsTableName,
      cases: outputs.CasesTableName,
      entries: outputs.EntriesTableName,
      log: outputs.LogTableName,
      vault: outputs.VaultTableName,
      vaultKeys: outputs.VaultKeysTableName,
    },
    buckets: { log: outputs.LogBucketName },
    keys: {
      /** Of this month's log-ins. */
      vault: keys.find(({ purpose, epoch }) => purpose === 'access' && epoch === thisMonth)?.arn,
      desk: outputs.DeskKeyArn,
      index: outputs.IndexKeyArn,
      reference: outputs.ReferenceKeyArn,
      provider: outputs.ProviderKeyArn,
      log: outputs.LogKeyArn,
    },
    vaultKeys: keys.map(({ purpose, epoch, arn }) => ({ purpose, epoch, arn })),
    retentionMonths: {
      phone: Number(outputs.PhoneRetentionMonths),
      access: Number(outputs.AccessRetentionMonths),
    },
    functions: {
      found: outputs.FoundFunctionName,
      expire: outputs.ExpireFunctionName,
      forget: outputs.ForgetFunctionName,
      prepare: outputs.PrepareFunctionName,
    },
    agency: {
      id: agency.id,
      keyid: agency.keyId,
      privateKeyFile: agency.privateKeyFile,
      encryptionKeyFile: agency.encryptionKeyFile,
    },
    reviewers: reviewers.map(({ keyId, privateKeyFile }) => ({ keyid: keyId, privateKeyFile })),
    provider,
    stateDir: cloud.stateDir,
    outputs,
  };
}

const localSchema = z.looseObject({
  url: z.string(),
  stateDir: z.string(),
  /** Of the version that was deployed last: a newer one may have more. */
  outputs: z.unknown(),
  agency: z.object({
    id: z.string(),
    keyid: z.string(),
    privateKeyFile: z.string(),
    encryptionKeyFile: z.string(),
  }),
  reviewers: z.array(z.object({ keyid: z.string(), privateKeyFile: z.string() })),
});

/**
 * The world that a `local.json` describes, on a cloud that runs already.
 * @param outputs of a deployment since
 */
export async function readWorld(cloud: Cloud, file: string, outputs?: Outputs): Promise<World> {
  const local = localSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const provider = await fetchProvider(cloud.url);
  const person = async (
    holder: string,
    value: { keyid: string; privateKeyFile: string },
  ): Promise<Person> => {
    const signer = signerFromPem(readFileSync(value.privateKeyFile, 'utf8'));
    const session = await openSession({ url: cloud.url, signer }, provider);
    return { holder, keyId: value.keyid, privateKeyFile: value.privateKeyFile, session };
  };
  const { encryptionKeyFile } = local.agency;
  return {
    cloud,
    aws: awsOf(cloud),
    outputs: outputs ?? outputsSchema.parse(local.outputs),
    provider,
    agency: {
      ...(await person('officer', local.agency)),
      id: local.agency.id,
      encryptionKey: privateJwk(readFileSync(encryptionKeyFile, 'utf8')),
      encryptionKeyFile,
    },
    reviewers: await Promise.all(local.reviewers.map((reviewer, i) => person(`reviewer-${i + 1}`, reviewer))),
  };
}
