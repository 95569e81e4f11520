import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestMember } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { decide } from '#core/cases/deciding.ts';
import {
  bandOf,
  documentSchema,
  documentTerms,
  documentTypes,
  looksLike,
  mostDocumentBytes,
  type OrderDocument,
} from '#core/cases/document.ts';
import type { Policy } from '#core/cases/policy.ts';
import { checkDocument, receiveDocument, takesDocument } from '#core/cases/receiving-order.ts';
import type { Request } from '#core/cases/request.ts';
import { documentPartBytes, mostDocumentParts, partsOf } from '#core/state/documents.ts';
import {
  approval,
  by,
  code,
  emergency,
  fresh,
  officerKey,
  opened,
  policy,
  receivedAt,
  request,
} from './cases.ts';

const pdf: OrderDocument = { type: 'application/pdf', bytes: new TextEncoder().encode('%PDF-1.7 an order') };
const digest = digestMember(pdf.bytes);
const naming = (asked: Request): Request => ({ ...asked, instrument: { ...asked.instrument, digest } });
const requiring: Policy = {
  ...policy,
  order: { document: 'required', types: ['application/pdf', 'application/xml'], mostBytes: 1000 },
};

/** A case as it would have been received under a policy. */
const under = (its: Policy, current: Case): Case => {
  const { document: _, ...rest } = current;
  const document = documentTerms(its, current.salt, digest);
  return document === undefined ? rest : { ...rest, document };
};
const waiting = (its: Policy, asked: Request = request) => under(its, fresh(naming(asked)));
const act = { officer: 'officer', key: officerKey, at: receivedAt, digest, parts: 1 };

test('an order is taken once, and the same again changes nothing', () => {
  const current = waiting(requiring);
  assert.equal(takesDocument(current), true);
  const outcome = receiveDocument(current, pdf, act);
  assert.deepEqual(outcome?.next.document?.received, {
    at: receivedAt,
    type: 'application/pdf',
    bytes: pdf.bytes.length,
    parts: 1,
  });
  assert.ok(outcome);
  assert.equal(takesDocument(outcome.next), false);
  assert.equal(receiveDocument(outcome.next, pdf, act), undefined);
});

test('I7: the log says of an order its type, a band of its length and a commitment', () => {
  const { entry } = receiveDocument(waiting(requiring), pdf, act) ?? {};
  assert.equal(entry?.kind, 'order.received');
  assert.deepEqual(Object.keys(entry?.data ?? {}).sort(), [
    'bytesUpTo',
    'document',
    'key',
    'officer',
    'type',
  ]);
  assert.equal(JSON.stringify(entry).includes(digest), false);
  assert.deepEqual(
    [bandOf(0), bandOf(65_536), bandOf(65_537), bandOf(3_000_000)],
    [65_536, 65_536, 131_072, 4_194_304],
  );
});

test('what is no order of this request is refused, with the reason', () => {
  const refused = (document: OrderDocument, of = digestMember(document.bytes), its = requiring) =>
    receiveDocument(waiting(its), document, { ...act, digest: of });
  assert.throws(
    () => refused({ ...pdf, bytes: new TextEncoder().encode('%PDF-1.7 another') }),
    code('order-digest-differs'),
  );
  assert.throws(() => refused({ ...pdf, type: 'application/vnd.etsi.asic-e+zip' }), code('order-type'));
  assert.throws(() => refused({ ...pdf, type: 'application/xml' }), code('order-type'));
  assert.throws(() => refused({ ...pdf, bytes: new Uint8Array(1001).fill(37) }), code('order-too-large'));
  const none: Policy = {
    ...policy,
    order: { document: 'none', types: ['application/pdf'], mostBytes: 1000 },
  };
  assert.throws(() => refused(pdf, digest, none), code('order-not-taken'));
  const { order: _, ...silent } = policy;
  assert.throws(() => refused(pdf, digest, silent), code('order-not-taken'));
});

test('a case that ended takes no order, and answers the same order that it has', () => {
  const ended: Case = { ...waiting(requiring), status: 'Rejected' };
  assert.throws(() => receiveDocument(ended, pdf, act), code('case-closed'));
  const had = receiveDocument(waiting(requiring), pdf, act)?.next;
  assert.ok(had);
  assert.equal(checkDocument({ ...had, status: 'Rejected' }, pdf, digest), true);
});

test('where the policy requires the order, a routine case is not approved without it, and is rejected without it', () => {
  const current = waiting(requiring);
  const deciding = { ...by('anna'), policy };
  assert.throws(() => decide(current, approval(current), deciding), code('order-missing'));
  const { decision: _, scope: __, ...signed } = approval(current);
  assert.equal(decide(current, { ...signed, decision: 'reject' }, deciding).next.status, 'Rejected');
  const had = receiveDocument(current, pdf, act)?.next;
  assert.ok(had);
  assert.equal(decide(had, approval(had), deciding).next.decisions.length, 1);
  const optional: Policy = {
    ...requiring,
    order: { document: 'optional', types: ['application/pdf'], mostBytes: 1000 },
  };
  const free = waiting(optional);
  assert.equal(decide(free, approval(free), deciding).next.decisions.length, 1);
});

test('an emergency opens before its order is here', () => {
  const current = waiting(requiring, emergency);
  assert.equal(
    decide(current, approval(current), { ...by('anna'), policy }).next.status,
    'AwaitingDisclosure',
  );
});

test('the terms that a case was received under hold, whatever policy comes later', () => {
  assert.equal(waiting(requiring).document?.required, true);
  assert.deepEqual(waiting(requiring).document?.types, ['application/pdf', 'application/xml']);
  assert.equal(opened().document?.required, false);
});

test('a document begins as its type does', () => {
  const bytes = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
  for (const [type, good, bad] of [
    ['application/pdf', ['%PDF-1.4', '%PDF-'], ['PDF-1.4', ' %PDF-1.4', '', '\u00ef\u00bb\u00bf%PDF-1']],
    ['application/vnd.etsi.asic-e+zip', ['PK\u0003\u0004rest'], ['PK\u0005\u0006', 'PK', '']],
    [
      'application/xml',
      ['<?xml version="1.0"?>', '<a/>', '\u00ef\u00bb\u00bf<a/>', '\n\n<!-- -->'],
      ['', 'a<', '<<', '< a', 'PK'],
    ],
  ] as const) {
    for (const text of good) assert.equal(looksLike(type, bytes(text)), true, `${type} ${text}`);
    for (const text of bad) assert.equal(looksLike(type, bytes(text)), false, `${type} ${text}`);
  }
});

test('any bit flipped in an order makes it another', () => {
  const current = waiting(requiring);
  fc.assert(
    fc.property(fc.nat(pdf.bytes.length * 8 - 1), (bit) => {
      const bytes = pdf.bytes.slice();
      const at = bit >> 3;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
      assert.throws(
        () => checkDocument(current, { ...pdf, bytes }, digestMember(bytes)),
        ({ code: why }) => why === 'order-digest-differs' || (at < 5 && why === 'order-type'),
      );
    }),
  );
});

test('an order is cut into parts that make it again, none larger than an item takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 * documentPartBytes + 1 }), (length) => {
      const whole = new Uint8Array(length).map((_, i) => i % 251);
      const parts = partsOf(whole);
      assert.ok(parts.every((part) => part.length > 0 && part.length <= documentPartBytes));
      assert.deepEqual(Buffer.concat(parts), Buffer.from(whole));
    }),
    { numRuns: 30 },
  );
  assert.equal(partsOf(new Uint8Array(mostDocumentBytes)).length, mostDocumentParts);
});

test('the wire takes no document that is larger than any policy may take, and none of another type', () => {
  const bytes = new Uint8Array(mostDocumentBytes);
  assert.equal(documentSchema.safeParse({ type: documentTypes[0], bytes }).success, true);
  assert.equal(
    documentSchema.safeParse({ type: documentTypes[0], bytes: new Uint8Array(mostDocumentBytes + 1) })
      .success,
    false,
  );
  assert.equal(documentSchema.safeParse({ type: 'text/html', bytes }).success, false);
});
