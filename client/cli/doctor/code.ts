import { hash } from 'node:crypto';
import { type Check, ok, unknown, unreadChecks, wrong } from '#client/doctor/check.ts';
import { codeDrift, codeOfTemplate } from '#client/doctor/code.ts';
import { newestCheckpoint } from '#client/log/entries.ts';
import { newestDeployment } from '#client/log/newest-deployment.ts';
import { SourceError, urlFiles } from '#client/log/source.ts';
import { unreachableReason } from '#client/network.ts';
import { printable } from '#client/printable.ts';
import { filesInZip, ZipError } from '#client/zip.ts';
import { bodyWithin, checkNoRedirect, plainFetch } from '#core/answer-body.ts';
import { type FunctionCode, functionsDigest } from '#core/code-digest.ts';
import { LogError } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { TILE_WIDTH } from '#core/log/tiles.ts';
import { inParallel } from '#core/parallel.ts';
import { awsErrorName, type LambdaSdk } from '../aws.ts';
import type { ReadStack } from './stack.ts';

/** The code that runs, fetched from Lambda and held against the template and the log's newest `deployment.made`. */
const name = 'code';

/** As much as Lambda takes of a function: 50 MB packed, 250 MB unpacked ("Lambda quotas"). */
const mostPackedBytes = 50 * 1024 * 1024;
const mostBytes = 250 * 1024 * 1024;
/** So far back the newest deployment is looked for: 51,200 entries. */
const mostBundles = 200;

interface Lambda {
  sdk: LambdaSdk;
  client: InstanceType<LambdaSdk['LambdaClient']>;
  /** Where the code is fetched from too, if it is not AWS. */
  endpoint: string | undefined;
}

/** The log that is published, by the key that it is known by. */
export interface PublishedLog {
  /** `https://host[:port]`. */
  url: string;
  verifierKey: string;
}

interface Looked {
  drift: string[];
  running?: FunctionCode;
  unread?: string;
}

export async function codeChecks(
  lambda: Lambda,
  stack: ReadStack,
  log: PublishedLog | undefined,
): Promise<Check[]> {
  const functions = Object.entries(stack.template).flatMap(([id, { Type, Metadata }]) => {
    const code = codeOfTemplate(Metadata);
    return Type === 'AWS::Lambda::Function' && code !== undefined ? [{ id, code }] : [];
  });
  if (functions.length === 0)
    return [
      unknown(name, 'the template does not say which code it deploys', '`cdk deploy` with this version'),
    ];
  const looked = await inParallel(functions, 4, ({ id, code }) => look(lambda, stack, id, code));
  const found = [
    ...looked.flatMap(({ drift }) =>
      drift.map((text) =>
        wrong(
          name,
          printable(text),
          'if nobody can say who did it and why, treat it as a breach; `cdk deploy` alone does not take it back',
        ),
      ),
    ),
    ...unreadChecks(
      name,
      `of ${functions.length} functions’ code`,
      looked.flatMap(({ unread }) => unread ?? []),
      'these credentials need lambda:GetFunction, and this machine has to reach S3',
    ),
  ];
  if (found.length > 0) return found;
  return [await asRecorded(functionsDigest(looked.flatMap(({ running }) => running ?? [])), stack, log)];
}

async function look(
  lambda: Lambda,
  stack: ReadStack,
  id: string,
  code: Parameters<typeof codeDrift>[0],
): Promise<Looked> {
  try {
    const files = await filesOf(lambda, stack.resources.get(id));
    return {
      drift: codeDrift(code, files).map((text) => `${id}: ${text}`),
      running: { file: code.file, files },
    };
  } catch (error) {
    if (error instanceof ZipError)
      return { drift: [`${id}: its code cannot be unpacked (${error.message})`] };
    const reason = error instanceof Unread ? error.message : awsErrorName(error);
    return { drift: [], unread: printable(reason) };
  }
}

class Unread extends Error {}

async function filesOf({ sdk, client, endpoint }: Lambda, FunctionName: string | undefined) {
  const { Code, Configuration } = await client.send(new sdk.GetFunctionCommand({ FunctionName }));
  if (Code?.Location === undefined) throw new Unread('Lambda gives no address of it');
  const zip = await fetched(addressAt(Code.Location, endpoint));
  if (hash('sha256', zip, 'base64') !== Configuration?.CodeSha256)
    throw new Unread('what was fetched is not what runs: it changed meanwhile, or the address is of another');
  return filesInZip(zip, mostBytes);
}

/** Where Lambda's address of a function's code is. An emulator may name a host that only it knows: its endpoint is asked. */
export function addressAt(location: string, endpoint: string | undefined): URL {
  const url = new URL(location);
  if (endpoint !== undefined) {
    const { protocol, host } = new URL(endpoint);
    url.protocol = protocol;
    url.host = host;
  } else if (url.protocol !== 'https:') throw new Unread('the address that Lambda gives is not https');
  return url;
}

async function fetched(url: URL): Promise<Uint8Array> {
  try {
    const answer = await fetch(url, { ...plainFetch, signal: AbortSignal.timeout(60_000) });
    checkNoRedirect(answer);
    if (!answer.ok) throw new Unread(`the address answers ${answer.status}`);
    return await bodyWithin(answer, mostPackedBytes);
  } catch (error) {
    throw error instanceof Unread ? error : new Unread(unreachableReason(error));
  }
}

/** All functions run the template's code: whether the template and the log record that very code. */
async function asRecorded(
  running: string,
  { template }: ReadStack,
  log: PublishedLog | undefined,
): Promise<Check> {
  const recorded = Object.values(template).find(({ Type }) => Type === 'Custom::WritDeployment')?.Properties;
  return codeVerdict(running, recorded?.code, log === undefined ? 'no log' : await newestIn(log));
}

/** The code of a log's newest deployment; `none` where none was found, `unread` where the log cannot be read. */
export async function newestIn({ url, verifierKey }: PublishedLog): Promise<Recorded> {
  try {
    const read = urlFiles(`${url}/v1`);
    const checkpoint = await newestCheckpoint({ read, key: parseVerifierKey(verifierKey) });
    const made = await newestDeployment(read, checkpoint, mostBundles);
    return made === undefined ? 'none' : { code: made.data.code };
  } catch (error) {
    if (error instanceof SourceError || error instanceof LogError) return 'unread';
    throw error;
  }
}

export type Recorded = { code: string } | 'no log' | 'none' | 'unread';

/**
 * @param running the digest of all code that runs
 * @param ofTemplate the one that the template has the log record
 */
export function codeVerdict(running: string, ofTemplate: unknown, recorded: Recorded): Check {
  if (ofTemplate !== running)
    return wrong(
      name,
      `${running} runs, and the template records ${printable(String(ofTemplate))}`,
      'who deployed that template? A checkout makes both of one code: `cdk deploy` from it',
    );
  const said = `all functions run the code of the template, ${running}`;
  if (recorded === 'no log')
    return unknown(name, `${said}. It was not compared with the log`, 'give --url to compare it');
  if (recorded === 'unread')
    return unknown(name, `${said}. The log cannot be read`, 'the check `log` says why');
  if (recorded === 'none')
    return unknown(
      name,
      `${said}. The log’s newest ${mostBundles * TILE_WIDTH} entries have no deployment`,
      '`writ log verify` reads all of it',
    );
  if (recorded.code === running) return ok(name, `${said}, as the log’s newest deployment.made has it`);
  return wrong(
    name,
    `${running} runs, and the log’s newest deployment.made has ${printable(recorded.code)}`,
    'is --url the address of this stack? Else this was deployed without a record: treat it as a breach',
  );
}
