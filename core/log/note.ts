import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { concat, fromBase64, toBase64, toBase64url, toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { LogError } from './errors.ts';

/**
 * Signed notes (C2SP signed-note) with Ed25519: a text, a blank line, and signatures by key name and id. A verifier
 * passes over signatures of keys that it does not know, so others, witnesses say, may sign beside the log.
 */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** No more signature lines than that are read (signed-note asks for a limit of at least 16). */
const MAX_SIGNATURES = 64;
/** Room for as many signatures, each of the nearly 5 kB that a post-quantum one may take. */
export const MAX_NOTE_CHARACTERS = 524_288;

/** What signs a note: a name, and the raw Ed25519 public key. */
export interface VerifierKey {
  name: string;
  publicKey: Uint8Array;
}

/** No Unicode space, which is not what `\s` matches, and no plus. */
const NAME = /^[^\p{White_Space}+]+$/u;

/** A key of any type: the type, as signed-note's registry numbers it, and the key's bytes. */
export interface TypedKey {
  name: string;
  type: number;
  bytes: Uint8Array;
}

/** A key's id: the first 4 bytes of `SHA-256(name || 0x0A || type || public key)`. */
export function typedKeyId({ name, type, bytes }: TypedKey): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), bytes)).subarray(0, KEY_ID_BYTES);
}

/** A verifier key of any type as text, `<name>+<id>+<key>`. */
export function formatTypedKey(key: TypedKey): string {
  return `${key.name}+${toHex(typedKeyId(key))}+${toBase64(concat(Uint8Array.of(key.type), key.bytes))}`;
}

/** @throws LogError verifier-key-malformed */
export function parseTypedKey(text: string): TypedKey {
  const [, name = '', id = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  const [type, ...bytes] = fromBase64(key) ?? [];
  if (!NAME.test(name) || type === undefined) throw new LogError('verifier-key-malformed');
  const parsed = { name, type, bytes: Uint8Array.from(bytes) };
  if (toHex(typedKeyId(parsed)) !== id) throw new LogError('verifier-key-malformed');
  return parsed;
}

const typed = ({ name, publicKey }: VerifierKey): TypedKey => ({ name, type: ED25519, bytes: publicKey });

/** The id of a key that signs notes with Ed25519. */
export const keyId = (key: VerifierKey): Uint8Array => typedKeyId(typed(key));

/** A verifier key as text, `<name>+<id>+<key>`: what is published, and given to verifiers of any make. */
export const formatVerifierKey = (key: VerifierKey): string => formatTypedKey(typed(key));

/** @throws LogError verifier-key-malformed, for a key of another type than Ed25519 as well */
export function parseVerifierKey(text: string): VerifierKey {
  const { name, type, bytes } = parseTypedKey(text);
  if (type !== ED25519 || bytes.length !== PUBLIC_KEY_BYTES) throw new LogError('verifier-key-malformed');
  return { name, publicKey: bytes };
}

/**
 * Puts a signature below a text.
 *
 * @param text ends with a newline
 * @param signature Ed25519 over the text's UTF-8 bytes
 */
export function formatNote(text: string, key: VerifierKey, signature: Uint8Array): string {
  return `${text}\n${signatureLine(key.name, keyId(key), signature)}`;
}

/** A line that says whose signature it is, with its newline. */
export function signatureLine(name: string, id: Uint8Array, signature: Uint8Array): string {
  return `— ${name} ${toBase64(concat(id, signature))}\n`;
}

const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u;
/** What signed-note calls ASCII control characters, but the newline: DEL is none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that no note may hold
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * A note's text, once one key's signature over it was verified. A signature that claims to be the key's and is not
 * spoils the note, even beside one that is.
 *
 * @throws LogError note-malformed for what is no note; note-unsigned when this key did not sign it, or signed
 *   something else
 */
export function openNote(note: string, key: VerifierKey): string {
  const { text, signatures } = parseNote(note);
  const id = toHex(keyId(key));
  const own = signatures.filter((signature) => signature.name === key.name && signature.id === id);
  if (own.length === 0 || !own.every(({ bytes }) => isSignedBy(key, text, bytes)))
    throw new LogError('note-unsigned');
  return text;
}

function isSignedBy({ publicKey }: VerifierKey, text: string, signature: Uint8Array): boolean {
  return isEd25519(publicKey, utf8(text), signature);
}

/** Whether a signature is Ed25519's of a message (RFC 8032), by a raw public key. */
export function isEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && verify(null, message, keyObject(publicKey), signature);
}

function keyObject(publicKey: Uint8Array): KeyObject {
  const key = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) };
  return createPublicKey({ key, format: 'jwk' });
}

/** A signature line of a note, not verified. */
export interface NoteSignature {
  name: string;
  /** In hex. */
  id: string;
  bytes: Uint8Array;
  /** As it stands in the note, with its newline. */
  line: string;
}

/** A note's text and its signatures, none verified. @throws LogError note-malformed */
export function parseNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (note.length > MAX_NOTE_CHARACTERS || FORBIDDEN.test(note) || !note.isWellFormed())
    throw new LogError('note-malformed');
  // The last blank line: a text may have others.
  const split = note.lastIndexOf('\n\n');
  const lines = note.slice(split + 2).split('\n');
  // Above the blank line a text with its newline, below it whole lines; nothing after the last.
  if (split < 0 || lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES)
    throw new LogError('note-malformed');
  const signatures = lines.map((line) => {
    const [, name = '', blob = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = fromBase64(blob);
    if (!NAME.test(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES)
      throw new LogError('note-malformed');
    const id = toHex(bytes.subarray(0, KEY_ID_BYTES));
    return { name, id, bytes: bytes.subarray(KEY_ID_BYTES), line: `${line}\n` };
  });
  return { text: note.slice(0, split + 1), signatures };
}
