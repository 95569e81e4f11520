import type { Part } from '#client/etsi/part.ts';
import { orderDigests, readOrderDigest } from '#client/order-digest.ts';
import { fromBase64 } from '#core/bytes.ts';
import type { FormDocument } from './form.ts';
import { type Said, say } from './said.ts';

/**
 * The order itself, where a DocumentObject of ETSI's type Warrant carries it. Its digest is that of the bytes that came; where
 * none came, the one that the document states, as SHA-256.
 *
 * @throws PartError
 */
export function readOrderDocument(objects: readonly Part[]): { document?: FormDocument; said: Said[] } {
  const said: Said[] = [];
  const orders: FormDocument[] = [];
  for (const object of objects) {
    object.pass('core', 'ObjectIdentifier', 'CountryCode', 'OwnerIdentifier', 'Generation', 'LastChanged');
    object.pass('core', 'ExternalIdentifier', 'AssociatedObjects');
    object.pass('doc', 'DocumentReference', 'DocumentStatus', 'DocumentDesiredStatus');
    const name = object.text('doc', 'DocumentName');
    const type = object.entry('doc', 'DocumentType');
    const body = bodyOf(object, said);
    if (type?.owner === 'ETSI' && type.value === 'Warrant')
      orders.push({ ...(name === undefined ? {} : { name }), ...body });
    else said.push(say('unread', { value: `DocumentObject ${name ?? type?.value ?? ''}`.trim() }));
  }
  const [document, another] = orders;
  if (another !== undefined) {
    said.push(say('unread', { value: 'DocumentObject Warrant' }));
    return { said };
  }
  return { ...(document === undefined ? {} : { document }), said };
}

function bodyOf(object: Part, said: Said[]): FormDocument {
  const body = object.one('doc', 'DocumentBody');
  if (body === undefined) return {};
  const type = body.text('doc', 'ContentType');
  const contents = body.text('doc', 'Contents');
  const bytes = contents === undefined ? undefined : fromBase64(contents.replace(/\s/g, ''));
  const checksum = body.text('doc', 'Checksum');
  const isSha256 = /^sha-?256$/i.test(body.text('doc', 'ChecksumType') ?? '');
  const stated = checksum === undefined || !isSha256 ? undefined : memberOf(checksum);
  if (checksum !== undefined && stated === undefined) said.push(say('unread', { value: 'Checksum' }));
  const actual = bytes === undefined ? undefined : orderDigests(bytes).member;
  // Base64 that does not read, or bytes that are not those of the checksum: another file than the sender's.
  const isOther =
    (contents !== undefined && bytes === undefined) ||
    (actual !== undefined && stated !== undefined && actual !== stated);
  if (isOther) said.push(say('digest-differs', { section: 'I' }));
  const digest = actual ?? stated;
  return {
    ...(type === undefined ? {} : { type }),
    ...(digest === undefined || isOther ? {} : { digest }),
    ...(bytes === undefined || isOther ? {} : { bytes }),
  };
}

/** A SHA-256 in hex, in base64, or as requests have it. */
function memberOf(checksum: string): string | undefined {
  return (readOrderDigest(checksum) ?? readOrderDigest(`sha-256=:${checksum}:`))?.member;
}
