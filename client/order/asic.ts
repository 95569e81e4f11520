import { filesInZip, ZipError } from '#client/zip.ts';
import { fromBase64, sameBytes } from '#core/bytes.ts';
import { xmlDigests } from './algorithms.ts';
import { signedCms } from './cms.ts';
import { SealError, type Signed } from './seal.ts';
import { fileName, signedBeside } from './xml.ts';
import { elements, namespaces, readXml, textOf } from './xml-document.ts';

/**
 * A container with signatures beside what they sign (ASiC-E: ETSI EN 319 162-1), by XAdES or by a manifest that CAdES signs.
 * All files of it must be signed: one that is not could be taken for the order.
 */

/** What a container may hold unpacked: some times what an order may be. A few bytes unpack to many. */
const mostUnpackedBytes = 30_000_000;
const mostFiles = 200;

const metadata = 'META-INF/';
const { asic, ds } = namespaces;

/** @throws SealError */
export async function signedContainer(bytes: Uint8Array): Promise<Signed> {
  const all = await unpacked(bytes);
  const files = new Map([...all].filter(([name]) => name !== 'mimetype' && !name.startsWith(metadata)));
  if (files.size === 0) throw new SealError('malformed');
  const beside = [...all].filter(([name]) => name.startsWith(metadata));
  const xades = beside.filter(([name]) => /^META-INF\/[^/]*signatures[^/]*\.xml$/i.test(name));
  const cades = beside.filter(([name]) => /^META-INF\/[^/]*signature[^/]*\.p7s$/i.test(name));
  const [one, another] = [...xades, ...cades];
  if (one === undefined) throw new SealError('no-signature');
  if (another !== undefined) throw new SealError('form-unknown');
  const [name, signature] = one;
  if (name.endsWith('.xml')) return signedBeside(signature, files);
  const manifest = manifestOf(beside, name);
  await checkManifest(manifest, files);
  return signedCms(signature, manifest);
}

async function unpacked(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  try {
    const files = await filesInZip(bytes, mostUnpackedBytes);
    if (files.size > mostFiles) throw new SealError('form-unknown');
    return files;
  } catch (cause) {
    throw cause instanceof ZipError ? new SealError('malformed', { cause }) : cause;
  }
}

/** The one manifest that says what a signature of this name is over. */
function manifestOf(beside: readonly (readonly [string, Uint8Array])[], signature: string): Uint8Array {
  const found = beside
    .filter(([name]) => /^META-INF\/ASiCManifest[^/]*\.xml$/i.test(name))
    .filter(([, bytes]) =>
      elements(readXml(bytes), asic, 'SigReference').some(
        (each) => fileName(each.getAttribute('URI') ?? '') === signature,
      ),
    );
  const [one, another] = found;
  if (one === undefined || another !== undefined) throw new SealError('form-unknown');
  return one[1];
}

async function checkManifest(manifest: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const named = new Set<string>();
  for (const reference of elements(readXml(manifest), asic, 'DataObjectReference')) {
    const name = fileName(reference.getAttribute('URI') ?? '') ?? '';
    const file = files.get(name);
    if (file === undefined || named.has(name)) throw new SealError('form-unknown');
    const method = elements(reference, ds, 'DigestMethod')[0]?.getAttribute('Algorithm') ?? '';
    const digest = xmlDigests.get(method);
    if (digest === undefined) throw new SealError('algorithm');
    const value = fromBase64(textOf(reference, ds, 'DigestValue') ?? '');
    const actual = new Uint8Array(await crypto.subtle.digest(digest, new Uint8Array(file)));
    if (value === undefined || !sameBytes(actual, value)) throw new SealError('document-differs');
    named.add(name);
  }
  if (named.size !== files.size) throw new SealError('covers-part');
}
