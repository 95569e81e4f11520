import type { PackageForm } from '#client/agency.ts';
import { packageForm } from '#client/package/form.ts';
import { printable } from '#client/printable.ts';
import { jsonDigest } from '#core/canonical.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { parseJson, UsageError } from '../common.ts';
import { givenText } from '../given.ts';
import type { Connection } from '../profile/connection.ts';
import { readCopy } from '../request/own-copy.ts';

/**
 * What a package is asked to say: on which order it rests, and what it covers; and whom it is about, where this officer
 * knows the request.
 */

/**
 * @param file of `--request`: the request as it was sent, where another officer sent it
 * @param first the first page of a collection that stopped early: the others are of its form
 * @throws CommandError usage, file-unreadable
 */
export async function formFor(
  connection: Pick<Connection, 'name' | 'encryptionKey'>,
  { id, requestDigest }: { id: string; requestDigest: string },
  { file, first }: { file: string | undefined; first: DisclosurePackage | undefined },
): Promise<PackageForm> {
  const isNamed = first === undefined || first.subjects !== undefined;
  const request = !isNamed
    ? undefined
    : file === undefined
      ? await readCopy(connection, requestSchema, { id, requestDigest })
      : await requestIn(file, requestDigest);
  const form = packageForm(first, request);
  if (form === undefined)
    throw new UsageError(
      'the pages that were kept name whom they are about, and the request is not known here any more',
      'give it with --request FILE, or collect into another folder with --out',
    );
  return form;
}

async function requestIn(file: string, requestDigest: string): Promise<Request> {
  const { data } = requestSchema.safeParse(parseJson(await givenText(file), printable(file)));
  if (data === undefined || jsonDigest(data) !== requestDigest)
    throw new UsageError(
      `${printable(file)} is not the request of this case: its digest is another`,
      '`writ request export` prints it, on the machine that it was sent from',
    );
  return data;
}
