import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { checkSeal, type SealResult } from '#client/order/seal.ts';
import type { DocumentType } from '#core/cases/document.ts';
import { certificate, cms, container, type Holder, pdf, zip } from './material.ts';
import { orderXml, xadesContainer, xml } from './xades.ts';

const now = new Date('2026-11-30T12:00:00Z');
const [asPdf, asContainer, asXml]: DocumentType[] = [
  'application/pdf',
  'application/vnd.etsi.asic-e+zip',
  'application/xml',
];

let root: Holder;
let middle: Holder;
let court: Holder;
let stranger: Holder;
before(async () => {
  root = await certificate({ name: 'Root', ca: true });
  middle = await certificate({ name: 'Seals for courts', ca: true, pathLength: 0 }, root);
  court = await certificate({ name: 'Amtsgericht Example' }, middle);
  stranger = await certificate({ name: 'Stranger' });
});

const check = (type: DocumentType | undefined, bytes: Uint8Array, anchors = [root], at = now) =>
  checkSeal(
    { type: type ?? 'application/pdf', bytes },
    anchors.map(({ der }) => der),
    at,
  );
const whyOf = (result: SealResult) =>
  result.seal === 'checked' ? 'checked' : `${result.seal}: ${result.why}`;
const made = () => ({ signer: court, others: [middle] });
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const replaced = (bytes: Uint8Array, from: string, to: string) => {
  assert.ok(latin1(bytes).includes(from));
  return Buffer.from(latin1(bytes).replace(from, to), 'latin1');
};

describe('a seal that holds is checked, and says whose it is and to whom its certificate leads', () => {
  const expected = (claimedAt?: string) => ({
    seal: 'checked',
    by: 'CN=Amtsgericht Example',
    ...(claimedAt === undefined ? {} : { claimedAt }),
    chain: ['CN=Amtsgericht Example', 'CN=Seals for courts', 'CN=Root'],
  });

  test('of a PDF, with the time in the signature or in the file', async () => {
    assert.deepEqual(await check(asPdf, await pdf(made())), expected());
    const timed = await pdf({ ...made(), time: "20261120100000+01'00'" });
    assert.deepEqual(await check(asPdf, timed), expected('2026-11-20T09:00:00.000Z'));
    const attribute = await pdf({ ...made(), at: '2026-11-21T09:00:00Z' });
    assert.deepEqual(await check(asPdf, attribute), expected('2026-11-21T09:00:00.000Z'));
  });

  test('of a container, by CAdES and by XAdES', async () => {
    assert.deepEqual(await check(asContainer, await container(made())), expected());
    const files = { 'order.pdf': '%PDF-1.7 one', 'Anlage 1.xml': '<a/>' };
    assert.deepEqual(await check(asContainer, await container({ ...made(), files })), expected());
    const at = '2026-11-20T09:00:00.000Z';
    assert.deepEqual(await check(asContainer, await xadesContainer(made())), expected(at));
    assert.deepEqual(await check(asContainer, await xadesContainer({ ...made(), files })), expected(at));
  });

  test('of an XML document', async () => {
    const at = '2026-11-20T09:00:00.000Z';
    assert.deepEqual(await check(asXml, await xml(made())), expected(at));
    const inclusive = await xml({ ...made(), transforms: ['enveloped', 'c14n'] });
    assert.deepEqual(await check(asXml, inclusive), expected(at));
  });

  test('with RSA, SHA-384 and SHA-512', async () => {
    const rsa = await certificate({ name: 'RSA', rsaBits: 2048 }, middle);
    for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'])
      assert.equal(whyOf(await check(asPdf, await pdf({ ...made(), hash }))), 'checked', hash);
    assert.equal(whyOf(await check(asPdf, await pdf({ signer: rsa, others: [middle] }))), 'checked');
  });

  test('where the anchor is no root, and where it is the signer’s own certificate', async () => {
    assert.equal(whyOf(await check(asPdf, await pdf({ signer: court }), [middle])), 'checked');
    assert.equal(whyOf(await check(asPdf, await pdf({ signer: stranger }), [stranger])), 'checked');
  });

  test('where the certificate is over today and held when it was signed', async () => {
    const old = await certificate({ name: 'Old', to: '2026-11-25T00:00:00Z' }, middle);
    const bytes = await pdf({ signer: old, others: [middle], time: '20261120100000Z' });
    assert.equal(whyOf(await check(asPdf, bytes)), 'checked');
  });
});

describe('nothing is said of what carries no signature, or one that nobody here vouches for', () => {
  test('without a signature', async () => {
    assert.equal(whyOf(await check(asPdf, Buffer.from('%PDF-1.7 plain'))), 'not-checked: no-signature');
    assert.equal(whyOf(await check(asXml, Buffer.from(orderXml))), 'not-checked: no-signature');
    assert.equal(whyOf(await check(asContainer, zip({ 'order.pdf': 'x' }))), 'not-checked: no-signature');
  });

  test('without anchors, and without a path to one; the name is told as what it is', async () => {
    const bytes = await pdf(made());
    assert.deepEqual(await check(asPdf, bytes, []), {
      seal: 'not-checked',
      why: 'no-anchors',
      by: 'CN=Amtsgericht Example',
    });
    assert.equal(whyOf(await check(asPdf, bytes, [stranger])), 'not-checked: no-path');
    // The authority between is missing.
    assert.equal(whyOf(await check(asPdf, await pdf({ signer: court }))), 'not-checked: no-path');
    assert.equal(whyOf(await check(asPdf, await pdf({ signer: stranger }))), 'not-checked: no-path');
  });

  test('in a form that is not read: signed inside, several signatures, a document type', async () => {
    assert.equal(
      whyOf(await check(asPdf, await pdf({ ...made(), attached: true }))),
      'not-checked: form-unknown',
    );
    const one = latin1(await xml(made()));
    const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(one)?.[0] ?? '';
    const two = one.replace('</order>', `${signature}</order>`);
    assert.equal(whyOf(await check(asXml, Buffer.from(two))), 'not-checked: form-unknown');
    const typed = one.replace('<order', '<!DOCTYPE order [<!ENTITY a "b">]><order');
    assert.equal(whyOf(await check(asXml, Buffer.from(typed))), 'not-checked: form-unknown');
    const again = await container({ ...made(), unsigned: { 'META-INF/signatures.xml': one } });
    assert.equal(whyOf(await check(asContainer, again)), 'not-checked: form-unknown');
  });
});

describe('a seal that does not hold has failed, with the reason', () => {
  test('over another document', async () => {
    const bytes = replaced(await pdf(made()), 'GS-4711/26', 'GS-4711/27');
    assert.equal(whyOf(await check(asPdf, bytes)), 'failed: document-differs');
    const altered = replaced(await xml(made()), '+4915112345678', '+4915112345679');
    assert.equal(whyOf(await check(asXml, altered)), 'failed: document-differs');
    const swapped = (bytes: Uint8Array) =>
      check(asContainer, replaced(bytes, '%PDF-1.7 the order', '%PDF-1.7 xxx order'));
    const files = { 'order.pdf': '%PDF-1.7 the order' };
    assert.equal(whyOf(await swapped(await container({ ...made(), files }))), 'failed: document-differs');
    assert.equal(
      whyOf(await swapped(await xadesContainer({ ...made(), files }))),
      'failed: document-differs',
    );
  });

  test('over part of it: something was added to the PDF, a file to the container, a part of the XML by its id', async () => {
    const added = Buffer.concat([
      await pdf(made()),
      Buffer.from('3 0 obj\n<< /Text (another number) >>\nendobj\n%%EOF\n'),
    ]);
    assert.equal(whyOf(await check(asPdf, added)), 'failed: covers-part');
    // The range is made to end where the file does, over bytes that were not signed.
    for (const make of [container, xadesContainer]) {
      const more = await make({ ...made(), unsigned: { 'order-2.pdf': '%PDF-1.7 another' } });
      assert.equal(whyOf(await check(asContainer, more)), 'failed: covers-part');
    }
    const inner = '<order><part Id="p">a</part></order>';
    const part = await xml({ ...made(), xml: inner, uri: '#p', transforms: ['exc-c14n'] });
    assert.equal(whyOf(await check(asXml, part)), 'failed: covers-part');
  });

  test('a hole in the PDF’s range that holds more than the signature', async () => {
    const bytes = await pdf({ ...made(), room: 12_000 });
    const text = latin1(bytes);
    const zeros = text.indexOf(`${'0'.repeat(200)}>`);
    // In the unsigned padding, where readers may or may not look.
    const hidden = Buffer.from(`${text.slice(0, zeros)}> /X (no ) <${text.slice(zeros + 12)}`, 'latin1');
    assert.equal(hidden.length, bytes.length);
    assert.equal(whyOf(await check(asPdf, hidden)), 'failed: covers-part');
    const padded = Buffer.from(`${text.slice(0, zeros)}41414141${text.slice(zeros + 8)}`, 'latin1');
    assert.equal(whyOf(await check(asPdf, padded)), 'failed: malformed');
  });

  test('by a certificate that was over, had not begun, or whose signer claims a time to come', async () => {
    const old = await certificate({ name: 'Old', to: '2026-11-01T00:00:00Z' }, middle);
    const young = await certificate({ name: 'Young', from: '2026-11-25T00:00:00Z' }, middle);
    for (const signer of [old, young])
      assert.equal(
        whyOf(await check(asPdf, await pdf({ signer, others: [middle], time: '20261120100000Z' }))),
        'failed: certificate-time',
      );
    assert.equal(
      whyOf(await check(asPdf, await pdf({ signer: old, others: [middle] }))),
      'failed: certificate-time',
    );
    const later = await pdf({ ...made(), time: '20270101000000Z' });
    assert.equal(whyOf(await check(asPdf, later)), 'failed: certificate-time');
    const ended = await certificate({ name: 'Ended', ca: true, to: '2026-01-01T00:00:00Z' }, root);
    const under = await certificate({ name: 'Under it' }, ended);
    assert.equal(
      whyOf(await check(asPdf, await pdf({ signer: under, others: [ended] }))),
      'failed: certificate-time',
    );
  });

  test('by a certificate that is not for it', async () => {
    const wrong = [
      { name: 'a web server', purposes: ['1.3.6.1.5.5.7.3.1'] },
      { name: 'to encrypt alone', usage: 0b0010_0000 },
      { name: 'with something critical that nobody knows', odd: true },
      { name: 'with a short key', rsaBits: 1024 },
    ];
    for (const parts of wrong) {
      const signer = await certificate(parts, middle);
      assert.equal(
        whyOf(await check(asPdf, await pdf({ signer, others: [middle] }))),
        'failed: certificate-use',
        parts.name,
      );
    }
    for (const purposes of [['1.3.6.1.5.5.7.3.36'], ['1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.2']]) {
      const signer = await certificate({ name: 'for documents', purposes }, middle);
      assert.equal(whyOf(await check(asPdf, await pdf({ signer, others: [middle] }))), 'checked');
    }
  });

  test('by an authority that is none, that may have none below it, or has constraints on names', async () => {
    const none = await certificate({ name: 'no authority' }, root);
    const below = await certificate({ name: 'one too many', ca: true }, middle);
    const limited = await certificate({ name: 'limited', ca: true, nameConstraints: true }, root);
    for (const [issuer, between] of [
      [none, []],
      [below, [middle]],
      [limited, []],
    ] as const) {
      const signer = await certificate({ name: 'under it' }, issuer);
      const why = whyOf(await check(asPdf, await pdf({ signer, others: [issuer, ...between] })));
      assert.notEqual(why, 'checked', issuer.certificate.serialNumber.toString());
    }
  });

  test('by an authority that only bears the name of one', async () => {
    const false0 = await certificate({ name: 'Root', ca: true });
    const signer = await certificate({ name: 'Amtsgericht Example' }, false0);
    assert.notEqual(whyOf(await check(asPdf, await pdf({ signer, others: [false0] }))), 'checked');
  });

  test('with another certificate than the one that it names', async () => {
    const twin = await certificate({ name: 'Amtsgericht Example' }, middle);
    assert.equal(whyOf(await check(asPdf, await pdf({ ...made(), names: twin }))), 'failed: signer-differs');
    assert.equal(whyOf(await check(asXml, await xml({ ...made(), names: twin }))), 'failed: signer-differs');
  });

  test('with SHA-1, in the signature, its references, its manifest or a certificate', async () => {
    assert.equal(whyOf(await check(asPdf, await pdf({ ...made(), hash: 'SHA-1' }))), 'failed: algorithm');
    assert.equal(whyOf(await check(asXml, await xml({ ...made(), hash: 'SHA-1' }))), 'failed: algorithm');
    const digestMethod = 'http://www.w3.org/2000/09/xmldsig#sha1';
    assert.equal(
      whyOf(await check(asContainer, await container({ ...made(), digestMethod }))),
      'failed: algorithm',
    );
    const weak = await certificate({ name: 'weak', hash: 'SHA-1' }, middle);
    assert.equal(
      whyOf(await check(asPdf, await pdf({ signer: weak, others: [middle] }))),
      'failed: algorithm',
    );
  });

  test('an archive that unpacks to more than an order is, or has one name twice, is not unpacked', async () => {
    const bomb = zip({ 'order.pdf': new Uint8Array(40_000_000) });
    assert.ok(bomb.length < 100_000);
    assert.equal(whyOf(await check(asContainer, bomb)), 'failed: malformed');
    assert.equal(whyOf(await check(asContainer, Buffer.from('PK\u0003\u0004'))), 'failed: malformed');
  });
});

test('any byte of a sealed document changed: it is never checked as another’s', async () => {
  const documents = [
    [asPdf, await pdf(made())],
    [asContainer, await container(made())],
    [asXml, await xml(made())],
  ] as const;
  const whole = await Promise.all(documents.map(async ([type, bytes]) => check(type, bytes)));
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, by) => {
      const [type, bytes] = documents[which] ?? documents[0];
      const changed = Buffer.from(bytes);
      const place = at % changed.length;
      changed[place] = (changed[place] ?? 0) ^ by;
      const result = await check(type, changed);
      // What is not signed of a file may change: an archive’s own dates, white space around a signature’s base64.
      if (result.seal === 'checked') assert.deepEqual(result, whole[which]);
    }),
    { numRuns: 300 },
  );
});

test('any bytes at all give a result, and no error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(asPdf, asContainer, asXml),
      fc.uint8Array({ maxLength: 300 }),
      async (type, bytes) => {
        assert.notEqual((await check(type, bytes)).seal, 'checked');
      },
    ),
    { numRuns: 200 },
  );
});

test('a CMS of openssl’s is checked, where there is openssl', async (t) => {
  const { execFile } = await import('node:child_process');
  const { mkdtemp, readFile, rm, writeFile } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const { promisify } = await import('node:util');
  const { signedCms } = await import('#client/order/cms.ts');
  const run = promisify(execFile);
  const openssl = await run('openssl', ['version']).catch(() => undefined);
  if (openssl === undefined) return t.skip('there is no openssl here');
  const folder = await mkdtemp(join(tmpdir(), 'writ-order-'));
  try {
    const pem = (label: string, der: ArrayBuffer | Uint8Array) =>
      `-----BEGIN ${label}-----\n${Buffer.from(new Uint8Array(der))
        .toString('base64')
        .replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;
    const file = (name: string) => join(folder, name);
    await writeFile(file('cert.pem'), pem('CERTIFICATE', court.der));
    await writeFile(
      file('key.pem'),
      pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', court.keys.privateKey)),
    );
    await writeFile(file('data'), 'the order');
    const paths = ['-signer', file('cert.pem'), '-inkey', file('key.pem'), '-in', file('data')];
    await run('openssl', [
      'cms',
      '-sign',
      '-binary',
      '-cades',
      '-md',
      'sha256',
      '-outform',
      'DER',
      '-out',
      file('p7s'),
      ...paths,
    ]);
    const signed = await signedCms(await readFile(file('p7s')), Buffer.from('the order'));
    assert.deepEqual(Buffer.from(signed.signer), Buffer.from(court.der));
    assert.ok(signed.claimedAt);
    await assert.rejects(signedCms(await readFile(file('p7s')), Buffer.from('another')), {
      why: 'document-differs',
    });
    // And ours is openssl’s.
    await writeFile(
      file('ours.p7s'),
      await cms(Buffer.from('the order'), { signer: court, others: [middle] }),
    );
    await writeFile(file('root.pem'), pem('CERTIFICATE', root.der));
    await run('openssl', [
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      file('ours.p7s'),
      '-content',
      file('data'),
      '-CAfile',
      file('root.pem'),
      '-purpose',
      'any',
      '-out',
      file('out'),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
