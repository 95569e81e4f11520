import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { showAgency, showAsked } from '#client/agency.ts';
import type { Delivered, DeliveredFile } from '#client/etsi/facts.ts';
import type { EtsiMessage } from '#client/etsi/message.ts';
import { orderDigests } from '#client/order-digest.ts';
import { fileNames } from '#client/package/manifest.ts';
import { provePackage } from '#client/package/prove.ts';
import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import { documentTypes, looksLike } from '#core/cases/document.ts';
import { jurisdiction } from '#core/cases/instrument.ts';
import type { Request } from '#core/cases/request.ts';
import { good, printJson, say, UsageError } from '../common.ts';
import { publishedPolicy } from '../due-text.ts';
import { CommandError, notWritten } from '../errors.ts';
import { filesOf } from '../log-prove-folder.ts';
import type { Connection, ProfileOptions } from '../profile/connection.ts';
import { madeBy } from '../version.ts';
import { openedWith, questionOf } from './follow.ts';

/** `writ request export --etsi`: what this officer has of a case, as messages of ETSI TS 103 120. */
export interface EtsiOptions extends ProfileOptions {
  etsi?: string;
  package?: string;
  order?: string;
  providerCountry?: string;
}

/** @param request as it was sent, where it was sent from here */
export async function exportMessages(
  connection: Connection,
  { view, request }: { view: CaseView; request: Request | undefined },
  folder: string,
  options: EtsiOptions,
): Promise<number> {
  const { session, provider } = connection;
  const { unknownCountry } = await import('#client/etsi/facts.ts');
  const country = options.providerCountry ?? unknownCountry;
  if (!jurisdiction.safeParse(country).success)
    throw new UsageError('--provider-country is two capital letters: IE');
  const delivered =
    options.package === undefined ? undefined : await packageIn(options.package, view, connection);
  const order = options.order === undefined ? undefined : await orderIn(options.order, request);
  if (request === undefined) say('It was not sent from here: no message names whom it is about.');
  const asked = request === undefined ? { view: await showAsked(session, view.id) } : { request };
  const law = 'request' in asked ? asked.request.instrument.jurisdiction : asked.view.jurisdiction;
  const agency = await showAgency(session);
  const explanation =
    view.explanation === undefined ? undefined : await openedWith(view.explanation, connection.encryptionKey);
  const messages = await messagesOf({
    view,
    asked,
    agency: { id: agency.id, name: agency.name, country: law },
    provider: { id: new URL(provider.url).host, name: provider.name ?? provider.url, country },
    order,
    explanation,
    question: await questionOf(connection, view),
    policy: await publishedPolicy(session),
    delivered,
    now: new Date().toISOString(),
    random: () => crypto.randomUUID(),
  });
  const files = await written(messages, folder);
  if (options.json === true) printJson({ files });
  else
    process.stdout.write(
      `${[good('Written'), ...files.map((file) => `  ${printable(file)}`), '', 'Nobody signed these: what is signed is the request, and the package.'].join('\n')}\n`,
    );
  return 0;
}

async function messagesOf(facts: Parameters<typeof import('#client/etsi/export.ts').exportCase>[0]) {
  const [{ exportCase }, { EtsiError }] = await Promise.all([
    import('#client/etsi/export.ts'),
    import('#client/etsi/markup.ts'),
  ]);
  try {
    return exportCase(facts);
  } catch (cause) {
    if (!(cause instanceof EtsiError)) throw cause;
    throw new CommandError(
      'file-unwritable',
      'a value of this case has a character that XML does not have',
      '`writ request export` without --etsi prints the request as JSON',
      { cause },
    );
  }
}

async function written(messages: readonly EtsiMessage[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: string[] = [];
  for (const { name, xml } of messages) {
    const path = join(folder, name);
    await writeFile(path, xml, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
      throw notWritten(path, '--etsi', cause);
    });
    files.push(path);
  }
  return files;
}

/** The order's file, which must be the one that the request names. @throws CommandError order-differs, file-unreadable */
async function orderIn(file: string, request: Request | undefined) {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CommandError('file-unreadable', `${printable(file)} cannot be read`, undefined, { cause });
  });
  if (request !== undefined && orderDigests(bytes).member !== request.instrument.digest)
    throw new CommandError('order-differs', `${printable(file)} is not the order that the request names`);
  const type = documentTypes.find((each) => looksLike(each, bytes)) ?? 'application/octet-stream';
  return { name: basename(file), type, bytes: new Uint8Array(bytes) };
}

const types: Readonly<Record<string, string>> = {
  [fileNames.manifest]: 'application/json',
  [fileNames.records]: 'text/csv',
  [fileNames.certificate]: 'text/html',
  [fileNames.proof]: 'application/json',
};

/** A package's folder, once it is proven to be this case's. @throws CommandError collection-differs */
async function packageIn(folder: string, view: CaseView, connection: Connection): Promise<Delivered> {
  const files = filesOf(folder);
  const given = { log: connection.session.logKey, provider: connection.provider.keys };
  const proof = await provePackage(files, given, madeBy);
  const isProven = proof?.faults.length === 0 && proof.byGivenKeys.log && proof.byGivenKeys.provider;
  const last = proof?.pages.at(-1);
  if (!isProven || last === undefined || proof.case !== view.id)
    throw new CommandError(
      'collection-differs',
      `${printable(folder)} is not proven to be what was collected of this case`,
      `\`writ log prove ${printable(folder)}\` says what is wrong`,
    );
  const found = await Promise.all(
    Object.values(fileNames).map(async (name): Promise<DeliveredFile | undefined> => {
      const digest = await files.digest(name);
      return digest && { name, type: types[name] ?? 'application/octet-stream', ...digest };
    }),
  );
  const delivered: Delivered = {
    collectedAt: last.collectedAt,
    means: 'collected over signed HTTPS from the provider’s Writ, encrypted to the officer who collected it',
    files: found.filter((file) => file !== undefined),
  };
  const { isTooLarge } = await import('#client/etsi/delivery.ts');
  if (isTooLarge(delivered)) return delivered;
  const filled = delivered.files.map(async (file) => ({
    ...file,
    data: new Uint8Array(await readFile(join(folder, file.name))),
  }));
  return { ...delivered, files: await Promise.all(filled) };
}
