import { bodyWithin, checkNoRedirect, plainFetch } from '#core/answer-body.ts';
import { utf8 } from '#core/bytes.ts';
import { ADD_CHECKPOINT } from '#core/log/add-checkpoint.ts';
import type { Witnesses } from '#core/ports.ts';

/** One call with its answer: a witness that takes longer is asked another time. */
const mostMs = 10_000;
/** Cosignatures of 16 keys, post-quantum ones among them. */
const mostBytes = 65_536;

/** Witnesses over HTTPS. Where they are, the operator chose when the stack was made; nothing that they answer leads on. */
export function httpWitnesses(timeoutMs = mostMs): Witnesses {
  return {
    async submit(url, body) {
      const answer = await fetch(`${url.replace(/\/+$/, '')}/${ADD_CHECKPOINT}`, {
        ...plainFetch,
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: utf8(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      checkNoRedirect(answer);
      return { status: answer.status, body: await bodyWithin(answer, mostBytes) };
    },
  };
}
