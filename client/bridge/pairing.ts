import { fromBase64url, toBase64url } from '#core/bytes.ts';

/**
 * How a page and a command on the same machine find each other: the command prints a link to the page, with the port that
 * it listens on and a secret behind the `#`. A browser sends nothing that stands there to anybody.
 *
 * The secret of the link is good once: it is exchanged for the secret of a session, which the page keeps.
 */
export interface Pairing {
  port: number;
  /** 256 random bits in base64url. */
  secret: string;
}

const secretBytes = 32;

/** A new secret: 256 random bits in base64url. */
export function newSecret(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(secretBytes)));
}

/** What stands in a link behind its address: `#pair=<port>.<secret>`. */
export function pairingFragment({ port, secret }: Pairing): string {
  return `#pair=${port}.${secret}`;
}

/** Reads the fragment of an address. @returns undefined for what is no pairing */
export function readPairing(fragment: string): Pairing | undefined {
  const [, digits = '', secret = ''] = /^#pair=([1-9]\d{0,4})\.([\w-]{1,64})$/.exec(fragment) ?? [];
  const port = Number(digits);
  const isWhole = fromBase64url(secret)?.length === secretBytes;
  return isWhole && port > 0 && port <= 65_535 ? { port, secret } : undefined;
}

/** Where a command of this machine listens. By its number, since a name may be made to lead elsewhere. */
export const loopbackUrl = (port: number) => `http://127.0.0.1:${port}`;
