import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import type { HeaderLines } from '#core/signature/message.ts';
import { signAnswer } from '#core/signature/sign.ts';
import {
  readAnswerSignature,
  readSignature,
  type SignatureClaims,
  verifySignature,
} from '#core/signature/verify.ts';
import { both, clock, get, post, signedMessage, type TestKey, window } from './messages.ts';

/** A request or an answer, so that one mutation serves for both: its parts as texts, its lines, its bytes. */
interface Sent {
  readonly parts: Readonly<Record<string, string>>;
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
}

interface Kind {
  /** The claims if the door, or the client, accepts it. */
  accepts(sent: Sent): SignatureClaims | undefined;
  /** What its parts mean, told apart from the code under test. */
  meaning(parts: Sent['parts']): unknown;
}

interface Original extends Kind {
  readonly title: string;
  readonly sent: Sent;
  readonly claims: SignatureClaims;
}

const requestsBy = ({ key }: TestKey): Kind => ({
  accepts({ parts: { method = '', authority = '', path = '', query = '' }, headers, body }) {
    const reading = readSignature({ method, authority, path, query, headers, body }, clock);
    return reading.ok && verifySignature(reading.claims, key) ? reading.claims : undefined;
  },
  meaning: ({ method, authority, path, query }) => ({
    method,
    host: authority?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/:443$/, ''),
    path: path || '/',
    query: query || '?',
  }),
});

const answersBy = ({ key }: TestKey): Kind => ({
  accepts({ parts: { status, requestSignature = '' }, headers, body }) {
    const answer = { status: Number(status), headers, body };
    const reading = readAnswerSignature(answer, { requestSignature }, clock);
    return reading.ok && verifySignature(reading.claims, key) ? reading.claims : undefined;
  },
  meaning: ({ status, requestSignature }) => ({
    status: Number(status),
    request: requestSignature?.replace(/^[ \t]+|[ \t]+$/g, ''),
  }),
});

function original(title: string, kind: Kind, sent: Sent): Original {
  const claims = kind.accepts(sent);
  assert.ok(claims, title);
  return { ...kind, title, sent, claims };
}

const originals: Original[] = [];
for (const key of both) {
  for (const request of [
    post,
    { ...get, path: '/' },
    { ...get, authority: 'gateway.example:443', query: '' },
  ]) {
    const { headers, body, method, authority, path, query } = await signedMessage(request, key);
    const parts = { method, authority, path, query };
    originals.push(original(`${key.key.alg} ${method} ${query}`, requestsBy(key), { parts, headers, body }));
  }
  const requestSignature = 'writ=:c2lnbmF0dXJlIG9mIHRoZSByZXF1ZXN0:';
  const answer = { status: 201, contentType: 'application/json', body: utf8('{"id":"1"}'), requestSignature };
  const fields = Object.entries(await signAnswer(answer, key.signer, window));
  originals.push(
    original(`${key.key.alg} answer`, answersBy(key), {
      parts: { status: '201', requestSignature },
      headers: [...fields, ['content-type', answer.contentType]],
      body: answer.body,
    }),
  );
}

/** Whether a mutation is accepted; if it is, it must say what the original said, under the same signature. */
function accepted({ accepts, meaning, sent, claims }: Original, mutated: Sent): boolean {
  const now = accepts(mutated);
  if (now === undefined) return false;
  const told = () => JSON.stringify(mutated);
  assert.deepEqual(now.base, claims.base, told());
  assert.deepEqual(now.signature, claims.signature, told());
  assert.deepEqual(mutated.body, sent.body, told());
  assert.deepEqual(meaning(mutated.parts), meaning(sent.parts), told());
  return true;
}

const CHARS = [...' \t"=;,():A10-\\?/\n\0é', '\u212a', '\r\n '];

/** The text with each character in turn deleted, doubled, its neighbour in ASCII, in the other case, or one of `CHARS`. */
function* changes(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at++) {
    const [before, here, after] = [text.slice(0, at), text.slice(at, at + 1), text.slice(at + 1)];
    for (const char of CHARS) yield before + char + here + after;
    if (here === '') continue;
    const swapped = here === here.toLowerCase() ? here.toUpperCase() : here.toLowerCase();
    const next = String.fromCharCode(here.charCodeAt(0) ^ 1);
    for (const char of ['', here + here, next, swapped, ...CHARS]) {
      if (char !== here) yield before + char + after;
    }
  }
}

const withPart = (sent: Sent, name: string, value: string): Sent => ({
  ...sent,
  parts: { ...sent.parts, [name]: value },
});

const withLine = (sent: Sent, at: number, ...lines: HeaderLines): Sent => ({
  ...sent,
  headers: sent.headers.toSpliced(at, 1, ...lines),
});

for (const each of originals) {
  const { title, sent } = each;

  test(`${title}: no change of one character in its parts is accepted as another message`, () => {
    for (const [name, value] of Object.entries(sent.parts)) {
      for (const changed of changes(value)) accepted(each, withPart(sent, name, changed));
    }
  });

  test(`${title}: no change of one character in a signed line is accepted as another message`, () => {
    let tried = 0;
    let same = 0;
    for (const [at, [name, value]] of sent.headers.entries()) {
      for (const changed of changes(value)) {
        tried++;
        if (!accepted(each, withLine(sent, at, [name, changed]))) continue;
        same++;
        // A blank between parts and a zero before a number are all that may be written otherwise.
        assert.match(name, /^(signature-input|signature|content-type|content-digest)$/);
        assert.equal(plain(changed), plain(value), changed);
      }
    }
    assert.ok(tried > 10_000 && same > 10, `${tried} changes, ${same} mean the same`);
  });

  test(`${title}: no other byte, no byte more and none less is accepted in its body`, () => {
    const { body } = sent;
    for (let at = 0; at <= body.length; at++) {
      const [before, here, after] = [body.slice(0, at), body.slice(at, at + 1), body.slice(at + 1)];
      for (let bit = 0; bit < 8; bit++) {
        const inserted = [...before, 1 << bit, ...here, ...after];
        assert.equal(accepted(each, { ...sent, body: new Uint8Array(inserted) }), false);
        if (here.length === 0) continue;
        const flipped = [...before, ...here.map((byte) => byte ^ (1 << bit)), ...after];
        assert.equal(accepted(each, { ...sent, body: new Uint8Array(flipped) }), false);
      }
      if (here.length === 0) continue;
      assert.equal(accepted(each, { ...sent, body: new Uint8Array([...before, ...after]) }), false);
    }
  });

  test(`${title}: a signed line that is absent, doubled, split, folded or renamed is refused`, () => {
    for (const [at, [name, value]] of sent.headers.entries()) {
      const refused = (...lines: HeaderLines) =>
        assert.equal(accepted(each, withLine(sent, at, ...lines)), false, JSON.stringify(lines));
      refused();
      refused([name, value], [name, value]);
      refused([name, value], [name.toUpperCase(), value]);
      for (const other of ['', ' ', 'x', 'writ', value.slice(0, -1), `${value}, ${value}`]) {
        refused([name, value], [name, other]);
        refused([name, other], [name, value]);
        refused([name, other]);
      }
      for (const other of ['', ` ${name}`, `${name} `, `x-${name}`, `${name}\0`, name.slice(1), `@${name}`]) {
        refused([other, value]);
      }
      for (let cut = 0; cut <= value.length; cut++) {
        const [before, after] = [value.slice(0, cut), value.slice(cut)];
        refused([name, before], [name, after]);
        if (before.trim() === '' || after.trim() === '') continue;
        for (const fold of ['\r\n ', '\n\t', '\n', '\r']) refused([name, before + fold + after]);
      }
    }
  });

  test(`${title}: the order of its lines, their names' case and lines that are not signed change nothing`, () => {
    const noise = fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.string({ maxLength: 30 }));
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 4 }), fc.infiniteStream(fc.nat()), (extra, order) => {
        const lines = [...sent.headers, ...extra].map(([name, value], i) => {
          const place = order.next().value ?? i;
          return { place, line: [place % 2 === 0 ? name : name.toUpperCase(), value] as const };
        });
        const headers = lines.sort((a, b) => a.place - b.place).map(({ line }) => line);
        assert.ok(accepted(each, { ...sent, headers }));
      }),
      { numRuns: 60 },
    );
  });

  test(`${title}: whatever is changed in several places at once is no other message`, () => {
    const change = fc.record({
      where: fc.nat(),
      at: fc.nat(),
      length: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(...CHARS),
        fc.constantFrom('', 'GET', '/v1', ';req', '"@path"', 'sha-512='),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 4 }), (changed) => {
        let mutated = sent;
        for (const { where, at, length, put } of changed) {
          const spliced = (text: string) => {
            const from = at % (text.length + 1);
            return text.slice(0, from) + put + text.slice(from + length);
          };
          const names = Object.keys(sent.parts);
          const choice = where % (names.length + sent.headers.length + 1);
          const name = names[choice];
          const line = mutated.headers[choice - names.length];
          if (name !== undefined) mutated = withPart(mutated, name, spliced(mutated.parts[name] ?? ''));
          else if (line) mutated = withLine(mutated, choice - names.length, [line[0], spliced(line[1])]);
          else mutated = { ...mutated, body: Buffer.from(spliced(Buffer.from(mutated.body).toString())) };
        }
        accepted(each, { ...mutated, body: new Uint8Array(mutated.body) });
      }),
      { numRuns: 800 },
    );
  });
}

test("one message's lines make no other out of those of another by the same key", async () => {
  for (const key of both) {
    const [one, two] = await Promise.all([
      signedMessage(post, key),
      signedMessage({ ...post, path: '/v1/preservations', body: utf8('{"reference":"GS-4711/27"}') }, key),
    ]);
    const kind = requestsBy(key);
    const { method, authority, path, query, headers, body } = one;
    const found = original('mixed', kind, { parts: { method, authority, path, query }, headers, body });
    for (let mask = 0; mask < 2 ** headers.length; mask++) {
      const mixed = headers.map((line, i) => (mask & (1 << i) && two.headers[i]) || line);
      // The content type is the same in both.
      const unchanged = mixed.every(([, value], i) => value === headers[i]?.[1]);
      assert.equal(accepted(found, { ...found.sent, headers: mixed }), unchanged);
      for (const other of [
        { ...found.sent, headers: mixed, body: two.body },
        { parts: { ...found.sent.parts, path: two.path }, headers: mixed, body },
      ]) {
        assert.equal(kind.accepts(other), undefined);
      }
    }
  }
});

function plain(value: string): string {
  return value.replace(/[ \t]/g, '').replace(/=0+(?=\d)/g, '=');
}
