import type { PackageForm } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { utf8 } from '#core/bytes.ts';
import type { Request } from '#core/cases/request.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';

/**
 * What a package is asked to say: on which order it rests, and what it covers; and whom it is about, where this officer
 * knows the request.
 */

/** The provider takes 64 KB of a call. A request that is nearly as long as that leaves no room beside it. */
const MOST_REQUEST_BYTES = 60_000;

/**
 * @param first the first page of a collection that stopped early: the others are of its form
 * @param request as it was sent, where it is known here
 * @returns undefined where the pages that are kept name whom they are about, and the request is not known any more
 */
export function packageForm(
  first: DisclosurePackage | undefined,
  request: Request | undefined,
): PackageForm | undefined {
  if (first !== undefined && first.order === undefined) return {};
  const form = first === undefined ? 4 : formOf(first);
  if (first !== undefined && first.subjects === undefined) return { form };
  if (request === undefined) return first?.subjects === undefined ? { form } : undefined;
  return utf8(JSON.stringify(request)).length > MOST_REQUEST_BYTES ? { form } : { form, request };
}

/** Of a page that says on which order it rests. */
const formOf = ({ tlogProof, completeness }: DisclosurePackage): 2 | 3 | 4 =>
  tlogProof !== undefined ? 4 : completeness !== undefined ? 3 : 2;

/**
 * What to ask a provider for who does not know the form that was asked for: one of before the fourth form knows the third,
 * one of before the third the second, one of before the second form none.
 *
 * @returns undefined where it refused the call for something else
 */
export function formBefore({ form, request }: PackageForm, error: unknown): PackageForm | undefined {
  if (!(error instanceof RefusedError)) return undefined;
  if ((form === 4 || form === 3) && error.code === 'field-invalid')
    return { form: form === 4 ? 3 : 2, ...(request === undefined ? {} : { request }) };
  return form !== undefined && error.code === 'field-unknown' ? {} : undefined;
}
