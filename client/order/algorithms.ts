/**
 * The algorithms that a seal may be made with: SHA-2 with RSA, RSA-PSS, ECDSA or Ed25519. SHA-1 and MD5 are left out, and
 * whatever is not known here (ETSI TS 119 312).
 */

/** Digests by their object identifiers, as WebCrypto calls them. */
export const digests: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

/** The same of XML signatures (RFC 9231). */
export const xmlDigests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'SHA-256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'SHA-384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'SHA-512'],
]);

const signatures: readonly string[] = [
  // RSA with SHA-256, SHA-384, SHA-512; RSA-PSS, whose digest is checked apart.
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.113549.1.1.10',
  // ECDSA with the same.
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.3.101.112',
];

/** Whether a signature algorithm, as certificates name it, proves something. */
export const isStrong = (id: string): boolean => signatures.includes(id);

/** The same of a CMS, which may name RSA alone: its digest is named beside. */
export const isStrongInCms = (id: string): boolean => isStrong(id) || id === '1.2.840.113549.1.1.1';

export const xmlSignatures: readonly string[] = [
  'rsa-sha256',
  'rsa-sha384',
  'rsa-sha512',
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
].map((name) => `http://www.w3.org/2001/04/xmldsig-more#${name}`);
