import { verify } from 'node:crypto';
import { fromBase64url, toBase64url, utf8 } from './bytes.ts';
import { parseJson } from './json.ts';
import type { ProviderSigner } from './ports.ts';
import { isStrictSignature } from './signature/encodings.ts';
import type { VerificationKey } from './signature/keys.ts';

/** What the provider signs for anybody to keep: a compact JWS (RFC 7515) by ES256. `typ` tells apart what is signed. */
export type SignedType = 'writ-disclosure+jws' | 'writ-revocations+jws';

export async function signJws(payload: unknown, typ: SignedType, provider: ProviderSigner): Promise<string> {
  const header = { alg: 'ES256', kid: await provider.keyId(), typ };
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${toBase64url(await provider.sign(utf8(input)))}`;
}

function encoded(value: unknown): string {
  return toBase64url(utf8(JSON.stringify(value)));
}

/**
 * What one of some P-256 keys signed as this type.
 *
 * @returns undefined for what is no such JWS, or is signed by another key, over something else, or as another type
 */
export function openJws(jws: string, typ: SignedType, keys: readonly VerificationKey[]): unknown {
  const [protectedPart = '', payload = '', signaturePart = '', ...rest] = jws.split('.');
  const signature = fromBase64url(signaturePart);
  const header = parsed(protectedPart);
  if (rest.length > 0 || signature === undefined || !isHeader(header) || header.typ !== typ) return undefined;
  const key = keys.find(({ thumbprint }) => thumbprint === header.kid);
  if (key === undefined || !isStrictSignature(key.alg, signature)) return undefined;
  const how = { key: key.keyObject, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', utf8(`${protectedPart}.${payload}`), how, signature) ? parsed(payload) : undefined;
}

/** No other member than ours: `crit`, say, would ask of a reader what this one does not do (RFC 7515 section 4.1.11). */
function isHeader(value: unknown): value is { kid: string; typ: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { alg, kid, typ, ...others }: Record<string, unknown> = { ...value };
  return (
    alg === 'ES256' && typeof kid === 'string' && typeof typ === 'string' && Object.keys(others).length === 0
  );
}

function parsed(part: string): unknown {
  try {
    return parseJson(fromBase64url(part) ?? new Uint8Array());
  } catch {
    return undefined;
  }
}
