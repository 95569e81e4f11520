import { readFile } from 'node:fs/promises';
import { type OrderDigests, orderDigests, readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { CommandError, UsageError } from '../errors.ts';

/** An order as a reviewer was given it, held against the digest that the officer signed. */
export interface GivenOrder {
  file: string;
  digests: OrderDigests;
}

/** @throws UsageError */
export async function readOrder(file: string): Promise<GivenOrder> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) throw new UsageError(`--order: ${printable(file)} cannot be read`);
  if (bytes.length === 0) throw new UsageError(`--order: ${printable(file)} is empty`);
  return { file, digests: orderDigests(bytes) };
}

/** @throws CommandError order-differs */
export function checkOrder({ file, digests }: GivenOrder, signed: string): void {
  if (digests.member === signed) return;
  throw new CommandError(
    'order-differs',
    `${printable(file)} is not the order that was signed; nothing was signed here. The file: ${bothForms(digests.member)}. Signed: ${bothForms(signed)}`,
    'ask the agency for the order by your own channel, or `writ review reject`',
  );
}

/** A digest as `sha256sum` prints it, and as the request has it. */
function bothForms(member: string): string {
  const read = readOrderDigest(member);
  return read === undefined ? printable(member) : `${read.hex} (${read.member})`;
}
