import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { handInOrder } from '#client/agency.ts';
import { printable } from '#client/printable.ts';
import { type DocumentType, documentTypes, looksLike, mostDocumentBytes } from '#core/cases/document.ts';
import { attempt, forPeople, UsageError } from '../common.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { printCase } from './follow.ts';
import { idOf } from './own.ts';

/** `writ request order`: hands in the order itself. */
const examples = `
Examples:
  writ request order GS-4711/26 order.pdf
  writ request order 7d0c1e0a order.asice --yes

The document is the one whose SHA-256 your request names (--order): any other is refused. It is a PDF, an ASiC-E container
or an XML document of at most 3 MB. The provider’s reviewers alone read it. The same document again is the same.
`;

export function handInCommand(): Command {
  return forSigning(forPeople(new Command('order')))
    .description('hand in the order itself, where the provider takes it')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .argument('<file>', 'the document that the request names by its SHA-256')
    .addHelpText('after', examples)
    .action(async (given: string, file: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => run(given, file, options), options);
    });
}

async function run(given: string, file: string, options: ProfileOptions): Promise<number> {
  const bytes = new Uint8Array(await readFile(file));
  const type = typeOf(bytes);
  if (type === undefined)
    throw new UsageError(`${printable(file)} is no PDF, ASiC-E container or XML document`);
  if (bytes.length > mostDocumentBytes)
    throw new UsageError(`${printable(file)} is larger than 3 MB, which no provider takes`);
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  await printCase(connection, await handInOrder(connection.session, id, { type, bytes }), options);
  return 0;
}

/** What a document is, by its beginning. */
function typeOf(bytes: Uint8Array): DocumentType | undefined {
  return documentTypes.find((type) => looksLike(type, bytes));
}
