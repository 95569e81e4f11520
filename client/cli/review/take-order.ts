import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { checkSeal, type NotChecked, type SealFault, type SealResult } from '#client/order/seal.ts';
import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { fetchOrder, type Review } from '#client/reviewer.ts';
import { attempt, counted, forPeople, printJson, say } from '../common.ts';
import { CommandError, notWritten, UsageError } from '../errors.ts';
import { fields, when } from '../format.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { look } from './deciding.ts';
import { caseHelp, caseNamed } from './desk.ts';
import { authorityText } from './text.ts';

/** `writ review order`: takes out the order itself, and checks its seal on this machine. */
interface Options extends ProfileOptions {
  save?: string;
  anchors?: string;
}

const examples = `
Examples:
  writ review order 0f8b6b1e
  writ review order GS-4711/26 --save order.pdf
  writ review order GS-4711/26 --anchors ~/anchors

The seal is checked against the certificates that your desk trusts: files in PEM in the folder that --anchors names, by
default \`anchors\` in your profile’s folder. Nobody has looked into the document: open it where nothing can be lost. That
you looked, and that you took it out, is in the log.
`;

export function orderCommand(): Command {
  return forProfile(forPeople(new Command('order')))
    .description('take out the order itself and check its seal; that is logged')
    .argument('<case>', caseHelp)
    .option('--save <file>', 'write the document to this file; nothing is overwritten')
    .option('--anchors <folder>', 'the certificates that your desk trusts, in PEM')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const { session, dir } = await connect(options);
  const anchors = await anchorsIn(options.anchors, join(dir, 'anchors'));
  const review = await look(session, await caseNamed(session, named), options);
  const { received } = review.document ?? {};
  if (received === undefined)
    throw new CommandError(
      'order-missing',
      'the agency has not handed in the order itself',
      '`writ review ask` asks for it',
    );
  const { digest } = review.request.instrument;
  const bytes = await fetchOrder(session, review.id, digest);
  if (options.save !== undefined) await saved(options.save, bytes);
  const seal = await checkSeal({ type: received.type, bytes }, anchors, new Date());
  const { id, authority } = review;
  if (options.json === true)
    printJson({ case: id, ...received, digest, authority, seal, file: options.save });
  else process.stdout.write(orderText(review, received, seal, options.save));
  return 0;
}

function orderText(
  review: Review,
  { type, bytes, at }: NonNullable<NonNullable<Review['document']>['received']>,
  seal: SealResult,
  file: string | undefined,
): string {
  const { digest } = review.request.instrument;
  return fields({
    case: review.id,
    'handed in': when(at),
    type,
    size: counted(bytes, 'byte'),
    'SHA-256': `${readOrderDigest(digest)?.hex ?? printable(digest)}, as the request names it`,
    seal: sealText(seal),
    'signed by': seal.by === undefined ? undefined : printable(seal.by),
    'says it signed':
      seal.seal !== 'checked' || seal.claimedAt === undefined ? undefined : when(seal.claimedAt),
    'leads to': seal.seal === 'checked' ? printable(seal.chain.at(-1) ?? '') : undefined,
    'issued by': authorityText(review),
    'is in': file === undefined ? undefined : printable(file),
  });
}

const faults: Readonly<Record<SealFault, string>> = {
  'document-differs': 'it is over another document',
  'covers-part':
    'it is over a part of the document: something was added, or left out. A PDF in a long-term form is refused too',
  'signature-wrong': 'it was not made with the key of its certificate',
  'certificate-time': 'a certificate was not valid at the time of signing, or that time is to come',
  'certificate-use': 'a certificate is not for signing documents, or no authority’s',
  'signer-differs': 'it names another certificate than the one that it was made with',
  algorithm: 'it is made with an algorithm that proves nothing any more, or is not known here',
  malformed: 'it cannot be read',
};

const unchecked: Readonly<Record<NotChecked, string>> = {
  'no-signature': 'the document carries no signature',
  'no-anchors': 'it holds, but no certificate is named that your desk trusts (--anchors)',
  'no-path': 'it holds, but its certificate leads to none that your desk trusts',
  'form-unknown': 'it has a form, or several signatures, that this command does not read',
};

function sealText(seal: SealResult): string {
  switch (seal.seal) {
    case 'checked':
      return 'checked: it is over the whole document. Whether a certificate was revoked, and whether the seal is qualified, was not looked up';
    case 'failed':
      return `FAILED: ${faults[seal.why]}`;
    case 'not-checked':
      return `not checked: ${unchecked[seal.why]}`;
  }
}

/**
 * The certificates of a folder, DER.
 *
 * @param given a folder that must be there; without it, the profile's, which may not be
 */
async function anchorsIn(given: string | undefined, own: string): Promise<Uint8Array[]> {
  const folder = given ?? own;
  const names = await readdir(folder).catch((cause: unknown) => {
    if (given === undefined) return [];
    throw new UsageError(`--anchors: ${printable(given)} cannot be read`, undefined, { cause });
  });
  const { X509Certificate } = await import('node:crypto');
  const found: Uint8Array[] = [];
  for (const name of names.filter((each) => /\.(?:pem|crt|cer)$/i.test(each)).sort()) {
    const text = await readFile(join(folder, name), 'latin1');
    for (const [pem] of text.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g))
      try {
        found.push(new X509Certificate(pem).raw);
      } catch (cause) {
        throw new UsageError(`${printable(name)} holds what is no certificate`, undefined, { cause });
      }
  }
  if (given !== undefined && found.length === 0)
    throw new UsageError(`--anchors: ${printable(given)} holds no certificate in PEM`);
  if (found.length > 0) say(`Trusted: ${counted(found.length, 'certificate')} of ${printable(folder)}.`);
  return found;
}

/** @throws CommandError file-exists, file-unwritable */
async function saved(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    throw notWritten(path, '--save', cause);
  });
}
