import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64, utf8 } from '#core/bytes.ts';
import type { SignatureErrorCode } from '#core/signature/errors.ts';
import type { Message } from '#core/signature/message.ts';
import { contentDigest } from '#core/signature/sign.ts';
import { readSignature, verifySignature, verifyWith } from '#core/signature/verify.ts';
import {
  both,
  clock,
  ed25519,
  field,
  get,
  nonce,
  now,
  p256,
  post,
  signedMessage,
  unsignedMessage,
  window,
  withField,
} from './messages.ts';

const covered = '("@method" "@authority" "@path" "@query" "content-digest" "content-type")';
const params = `;created=${now};expires=${now + 300};nonce="${nonce}";keyid="k1";alg="ed25519";tag="writ"`;
const input = `sig=${covered}${params}`;

function codeOf(message: Message): SignatureErrorCode | 'accepted' {
  const reading = readSignature(message, clock);
  return reading.ok ? 'accepted' : reading.code;
}

async function verdict(message: Message, key = ed25519.key): Promise<SignatureErrorCode | 'accepted'> {
  const keyOf = async (keyId: string) => (keyId === key.thumbprint ? key : undefined);
  const outcome = await verifyWith(readSignature(message, clock), keyOf);
  return outcome.ok ? 'accepted' : outcome.code;
}

test('signed requests verify, with a body and without, by either algorithm', async () => {
  for (const { key, signer } of both) {
    for (const request of [post, get, { ...get, query: '' }]) {
      const message = await signedMessage(request, { key, signer, privateKey: ed25519.privateKey });
      const reading = readSignature(message, clock);
      assert.ok(reading.ok);
      const { label, keyId, alg, created, expires } = reading.claims;
      assert.deepEqual(
        { label, keyId, alg, created, expires, nonce: reading.claims.nonce },
        { label: 'writ', keyId: key.thumbprint, alg: key.alg, ...window, nonce },
      );
      assert.equal(verifySignature(reading.claims, key), true);
      assert.equal(await verdict(message, key), 'accepted');
    }
  }
});

test('a signature base reads as RFC 9421 has it', async () => {
  const reading = readSignature(await unsignedMessage(input), clock);
  assert.ok(reading.ok);
  assert.equal(
    new TextDecoder().decode(reading.claims.base),
    [
      '"@method": POST',
      '"@authority": gateway.example',
      '"@path": /v1/requests',
      '"@query": ?',
      `"content-digest": ${await contentDigest(post.body)}`,
      '"content-type": application/json',
      `"@signature-params": ${covered}${params}`,
    ].join('\n'),
  );
});

test('a message of any content verifies, and is refused once any one part is another', async () => {
  const text = (chars: string, minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...chars), minLength, maxLength });
  const requests = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    authority: text('abz09-', 1, 10).map((name) => `${name}.example`),
    path: text('ab/%2F.~:', 0, 20).map((rest) => `/${rest}`),
    query: fc.option(text('ab=&?/%20', 1, 20), { nil: undefined }).map((rest) => (rest ? `?${rest}` : '')),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8'),
    body: fc.uint8Array({ maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(requests, fc.constantFrom(...both), fc.nat(), async (request, key, at) => {
      const message = await signedMessage(request, key);
      assert.equal(await verdict(message, key.key), 'accepted');
      const flipped = (bytes: Uint8Array) =>
        bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte));
      const others: [SignatureErrorCode[], Message][] = [
        [['signature-invalid'], { ...message, method: message.method === 'GET' ? 'HEAD' : 'GET' }],
        [['signature-invalid'], { ...message, authority: `x${message.authority}` }],
        [['signature-invalid'], { ...message, authority: `${message.authority}:8443` }],
        [['signature-invalid'], { ...message, path: `${message.path}x` }],
        [['signature-invalid'], { ...message, path: `/prod${message.path}` }],
        [['signature-invalid'], { ...message, query: message.query === '' ? '?a' : `${message.query}a` }],
        [
          ['digest-mismatch', 'signature-components'],
          { ...message, body: new Uint8Array([...message.body, 0]) },
        ],
      ];
      if (message.body.length > 0) {
        others.push(
          [['digest-mismatch'], { ...message, body: flipped(message.body) }],
          [['digest-mismatch'], { ...message, body: new Uint8Array() }],
          [['signature-invalid'], withField(message, 'content-type', 'text/plain')],
          [
            ['signature-invalid'],
            withField(
              { ...message, body: flipped(message.body) },
              'content-digest',
              await contentDigest(flipped(message.body)),
            ),
          ],
        );
      }
      for (const [codes, other] of others) {
        const code = await verdict(other, key.key);
        assert.ok(
          codes.some((expected) => expected === code),
          `${code}, not ${codes}`,
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('a changed parameter, component order, label or signature byte is refused', async () => {
  for (const key of both) {
    const message = await signedMessage(post, key);
    const signed = field(message, 'signature-input');
    const changes = [
      signed.replace(`created=${window.created}`, `created=${window.created + 1}`),
      signed.replace(`expires=${window.expires}`, `expires=${window.expires - 1}`),
      signed.replace(nonce, nonce.replace('Z', 'Y')),
      signed.replace('"@method" "@authority"', '"@authority" "@method"'),
      signed.replace(';alg="', ';tag="writ";alg="').replace(/;tag="writ"$/, ''),
    ];
    for (const changed of changes) {
      assert.notEqual(changed, signed);
      assert.equal(
        await verdict(withField(message, 'signature-input', changed), key.key),
        'signature-invalid',
      );
    }
    const otherAlg = key === ed25519 ? 'ecdsa-p256-sha256' : 'ed25519';
    const swapped = signed.replace(key.signer.alg, otherAlg);
    assert.equal(
      await verdict(withField(message, 'signature-input', swapped), key.key),
      'signature-algorithm',
    );

    const relabelled = withField(message, 'signature-input', signed.replace('writ=', 'other='));
    assert.equal(await verdict(relabelled, key.key), 'signature-malformed');

    const reading = readSignature(message, clock);
    assert.ok(reading.ok);
    const genuine: Uint8Array = reading.claims.signature;
    for (let bit = 0; bit < 512; bit += 7) {
      const signature = genuine.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const forged = withField(message, 'signature', `writ=:${toBase64(signature)}:`);
      assert.equal(await verdict(forged, key.key), 'signature-invalid');
    }
  }
});

test('a label names nothing, so another one in both fields verifies', async () => {
  const message = await signedMessage(post, ed25519);
  const relabel = (name: string) => field(message, name).replace('writ=', 'sig1=');
  const relabelled = withField(
    withField(message, 'signature', relabel('signature')),
    'signature-input',
    relabel('signature-input'),
  );
  assert.equal(await verdict(relabelled), 'accepted');
});

test('a Signature-Input with other blanks verifies, since its value is what is signed', async () => {
  const message = await signedMessage(post, ed25519);
  const spaced = field(message, 'signature-input').replace('" "', '"   "').replace(';nonce', '; nonce');
  assert.equal(await verdict(withField(message, 'signature-input', `  ${spaced}\t`)), 'accepted');
});

test('@authority is lower case without the default port, @path never empty, @query never without "?"', async () => {
  const message = await signedMessage({ ...get, path: '/', query: '' }, ed25519);
  for (const authority of ['GATEWAY.example', 'gateway.example:443', 'Gateway.Example:443']) {
    assert.equal(await verdict({ ...message, authority }), 'accepted', authority);
  }
  assert.equal(await verdict({ ...message, authority: 'gateway.example:80' }), 'signature-invalid');
  assert.equal(await verdict({ ...message, path: '' }), 'accepted');
  assert.equal(await verdict({ ...message, query: '?' }), 'accepted');
});

test('a key that nobody knows is refused, and so is another key of the same kind', async () => {
  const message = await signedMessage(post, ed25519);
  assert.equal(await verdict(message, p256.key), 'signature-key-unknown');
  const claimsOther = withField(
    message,
    'signature-input',
    field(message, 'signature-input').replace(ed25519.key.thumbprint, p256.key.thumbprint),
  );
  assert.equal(await verdict(claimsOther, p256.key), 'signature-algorithm');
});

test('verifySignature refuses a key of the other algorithm, whatever the claims say', async () => {
  for (const [mine, other] of [
    [ed25519, p256],
    [p256, ed25519],
  ] as const) {
    const reading = readSignature(await signedMessage(post, mine), clock);
    assert.ok(reading.ok);
    assert.equal(verifySignature(reading.claims, other.key), false);
    assert.equal(verifySignature({ ...reading.claims, alg: other.key.alg }, other.key), false);
    assert.equal(verifySignature({ ...reading.claims, alg: other.key.alg }, mine.key), false);
  }
});

test('refusals name the key id that is claimed, once one can be read', async () => {
  const expired = await unsignedMessage(
    input.replace(String(now + 300), String(now)).replace(`${now};`, `${now - 9};`),
  );
  assert.deepEqual(readSignature(expired, clock), { ok: false, code: 'signature-expired', keyId: 'k1' });
  assert.deepEqual(readSignature(await unsignedMessage('nonsense'), clock), {
    ok: false,
    code: 'signature-malformed',
  });
  const badKeyId = await unsignedMessage(input.replace('"k1"', '"a b"'));
  assert.deepEqual(readSignature(badKeyId, clock), { ok: false, code: 'signature-parameters' });
  const message = await signedMessage(post, ed25519);
  const tampered = { ...message, body: utf8('{}') };
  assert.deepEqual(readSignature(tampered, clock), {
    ok: false,
    code: 'digest-mismatch',
    keyId: ed25519.key.thumbprint,
  });
});

const replaced = (from: string, to: string) => {
  assert.ok(input.includes(from), from);
  return input.replace(from, to);
};

const inputs: Partial<Record<SignatureErrorCode | 'accepted', Record<string, string>>> = {
  accepted: {
    'the profile': input,
    'components in another order': replaced(
      covered,
      `(${covered.slice(1, -1).split(' ').reverse().join(' ')})`,
    ),
    'the longest window': replaced(`=${now};expires=${now + 300}`, `=${now + 30};expires=${now + 330}`),
    'a window about to close': replaced(`=${now};expires=${now + 300}`, `=${now - 299};expires=${now + 1}`),
    'a key id of 200 characters': replaced('k1', 'k'.repeat(200)),
    'a nonce in hexadecimal': replaced(nonce, '0123456789abcdef0123456789abcdef'),
    'a UUID as nonce': replaced(nonce, '3d813cbb-47fb-32ba-91df-831e1593ac29'),
    'a nonce of 39 decimal digits': replaced(nonce, '3'.repeat(39)),
    'a nonce with padding': replaced(nonce, `${nonce}==`),
    'a nonce of 128 characters': replaced(nonce, `${'xY'.repeat(64)}`),
  },
  'signature-malformed': {
    'an empty field': '',
    'no dictionary': '"sig"',
    'two labels': `${input}, other=${covered}${params}`,
    'one label twice': `${input}, ${input}`,
    'another label': input.replace('sig=', 'sig2='),
    'an item for a list': `sig="@method"${params}`,
    'a flag for a list': `sig${params}`,
    'a parameter twice': `${input};tag="writ"`,
    'created twice': replaced(';nonce', `;created=${now};nonce`),
    'a decimal time': replaced(`created=${now}`, `created=${now}.5`),
    'a date': replaced(`created=${now}`, `created=@${now}`),
    'a folded line': replaced('" "', '"\r\n "'),
    'a NUL': replaced('" "', '" \0"'),
    'a character beyond ASCII': replaced('k1', 'ké'),
    'more than 4 KiB': `${input}${' '.repeat(4096)};x`,
  },
  'signature-components': {
    'no components': replaced(covered, '()'),
    'no method': replaced('"@method" ', ''),
    'no authority': replaced('"@authority" ', ''),
    'no path': replaced('"@path" ', ''),
    'no query': replaced('"@query" ', ''),
    'no digest': replaced('"content-digest" ', ''),
    'no content type': replaced(' "content-type"', ''),
    'no body component': replaced(' "content-digest" "content-type"', ''),
    'a component twice': replaced('"@method"', '"@method" "@method"'),
    'a component twice and another missing': replaced('"@method" "@authority"', '"@method" "@method"'),
    'one component more': replaced('"@query"', '"@query" "date"'),
    'another component': replaced('"@query"', '"@target-uri"'),
    'an unknown derived component': replaced('"@query"', '"@unknown"'),
    'its own parameters': replaced('"@query"', '"@signature-params"'),
    'an upper-case component': replaced('"content-type"', '"Content-Type"'),
    'a component that is a token': replaced('"content-type"', 'content-type'),
    'a component that is a number': replaced('"content-type"', '1'),
    'a component with a parameter': replaced('"content-type"', '"content-type";sf'),
    'a component of the request in a request': replaced('"@method"', '"@method";req'),
    'a component of the trailers': replaced('"content-type"', '"content-type";tr'),
  },
  'signature-parameters': {
    'no parameters': `sig=${covered}`,
    'no created': replaced(`;created=${now}`, ''),
    'no expires': replaced(`;expires=${now + 300}`, ''),
    'no nonce': replaced(`;nonce="${nonce}"`, ''),
    'no keyid': replaced(';keyid="k1"', ''),
    'no alg': replaced(';alg="ed25519"', ''),
    'no tag': replaced(';tag="writ"', ''),
    'one parameter more': `${input};context="x"`,
    'a parameter of another name instead': replaced('nonce=', 'once='),
    'no nonce but one parameter more': replaced('nonce=', 'context="x";nonc='),
    'another tag': replaced('"writ"', '"web-bot-auth"'),
    'another case of tag': replaced('"writ"', '"Writ"'),
    'created as a string': replaced(`created=${now}`, `created="${now}"`),
    'created as a flag': replaced(`created=${now}`, 'created'),
    'a negative time': replaced(`created=${now}`, 'created=-1'),
    'nonce as a token': replaced(`"${nonce}"`, nonce),
    'nonce as bytes': replaced(`"${nonce}"`, `:${nonce}==:`),
    'keyid as a token': replaced('"k1"', 'k1'),
    'alg as a token': replaced('"ed25519"', 'ed25519'),
    'tag as a token': replaced('"writ"', 'writ'),
    'an empty keyid': replaced('"k1"', '""'),
    'a keyid with a blank': replaced('"k1"', '"k 1"'),
    'a keyid with a quote': replaced('"k1"', '"k\\"1"'),
    'a keyid of 201 characters': replaced('k1', 'k'.repeat(201)),
  },
  'signature-algorithm': {
    'no algorithm we take': replaced('"ed25519"', '"rsa-pss-sha512"'),
    'a shared secret': replaced('"ed25519"', '"hmac-sha256"'),
    'another spelling of it': replaced('"ed25519"', '"Ed25519"'),
    none: replaced('"ed25519"', '"none"'),
  },
  'signature-nonce': {
    'an empty nonce': replaced(nonce, ''),
    'a nonce of 21 characters': replaced(nonce, nonce.slice(1)),
    'a nonce of 129 characters': replaced(nonce, 'xY'.repeat(64).concat('x')),
    'a nonce of 31 hexadecimal digits': replaced(nonce, '0123456789abcdef0123456789abcde'),
    'a nonce of 31 hexadecimal digits and hyphens': replaced(nonce, '0123456789-abcdef-0123456789-abcde'),
    'a nonce of 38 decimal digits': replaced(nonce, '3'.repeat(38)),
    'a nonce with blanks': replaced(nonce, `${nonce} ${nonce}`),
    'a nonce with padding within': replaced(nonce, `${nonce}=${nonce}`),
    'a nonce of padding': replaced(nonce, '='.repeat(24)),
  },
  'signature-window': {
    'a window of 301 seconds': replaced(`=${now};`, `=${now - 1};`),
    'a window of nothing': replaced(`=${now + 300}`, `=${now}`),
    'a window that ends before it begins': replaced(`=${now + 300}`, `=${now - 1}`),
  },
  'signature-not-yet-valid': {
    'a start beyond the skew': replaced(`=${now};expires=${now + 300}`, `=${now + 31};expires=${now + 300}`),
  },
  'signature-expired': {
    'an end that is now': replaced(`=${now};expires=${now + 300}`, `=${now - 300};expires=${now}`),
    'an end long ago': replaced(`=${now};expires=${now + 300}`, '=1;expires=2'),
  },
};

for (const [code, cases] of Object.entries(inputs)) {
  for (const [what, text] of Object.entries(cases)) {
    test(`a request signed with ${what} is ${code}`, async () => {
      assert.equal(codeOf(await unsignedMessage(text)), code);
    });
  }
}

test('a clock that is not a number refuses everything', async () => {
  const message = await unsignedMessage(input);
  for (const wrong of [
    { now: Number.NaN, skewSeconds: 30 },
    { now, skewSeconds: Number.NaN },
  ]) {
    assert.equal(readSignature(message, wrong).ok, false);
  }
});

test('a signature that is not there is missing, half or whole', async () => {
  const message = await unsignedMessage(input);
  assert.equal(codeOf(withField(message, 'signature')), 'signature-missing');
  assert.equal(codeOf(withField(message, 'signature-input')), 'signature-missing');
  assert.equal(codeOf({ ...message, headers: [] }), 'signature-missing');
});

test('a Signature field is one byte sequence of 64 bytes under the same label', async () => {
  const message = await unsignedMessage(input);
  const signature = field(message, 'signature');
  const wrong = [
    '',
    'sig',
    'sig="AAAA"',
    'sig=AAAA',
    `sig=("a")`,
    `${signature};x`,
    `${signature}, other=:AAAA:`,
    `other=:AAAA:, ${signature}`,
    `${signature}, ${signature}`,
    signature.replace('sig=', 'Sig='),
    signature.replace('sig=', 'sig2='),
    `sig=:${toBase64(new Uint8Array(63))}:`,
    `sig=:${toBase64(new Uint8Array(65))}:`,
    `sig=:${'A'.repeat(86)}:`,
    `sig=:${'A'.repeat(85)}B==:`,
  ];
  for (const value of wrong) {
    assert.equal(codeOf(withField(message, 'signature', value)), 'signature-malformed', value);
  }
});

test('a field on two lines is refused, even twice the same', async () => {
  const message = await unsignedMessage(input);
  const codes = {
    'signature-input': 'signature-malformed',
    signature: 'signature-malformed',
    'content-digest': 'digest-malformed',
    'content-type': 'message-malformed',
  };
  for (const [name, code] of Object.entries(codes)) {
    const value = field(message, name);
    assert.equal(codeOf(withField(message, name, value, value)), code, name);
    const otherCase = [...message.headers, [name.toUpperCase(), value] as const];
    assert.equal(codeOf({ ...message, headers: otherCase }), code, name);
  }
});

test('names of fields are read in any case, values without the blanks around them', async () => {
  const message = await signedMessage(post, ed25519);
  const headers = message.headers.map(([name, value]) => [name.toUpperCase(), ` \t${value}\t `] as const);
  assert.equal(await verdict({ ...message, headers }), 'accepted');
});

test('what cannot stand in a signature base is refused before anything is read', async () => {
  const message = await unsignedMessage(input);
  const wrong: Partial<Message>[] = [
    { method: '' },
    { method: 'post' },
    { method: 'PO ST' },
    { method: 'POST\n"@path": /' },
    { method: 'P'.repeat(33) },
    { authority: '' },
    { authority: 'gateway.example:' },
    { authority: 'gateway.example:123456' },
    { authority: 'user@gateway.example' },
    { authority: 'gateway.example/x' },
    { authority: 'gateway.exam\u212Ae' },
    { authority: 'gateway.example\n' },
    { authority: 'a'.repeat(254) },
    { authority: '[::1' },
    { path: 'v1/requests' },
    { path: '*' },
    { path: '/v1?x' },
    { path: '/v1#x' },
    { path: '/v1 x' },
    { path: '/v1\r' },
    { path: '/ü' },
    { path: `/${'a'.repeat(8 * 1024)}` },
    { query: 'status=x' },
    { query: '?a#b' },
    { query: '?a b' },
    { query: '?a\n' },
    { query: '?ü' },
    { query: `?${'a'.repeat(8 * 1024)}` },
  ];
  for (const part of wrong) {
    assert.equal(codeOf({ ...message, ...part }), 'message-malformed', JSON.stringify(part).slice(0, 60));
  }
  for (const part of [
    { authority: '[2001:db8::1]:8443' },
    { path: '/a%2Fb//..;x=1' },
    { query: '?a?b/c%00' },
  ]) {
    assert.equal(codeOf({ ...message, ...part }), 'accepted', JSON.stringify(part));
  }
});

test('a content type that is absent, empty, folded or beyond ASCII is refused', async () => {
  const message = await unsignedMessage(input);
  assert.equal(codeOf(withField(message, 'content-type')), 'signature-components');
  for (const value of ['', ' ', 'application/json\r\n x', 'application/jsön', 'a\0', 'a'.repeat(4097)]) {
    assert.equal(codeOf(withField(message, 'content-type', value)), 'message-malformed', value.slice(0, 20));
  }
});

test('the examples of RFC 9530 are taken for their content, and for no other', async () => {
  // Section 2, and appendices B.1 and B.2; the digests of RFC 9421's own messages.
  const examples = [
    ['{"hello": "world"}\n', 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'],
    [
      '{"hello": "world"}\n',
      'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:',
    ],
    ['', 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'],
    ['{"hello": "world"}', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'],
    [
      '{"hello": "world"}',
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    ],
    [
      '{"message": "good dog"}',
      'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
    ],
  ] as const;
  for (const [body, digest] of examples) {
    const message = withField(
      withField(await unsignedMessage(input, { ...post, body: utf8(body) }), 'content-digest', digest),
      'content-type',
      'application/json',
    );
    assert.equal(codeOf(message), 'accepted');
    assert.equal(codeOf({ ...message, body: utf8(`${body} `) }), 'digest-mismatch');
    if (digest.startsWith('sha-256')) assert.equal(await contentDigest(utf8(body)), digest);
  }
});

test('every digest must be known and match, and there must be one', async () => {
  const message = await unsignedMessage(input);
  const right = await contentDigest(post.body);
  const wrong256 = await contentDigest(utf8('other'));
  const wrong512 = `sha-512=:${toBase64(new Uint8Array(64))}:`;
  const codes: [string, SignatureErrorCode][] = [
    [wrong256, 'digest-mismatch'],
    [`${right}, ${wrong512}`, 'digest-mismatch'],
    [`${wrong512}, ${right}`, 'digest-mismatch'],
    ['', 'digest-malformed'],
    ['sha-256', 'digest-malformed'],
    ['sha-256=("a")', 'digest-malformed'],
    [`sha-256="${right}"`, 'digest-malformed'],
    [right.replace('sha-256', 'SHA-256'), 'digest-malformed'],
    [right.replace('sha-256', 'sha-512'), 'digest-malformed'],
    [`${right};x`, 'digest-malformed'],
    [`${right}, ${right}`, 'digest-malformed'],
    [`${right}, md5=:1B2M2Y8AsgTpgAmY7PhCfg==:`, 'digest-malformed'],
    [`sha-1=:${toBase64(new Uint8Array(20))}:`, 'digest-malformed'],
    [right.replace('=:', ':'), 'digest-malformed'],
  ];
  for (const [value, code] of codes) {
    assert.equal(codeOf(withField(message, 'content-digest', value)), code, value);
  }
  assert.equal(codeOf(withField(message, 'content-digest')), 'digest-missing');
});

test('without a body a request may cover its digest and type, if they are there and true', async () => {
  const empty = { ...post, body: new Uint8Array() };
  const digest = await contentDigest(empty.body);
  const bare = await unsignedMessage(input, empty);
  assert.equal(codeOf(bare), 'signature-components');
  const typed = withField(bare, 'content-type', 'application/json');
  assert.equal(codeOf(typed), 'digest-missing');
  assert.equal(codeOf(withField(typed, 'content-digest', digest)), 'accepted');
  assert.equal(codeOf(withField(typed, 'content-digest', await contentDigest(post.body))), 'digest-mismatch');
});

test('without a body a Content-Digest that is not covered must match all the same', async () => {
  const message = await signedMessage(get, ed25519);
  const digest = (bytes: Uint8Array) => contentDigest(bytes);
  assert.equal(codeOf(withField(message, 'content-digest', await digest(new Uint8Array()))), 'accepted');
  assert.equal(codeOf(withField(message, 'content-digest', await digest(utf8('x')))), 'digest-mismatch');
  assert.equal(codeOf(withField(message, 'content-digest', 'x', 'y')), 'digest-malformed');
  assert.equal(codeOf(withField(message, 'content-type', 'text/plain')), 'accepted');
});

test('without a body the other components are needed all the same', async () => {
  const four = '"@method" "@authority" "@path" "@query"';
  const wrong = [
    '',
    '"@method" "@authority" "@path"',
    `${four} "content-type"`,
    `${four} "content-digest"`,
    `${four} "@query"`,
  ];
  assert.equal(codeOf(await unsignedMessage(replaced(covered, `(${four})`), get)), 'accepted');
  for (const names of wrong) {
    const message = await unsignedMessage(replaced(covered, `(${names})`), get);
    assert.equal(codeOf(message), 'signature-components', names);
  }
});

test('a body that nobody covered is refused', async () => {
  const message = await signedMessage(get, ed25519);
  const smuggled = { ...message, body: utf8('{}') };
  assert.equal(codeOf(smuggled), 'signature-components');
  const digest = await contentDigest(smuggled.body);
  const dressed = withField(
    withField(smuggled, 'content-digest', digest),
    'content-type',
    'application/json',
  );
  assert.equal(codeOf(dressed), 'signature-components');
});

test('whatever stands in the fields and parts of a message, reading gives a verdict', async () => {
  const message = await signedMessage(post, ed25519);
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'sig=():;",?1 AB\\@method\t\n'), maxLength: 60 }),
    fc.constantFrom(...message.headers.map(([, value]) => value)),
  );
  const name = fc.oneof(fc.constantFrom(...message.headers.map(([known]) => known)), fc.string());
  const messages = fc.record({
    method: text,
    authority: text,
    path: text,
    query: text,
    headers: fc.array(fc.tuple(name, text), { maxLength: 8 }),
    body: fc.uint8Array(),
  });
  fc.assert(
    fc.property(messages, (noise) => {
      const reading = readSignature({ ...message, headers: noise.headers, body: noise.body }, clock);
      assert.ok(reading.ok || reading.code);
      assert.equal(readSignature(noise, clock).ok, false);
    }),
    { numRuns: 3000 },
  );
});

test('any cut, doubled or changed character of a signed field is refused or means the same', async () => {
  const message = await signedMessage(post, ed25519);
  const names = message.headers.map(([name]) => name);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.nat(),
      fc.constantFrom('', ' ', '"', '=', ';', ',', '(', 'A', '1', '\\', '\n', 'é'),
      async (name, where, char) => {
        const value = field(message, name);
        const at = where % value.length;
        const changed = value.slice(0, at) + char + value.slice(at + 1);
        // One blank more or less between parts says the same; all else must be refused.
        const same = changed.replace(/[ \t]/g, '') === value.replace(/[ \t]/g, '');
        const code = await verdict(withField(message, name, changed));
        if (!same) assert.notEqual(code, 'accepted', changed);
      },
    ),
    { numRuns: 1500 },
  );
});

test('a refusal that needs no key asks for none', async () => {
  const message = await signedMessage(post, ed25519);
  let asked = 0;
  const keyOf = async () => {
    asked++;
    return undefined;
  };
  await verifyWith(readSignature({ ...message, body: utf8('{}') }, clock), keyOf);
  await verifyWith(readSignature(message, { now: window.expires, skewSeconds: 30 }), keyOf);
  assert.equal(asked, 0);
  await verifyWith(readSignature(message, clock), keyOf);
  assert.equal(asked, 1);
});

test('verifyWith returns what its registry knows about the key', async () => {
  const message = await signedMessage(post, ed25519);
  const enrolled = { ...ed25519.key, agency: 'DE-1' };
  const outcome = await verifyWith(readSignature(message, clock), async () => enrolled);
  assert.ok(outcome.ok);
  assert.equal(outcome.key.agency, 'DE-1');
});

test('reading a message takes linear time', async () => {
  const message = await unsignedMessage(input);
  const long = 1_000_000;
  for (const headers of [
    [['content-type', `a${' '.repeat(long)}b`] as const],
    Array.from({ length: 20_000 }, () => ['signature', ' '.repeat(50)] as const),
  ]) {
    const started = performance.now();
    assert.equal(readSignature({ ...message, headers }, clock).ok, false);
    assert.ok(performance.now() - started < 2000);
  }
  const blanks = withField(message, 'content-type', `a${' '.repeat(long)}b`);
  const started = performance.now();
  assert.equal(codeOf(blanks), 'message-malformed');
  assert.ok(performance.now() - started < 2000);
});
