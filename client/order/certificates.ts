import { X509Certificate } from 'node:crypto';
import { BasicConstraints, Certificate, ExtKeyUsage } from 'pkijs';
import { isStrong } from './algorithms.ts';
import { SealError, type Signed } from './seal.ts';

/**
 * From a signer's certificate to one that the desk trusts (RFC 5280 section 6, without policies, names and revocation). It
 * is narrow: an authority with constraints on names, or an extension that is critical and not known here, leads nowhere.
 */

const mostSteps = 6;
const shortestRsaBits = 2048;

const oid = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;
const understood: readonly string[] = [
  oid.keyUsage,
  oid.basicConstraints,
  oid.certificatePolicies,
  oid.policyConstraints,
  oid.extKeyUsage,
  oid.inhibitAnyPolicy,
];

/**
 * What a certificate may be for, if it says so, for its holder to sign documents with it: any use, documents (RFC 9336), mail,
 * persons, documents by Microsoft's and Adobe's names. A web server's is not among them.
 */
const forDocuments: readonly string[] = [
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.36',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.4.1.311.10.3.12',
  '1.2.840.113583.1.1.5',
];

interface Held {
  /** As OpenSSL reads it, and as pkijs does. */
  x509: X509Certificate;
  parsed: Certificate;
  der: Uint8Array;
}

const held = (der: Uint8Array): Held => ({
  x509: new X509Certificate(der),
  parsed: Certificate.fromBER(new Uint8Array(der).buffer),
  der,
});

/** A certificate's subject on one line. */
export function nameOf(der: Uint8Array): string {
  return new X509Certificate(der).subject.split('\n').reverse().join(', ');
}

/**
 * @param at when each of them must have held
 * @returns the certificates from the signer's to the anchor, DER
 * @throws SealError certificate-time, certificate-use, algorithm, no-anchors, no-path
 */
export function pathTo({ signer, others }: Signed, anchors: readonly Uint8Array[], at: Date): Uint8Array[] {
  const own = held(signer);
  checkSigner(own);
  checkTime(own, at);
  if (anchors.length === 0) throw new SealError('no-anchors');
  const trusted = anchors.map(held);
  // Where a way fails, what it failed of is told only where no other leads to an anchor.
  let fault: SealError | undefined;
  const walk = (path: readonly Held[]): readonly Held[] | undefined => {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    const isAnchor = trusted.some(({ x509 }) => x509.fingerprint256 === last.x509.fingerprint256);
    if (isAnchor) return path;
    if (path.length > mostSteps) return undefined;
    for (const issuer of [...trusted, ...others.map(held)]) {
      if (path.some(({ x509 }) => x509.fingerprint256 === issuer.x509.fingerprint256)) continue;
      if (!last.x509.checkIssued(issuer.x509)) continue;
      try {
        checkIssuer(issuer, last, path.length - 1, at);
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        fault ??= error;
        continue;
      }
      const found = walk([...path, issuer]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = walk([own]);
  if (found === undefined) throw fault ?? new SealError('no-path');
  return found.map(({ der }) => der);
}

function checkSigner(own: Held): void {
  checkExtensions(own);
  checkKey(own);
  const usage = extension(own, oid.keyUsage)?.extnValue.valueBlock.valueHexView;
  // DER: BIT STRING of one or two bytes; digitalSignature and nonRepudiation are its first two bits (RFC 5280 section 4.2.1.3).
  if (usage !== undefined && ((usage[3] ?? 0) & 0b1100_0000) === 0) throw new SealError('certificate-use');
  const uses = extension(own, oid.extKeyUsage)?.parsedValue;
  if (uses instanceof ExtKeyUsage && !uses.keyPurposes.some((purpose) => forDocuments.includes(purpose)))
    throw new SealError('certificate-use');
}

/** @param below how many authorities stand between this one and the signer */
function checkIssuer(issuer: Held, subject: Held, below: number, at: Date): void {
  if (!isStrong(subject.parsed.signatureAlgorithm.algorithmId)) throw new SealError('algorithm');
  if (!subject.x509.verify(issuer.x509.publicKey)) throw new SealError('signature-wrong');
  checkTime(issuer, at);
  checkExtensions(issuer);
  checkKey(issuer);
  const constraints = extension(issuer, oid.basicConstraints)?.parsedValue;
  if (!issuer.x509.ca || !(constraints instanceof BasicConstraints) || !constraints.cA)
    throw new SealError('certificate-use');
  const most = constraints.pathLenConstraint;
  if (most !== undefined && Number(most) < below) throw new SealError('certificate-use');
}

function checkTime({ x509 }: Held, at: Date): void {
  const { validFromDate, validToDate } = x509;
  if (at < validFromDate || at > validToDate) throw new SealError('certificate-time');
}

function checkExtensions({ parsed }: Held): void {
  for (const { extnID, critical } of parsed.extensions ?? [])
    if (extnID === oid.nameConstraints || (critical && !understood.includes(extnID)))
      throw new SealError('certificate-use');
}

function checkKey({ x509 }: Held): void {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = x509.publicKey;
  if (kind === 'rsa' || kind === 'rsa-pss') {
    if ((details?.modulusLength ?? 0) < shortestRsaBits) throw new SealError('certificate-use');
  } else if (kind !== 'ec' && kind !== 'ed25519') throw new SealError('algorithm');
}

function extension({ parsed }: Held, id: string) {
  return parsed.extensions?.find(({ extnID }) => extnID === id);
}
