/**
 * Why a signed message was refused. Callers map each code to `urn:writ:problem:<code>` in one place.
 *
 * - `message-malformed`: method, authority, path, query, status or a covered field cannot be signed at
 *   all: control characters, a field on several lines, more than the profile's size.
 * - `signature-missing`: there is no `Signature-Input` or no `Signature`.
 * - `signature-malformed`: not the structured fields of RFC 9651, or not exactly one signature.
 * - `signature-components`: not exactly the components that the profile covers, or one of them absent.
 * - `signature-parameters`: a parameter is missing, unknown, of the wrong type, or the tag is not `writ`.
 * - `signature-algorithm`: `alg` is neither `ed25519` nor `ecdsa-p256-sha256`, or not the key's own.
 * - `signature-nonce`: too short to hold 128 bits, too long, or other characters.
 * - `signature-window`: `expires` is not 1 to 300 seconds after `created`.
 * - `signature-not-yet-valid`, `signature-expired`: outside the window now.
 * - `digest-missing`, `digest-malformed`, `digest-mismatch`: `Content-Digest` against the body.
 * - `signature-key-unknown`: the key that signed was revoked; to a client, the provider has published no such key.
 * - `signature-invalid`: the key did not make this signature over this message, or nobody is enrolled under its id: one
 *   answer, so that no stranger learns who is.
 * - `key-refused`: not a public Ed25519 or P-256 key that we accept.
 */
export type SignatureErrorCode =
  | 'message-malformed'
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-components'
  | 'signature-parameters'
  | 'signature-algorithm'
  | 'signature-nonce'
  | 'signature-window'
  | 'signature-not-yet-valid'
  | 'signature-expired'
  | 'digest-missing'
  | 'digest-malformed'
  | 'digest-mismatch'
  | 'signature-key-unknown'
  | 'signature-invalid'
  | 'key-refused';

/** Carries the code and nothing of the message or key, so that it may be logged and answered as it is. */
export class SignatureError extends Error {
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode) {
    super(code);
    this.name = 'SignatureError';
    this.code = code;
  }
}
