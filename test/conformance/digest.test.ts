/** RFC 9530's examples beyond those in `core`'s own tests: partial, encoded and multiline content, two digests, old algorithms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, utf8 } from '#core/bytes.ts';
import { contentDigest } from '#core/signature/sign.ts';
import { readSignature } from '#core/signature/verify.ts';
import { clock, ed25519, post, signedMessage, withField } from '../core/signature/messages.ts';

/** How the door judges a body under a `Content-Digest`; that needs no key. */
async function judged(body: Uint8Array, field: string): Promise<string> {
  const message = await signedMessage({ ...post, body }, ed25519);
  const reading = readSignature(withField(message, 'content-digest', field), clock);
  return reading.ok ? 'accepted' : reading.code;
}

const brotli = fromHex('0b09807b2268656c6c6f223a2022776f726c64227d0a03') ?? new Uint8Array();
const examples: [section: string, body: Uint8Array, digest: string][] = [
  ['B.3', utf8('"world"}\n'), 'sha-256=:jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ=:'],
  // B.1's content in Brotli.
  ['B.4', brotli, 'sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:'],
  [
    'B.6',
    brotli,
    'sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:,' +
      'sha-512=:db7fdBbgZMgX1Wb2MjA8zZj+rSNgfmDCEEXM8qLWfpfoNY0sCpHAzZbj09X1/7HAb7Od5Qfto4QpuBsFbUO3dQ==:',
  ],
  ['B.7', utf8('{"title": "New Title"}\n'), 'sha-256=:mEkdbO7Srd9LIOegftO0aBX+VPTVz7/CSHes2Z27gc4=:'],
  [
    'B.7',
    utf8('{\n  "id": "123",\n  "title": "New Title"\n}\n'),
    'sha-256=:uVSlinTTdQUwm2On4k8TJUikGN1bf/Ds8WPX4oe0h9I=:',
  ],
  [
    'B.8',
    utf8('{\n  "status": "created",\n  "id": "123",\n  "ts": 1569327729,\n  "instance": "/books/123"\n}\n'),
    'sha-256=:yXIGDTN5VrfoyisKlXgRKUHHMs35SNtyC3szSz1dbO8=:',
  ],
  [
    'B.10',
    utf8(
      '{\n  "title": "Not Found",\n  "detail": "Cannot PATCH a non-existent resource",\n  "status": 404\n}\n',
    ),
    'sha-256=:EXB0S2VF2H7ijkAVJkH1Sm0pBho0iDZcvVUHHXTTZSA=:',
  ],
];

for (const [section, body, digest] of examples) {
  test(`RFC 9530 ${section}: ${body.length} bytes have the digest given, and no longer once a byte is changed`, async () => {
    assert.equal(await judged(body, digest), 'accepted');
    if (!digest.includes(',')) assert.equal(await contentDigest(body), digest);
    for (const at of body.keys()) {
      const changed = body.with(at, (body[at] ?? 0) ^ 1);
      assert.equal(await judged(changed, digest), 'digest-mismatch');
    }
  });
}

test('RFC 9530 D: of its sample digests only those by SHA-256 and SHA-512 count, alone or beside another', async () => {
  const body = utf8('{"hello": "world"}');
  const strong = [
    'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
  ];
  const weak = [
    'md5=:Sd/dVLAcvNLSq16eXua5uQ==:',
    'sha=:07CavjDP4u3/TungoUHJO/Wzr4c=:',
    'unixsum=:GQU=:',
    'unixcksum=:7zsHAA==:',
    'adler=:OZkGFw==:',
    'crc32c=:Q3lHIA==:',
  ];
  for (const one of [...strong, strong.join(', ')]) assert.equal(await judged(body, one), 'accepted', one);
  for (const one of weak) {
    assert.equal(await judged(body, one), 'digest-malformed', one);
    assert.equal(await judged(body, `${strong[1]}, ${one}`), 'digest-malformed', one);
  }
});
