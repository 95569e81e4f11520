/**
 * The body of an HTTP answer, as far as it may go. A server says how long its answer is and need not keep to it, and a few
 * bytes that are compressed unpack to many: so what is read is counted, and the rest is not fetched.
 */

/** The answer is longer than any answer of its kind, or sends the caller elsewhere. */
export class AnswerRefused extends Error {
  override name = 'AnswerRefused';
  readonly why: 'redirect' | 'too-large';

  constructor(why: AnswerRefused['why']) {
    super(why);
    this.why = why;
  }
}

/**
 * How every call is made. Nothing is followed: whoever can redirect could have an address within our own network asked,
 * or another server's word taken. A browser hides where it would have gone.
 */
export const plainFetch = { redirect: 'manual', credentials: 'omit', cache: 'no-store' } as const;

/** @throws AnswerRefused redirect */
export function checkNoRedirect({ status, type }: Response): void {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) throw new AnswerRefused('redirect');
}

/** @throws AnswerRefused too-large; or what the connection breaks off with */
export async function bodyWithin(answer: Response, maxBytes: number): Promise<Uint8Array> {
  const { body } = answer;
  if (Number(answer.headers.get('content-length') ?? 0) > maxBytes) {
    await body?.cancel();
    throw new AnswerRefused('too-large');
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new AnswerRefused('too-large');
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
