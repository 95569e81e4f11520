import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Imported, ImportedDraft, ImportRules } from '#client/epoc/drafts.ts';
import type { FormDocument, FormErrorCode, FormRead } from '#client/epoc/form.ts';
import type { Said, SaidKind } from '#client/epoc/said.ts';
import { saidLine } from '#client/epoc/words.ts';
import { english } from '#client/epoc/words-en.ts';
import { folderName } from '#client/package/folder-name.ts';
import { printable } from '#client/printable.ts';
import { fetchProvider } from '#client/provider.ts';
import { policySchema } from '#core/cases/policy.ts';
import { attempt, bad, exit, forPeople, good, printJson, say } from '../common.ts';
import { CommandError, notWritten } from '../errors.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { wrapped } from './sentences.ts';

/** `writ request import`: an EPOC or EPOC-PR becomes drafts that `writ request new` and `writ preservation new` take. */
interface Options extends ProfileOptions {
  out: string;
  addressedAs?: string[];
}

const examples = `
Examples:
  writ request import epoc.xml
  writ request import epoc.json --out drafts --addressed-as "Example Mail Ireland Ltd"
  writ request new GS-4711-26-1.json --order order.pdf       then, for each draft

It takes XML of ETSI TS 103 120 V1.12.1, or JSON in Writ's own form (docs/etsi.md), and writes a file for each identifier that
can be asked by. It says what it took, what is missing, what you still give, and what it refused and why. It sends nothing and
signs nothing. Signatures on a form are not checked here.

The files say about whom data is asked: they are readable by you alone. Delete them once the requests are sent.

Exit codes: 0 drafts were written, 1 none was, 2 usage, or the file is no form that is known.
`;

export function importCommand(): Command {
  return forProfile(forPeople(new Command('import')))
    .description('make drafts of an EPOC or EPOC-PR that came as XML or JSON')
    .argument('<file>', 'the form')
    .option('--out <folder>', 'where the drafts go', '.')
    .option(
      '--addressed-as <name...>',
      'other names and ids under which forms are addressed to this provider',
    )
    .addHelpText('after', examples)
    .action(async (file: string, options: Options) => {
      process.exitCode = await attempt(() => run(file, options), options);
    });
}

async function run(file: string, options: Options): Promise<number> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CommandError('file-unreadable', `${printable(file)} cannot be read`, undefined, { cause });
  });
  const read = await formIn(file, new Uint8Array(bytes));
  const { draftsOf } = await import('#client/epoc/drafts.ts');
  const imported = draftsOf(read, await rulesFor(options));
  const { formId = 'form' } = read.form;
  const files = await written(imported, options.out, formId);
  const order =
    imported.drafts.length === 0 ? undefined : await writtenOrder(read.form.document, options.out, formId);
  if (options.json === true) printJson(jsonOf(imported, files, order));
  else process.stdout.write(textOf(imported, files, order));
  return imported.drafts.length === 0 ? exit.wrong : 0;
}

const formErrors: Readonly<Record<FormErrorCode, string>> = {
  'form-too-large': 'is larger than any form',
  'form-unreadable': 'is neither JSON nor XML in UTF-8 that can be read in one way only',
  'form-unknown': 'is no form that is known here',
  'form-malformed': 'is not as its form has it',
  'form-several': 'holds several orders',
};

/** The reader is loaded where it is needed: XML takes longer to load than the rest of the command. @throws CommandError */
async function formIn(file: string, bytes: Uint8Array): Promise<FormRead> {
  const [{ readOrderForm }, { FormError }] = await Promise.all([
    import('#client/epoc/read.ts'),
    import('#client/epoc/form.ts'),
  ]);
  try {
    return readOrderForm(bytes);
  } catch (cause) {
    if (!(cause instanceof FormError)) throw cause;
    const where = cause.faults.length === 0 ? '' : `: ${printable(cause.faults.join('; '))}`;
    throw new CommandError(
      'file-malformed',
      `${printable(file)} ${formErrors[cause.code]}${where}`,
      'docs/etsi.md says which forms are read, with a whole example',
      { cause },
    );
  }
}

const withoutProvider: readonly string[] = ['profile-missing', 'key-missing', 'provider-missing'];

/** What the provider publishes. A form can be imported before there is a profile, and without a network: then less is compared. */
async function rulesFor(options: Options): Promise<ImportRules> {
  const now = new Date().toISOString();
  const connection = await connect(options).catch((error: unknown) => {
    const isNone = error instanceof CommandError && withoutProvider.includes(error.code);
    if (isNone && options.profile === undefined) return undefined;
    throw error;
  });
  const published =
    connection === undefined
      ? undefined
      : await fetchProvider(connection.session.url, connection.session.fetch).catch(() => undefined);
  if (published === undefined) {
    say(
      'No provider could be asked: the form is not compared with a policy, nor with whom it is addressed to.',
    );
    return { now };
  }
  const { name, authority, policy } = published;
  return {
    now,
    policy: policySchema.safeParse(policy).data,
    provider: {
      name,
      authority: authority ?? connection?.provider.url.replace(/^https?:\/\//, ''),
      alsoCalled: options.addressedAs,
    },
  };
}

/** Writes each draft into a file of its own, or none. @throws CommandError file-exists, file-unwritable */
async function written({ drafts }: Imported, out: string, formId: string): Promise<string[]> {
  const paths = drafts.map(({ draft }, i) =>
    join(out, `${folderName(draft.reference, `${folderName(formId, 'form')}-${i + 1}`)}.json`),
  );
  for (const path of paths) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw notWritten(path, '--out', Object.assign(new Error(), { code: 'EEXIST' }));
  }
  if (paths.length > 0) await mkdir(out, { recursive: true, mode: 0o700 });
  for (const [i, path] of paths.entries())
    await create(path, `${JSON.stringify(drafts[i]?.draft, null, 2)}\n`);
  return paths;
}

/** A form may bring the order itself along, which is what --order takes. */
async function writtenOrder(
  document: FormDocument | undefined,
  out: string,
  formId: string,
): Promise<string | undefined> {
  if (document?.bytes === undefined) return undefined;
  const ending = endings[document.type ?? ''] ?? 'bin';
  const path = join(out, `${folderName(formId, 'form')}-order.${ending}`);
  await create(path, document.bytes);
  return path;
}

const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/xml': 'xml',
  'application/vnd.etsi.asic-e+zip': 'asice',
};

async function create(path: string, data: string | Uint8Array): Promise<void> {
  await writeFile(path, data, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw notWritten(path, '--out', cause);
  });
}

function jsonOf({ drafts, said }: Imported, files: readonly string[], order: string | undefined) {
  return {
    drafts: drafts.map((draft, i) => ({ file: files[i], ...draft })),
    ...(order === undefined ? {} : { order }),
    said: said.map((each) => ({ ...each, text: saidLine(each, english) })),
  };
}

const kinds: readonly SaidKind[] = ['refused', 'missing', 'taken', 'open', 'note'];
/** Where nothing was drafted, nothing was taken, and nothing is left to give. */
const kindsOfNone: readonly SaidKind[] = ['refused', 'missing', 'note'];

function textOf({ drafts, said }: Imported, files: readonly string[], order: string | undefined): string {
  const isNone = drafts.length === 0;
  const parts = (isNone ? kindsOfNone : kinds).flatMap((kind) =>
    sectionOf(
      kind,
      said.filter((each) => each.kind === kind),
    ),
  );
  if (isNone) return [...parts, bad('Nothing was imported.'), ''].join('\n');
  const given = order === undefined ? '<the order’s file>' : shellWord(order);
  return [
    ...parts,
    good('Written'),
    ...files.map((path) => `  ${printable(path)}`),
    ...(order === undefined ? [] : [`  ${printable(order)}, the order that came with the form`]),
    '',
    'Next',
    ...files.map((path, i) => `  writ ${nounOf(drafts[i])} new ${shellWord(path)} --order ${given}`),
    '',
  ].join('\n');
}

const nounOf = (draft: ImportedDraft | undefined) => draft?.kind ?? 'request';
const shellWord = (path: string) =>
  /^[\w./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", `'\\''`)}'`;

function sectionOf(kind: SaidKind, said: readonly Said[]): string[] {
  if (said.length === 0) return [];
  const heading = english.headings[kind];
  const isStop = kind === 'refused' || kind === 'missing';
  const lines = said.flatMap((each) => wrapped(printable(saidLine(each, english)), '  - '));
  return [isStop ? bad(heading) : heading, ...lines, ''];
}
