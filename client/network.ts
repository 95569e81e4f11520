import type { UnreachableReason } from './errors.ts';

/** Why a connection failed, by the codes of Node and of its TLS. */
const reasons: Record<string, UnreachableReason> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  CERT_REVOKED: 'certificate-untrusted',
  CERT_UNTRUSTED: 'certificate-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  EAI_AGAIN: 'host-not-found',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'broken-off',
  ENOTFOUND: 'host-not-found',
  EPIPE: 'broken-off',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-of-other-host',
  ETIMEDOUT: 'timeout',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_SOCKET: 'broken-off',
};

/** Why a connection failed: by the first of an error's causes that has a known code. */
export function unreachableReason(error: unknown): UnreachableReason {
  return foundReason(error) ?? 'unknown';
}

function foundReason(error: unknown): UnreachableReason | undefined {
  for (let value = error; value instanceof Error; value = value.cause) {
    if (value.name === 'TimeoutError') return 'timeout';
    const code = 'code' in value && typeof value.code === 'string' ? value.code : '';
    if (Object.hasOwn(reasons, code)) return reasons[code];
    // A host with two addresses fails once for each.
    if (value instanceof AggregateError) {
      const inner = value.errors.map(foundReason).find((reason) => reason !== undefined);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
