import type { PackageForm } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import { utf8 } from '#core/bytes.ts';
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

/** The provider takes 64 KB of a call. A request that is nearly as long as that leaves no room beside it. */
const MOST_REQUEST_BYTES = 60_000;

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
  if (first !== undefined && first.order === undefined) return {};
  const form = first === undefined || first.completeness !== undefined ? 3 : 2;
  if (first !== undefined && first.subjects === undefined) return { form };
  const request =
    file === undefined
      ? await readCopy(connection, requestSchema, { id, requestDigest })
      : await requestIn(file, requestDigest);
  if (first?.subjects !== undefined && request === undefined)
    throw new UsageError(
      'the pages that were kept name whom they are about, and the request is not known here any more',
      'give it with --request FILE, or collect into another folder with --out',
    );
  if (request === undefined) return { form };
  return utf8(JSON.stringify(request)).length > MOST_REQUEST_BYTES ? { form } : { form, request };
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

/**
 * What to ask a provider for who does not know the form that was asked for: one of before the third form knows the second,
 * one of before the second form none.
 *
 * @returns undefined where it refused the call for something else
 */
export function formBefore({ form, request }: PackageForm, error: unknown): PackageForm | undefined {
  if (!(error instanceof RefusedError)) return undefined;
  if (form === 3 && error.code === 'field-invalid')
    return { form: 2, ...(request === undefined ? {} : { request }) };
  return form !== undefined && error.code === 'field-unknown' ? {} : undefined;
}
