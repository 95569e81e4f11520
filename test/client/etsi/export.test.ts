import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { draftsOf } from '#client/epoc/drafts.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import { mostDeliveredBytes } from '#client/etsi/delivery.ts';
import { exportCase } from '#client/etsi/export.ts';
import { EtsiError } from '#client/etsi/markup.ts';
import { Part } from '#client/etsi/part.ts';
import { readElements, type XmlElement } from '#client/order/xml-reader.ts';
import { orderDigests } from '#client/order-digest.ts';
import { utf8 } from '#core/bytes.ts';
import { type Status, statuses } from '#core/cases/case.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { policy } from '../../core/cases/cases.ts';
import { delivered, factsOf, id, request } from './cases.ts';

/** A case as messages of ETSI TS 103 120. That they are valid is for test/conformance/etsi. */

const provider = { name: 'Example Mail', authority: 'disclosure.example' };

function againOf(of: Request, order?: { name: string; type: string; bytes: Uint8Array }) {
  const [asked] = exportCase(factsOf(of, {}, { order }));
  return draftsOf(readOrderForm(utf8(asked?.xml ?? '')), { provider, now: '2026-11-27T10:00:00Z' });
}

/** All texts of elements with a name, wherever they stand. */
function textsOf(xml: string, name: string): string[] {
  const walk = (of: XmlElement): string[] => [
    ...(of.name === name ? [of.text.trim()] : []),
    ...of.children.flatMap(walk),
  ];
  return walk(readElements(utf8(xml)));
}

const messageOf = (messages: readonly { name: string; xml: string }[], name: string) =>
  messages.find((each) => each.name === name)?.xml ?? '';

test('what was exported and is imported again is the same request', () => {
  const { drafts, said } = againOf(request);
  assert.deepEqual(
    drafts.map(({ draft }) => draft),
    [request],
  );
  assert.deepEqual(
    said.filter(({ kind }) => kind !== 'taken'),
    [],
  );
});

test('any request that is exported and imported again is the same request', () => {
  const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
  const text = fc.stringMatching(/^[A-Za-z0-9<>&"'äß/-]{1,20}$/);
  const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
  const subject = fc.oneof(
    fc.record({ kind: fc.constantFrom('account', 'username'), value: name }),
    fc.record({ kind: fc.constant('phone'), value: fc.stringMatching(/^\+49151[0-9]{8}$/) }),
  );
  const instant = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString());
  const asked = fc.record({
    reference: text,
    order: optional(text),
    authority: optional(text),
    offence: fc.stringMatching(/^[A-Za-z0-9]{1,10}$/),
    threshold: optional(fc.constant('met')),
    answerBy: optional(instant),
    subjects: fc.uniqueArray(subject, {
      minLength: 1,
      maxLength: 4,
      selector: ({ kind, value }) => `${kind} ${value}`,
    }),
    issuedAt: instant,
    from: instant,
  });
  fc.assert(
    fc.property(asked, ({ reference, order, subjects, from, ...more }) => {
      const candidate = {
        reference,
        order,
        instrument: {
          kind: 'EPOC',
          jurisdiction: 'DE',
          authoriserRole: 'PublicProsecutor',
          digest: request.instrument.digest,
          ...more,
        },
        investigation: 'criminal',
        priority: 'Routine',
        subjects,
        categories: ['TrafficData'],
        period: { from, to: '2026-11-20T00:00:00.000Z' },
      };
      const { data } = requestSchema.safeParse(JSON.parse(JSON.stringify(candidate)));
      fc.pre(data !== undefined);
      assert.deepEqual(
        againOf(data).drafts.map(({ draft }) => draft),
        [data],
      );
    }),
    { numRuns: 60 },
  );
});

test('the order goes along where it is at hand, and comes back with its own digest', () => {
  const bytes = utf8('%PDF-1.7 the order');
  const { member } = orderDigests(bytes);
  const of = { ...request, instrument: { ...request.instrument, digest: member } };
  const { drafts } = againOf(of, { name: 'order.pdf', type: 'application/pdf', bytes });
  assert.deepEqual(drafts[0]?.draft, of);
});

test('every status of a case is that of its tasks, one to one', () => {
  const words = statuses.map((status: Status) => {
    const xml = messageOf(exportCase(factsOf(request, { status })), 'status.xml');
    const all = textsOf(xml, 'Value').filter((value) => value === status);
    assert.ok(all.length >= 2, status);
    return status;
  });
  assert.equal(new Set(words).size, statuses.length);
  const suspended = messageOf(exportCase(factsOf(request, { status: 'Suspended' })), 'status.xml');
  // Not among ETSI's values for a task: our dictionary has it.
  const root = new Part(readElements(utf8(suspended)));
  assert.ok(root.words().includes('Writ LDTaskStatus Suspended'));
  assert.ok(root.words().includes('ETSI AuthorisationStatus Suspended'));
});

test('objects keep their ids from export to export, and an order’s requests share its Authorisation', () => {
  const ids = (of: Request, view = {}) =>
    textsOf(messageOf(exportCase(factsOf(of, view)), 'asked.xml'), 'ObjectIdentifier');
  assert.deepEqual(ids(request), ids(request));
  const other = ids({ ...request, reference: 'GS-4712/26' }, { id: '99999999-9999-4999-8999-999999999999' });
  assert.equal(other[0], ids(request)[0]);
  assert.notEqual(other.at(-1), ids(request).at(-1));
  const [subject] = request.subjects;
  assert.ok(subject !== undefined);
  assert.equal(ids({ ...request, subjects: [subject] }).at(-1), id);
});

test('a refusal has a status and the grounds of each task, and what Annex III asks for', () => {
  const messages = exportCase(
    factsOf(
      request,
      { status: 'Rejected', reason: 'third-country-conflict' },
      { explanation: 'the law of another State forbids it', policy },
    ),
  );
  const xml = messageOf(messages, 'refusal.xml');
  assert.deepEqual(textsOf(xml, 'Ground'), ['third-country-conflict', 'third-country-conflict']);
  assert.equal(textsOf(xml, 'NotificationDetails').length, 1);
  const [body = ''] = textsOf(xml, 'Contents');
  const document = JSON.parse(Buffer.from(body, 'base64').toString());
  assert.equal(document.conflictingObligations, true);
  assert.equal(document.explanation, 'the law of another State forbids it');
  assert.deepEqual(
    document.reasons.map((each: { identifier: number }) => each.identifier),
    [1, 2],
  );
});

test('what is left out has its ground, of its identifier alone; a question says what is needed', () => {
  const view = {
    status: 'AwaitingDisclosure',
    withheld: [{ subjects: [1], categories: ['TrafficData'], ground: 'not-proportionate' }],
    information: {
      askedAt: '2026-11-21T10:00:00.000Z',
      of: ['subject'],
      answerBy: '2026-11-25T10:00:00.000Z',
    },
  } satisfies Parameters<typeof factsOf>[1];
  const facts = factsOf(request, view, { question: 'Which account?', policy });
  const xml = messageOf(exportCase(facts), 'refusal.xml');
  assert.deepEqual(textsOf(xml, 'Ground'), ['not-proportionate']);
  const [body = ''] = textsOf(xml, 'Contents');
  const document = JSON.parse(Buffer.from(body, 'base64').toString());
  assert.deepEqual(document.informationNeeded, {
    of: ['subject'],
    question: 'Which account?',
    answerBy: '2026-11-25T10:00:00.000Z',
  });
  assert.equal(typeof document.preservedMeanwhile, 'boolean');
});

test('nothing is refused of a case that is open or answered whole', () => {
  for (const status of ['AwaitingApproval', 'AwaitingDisclosure', 'Disclosed', 'Cancelled'] as const)
    assert.equal(messageOf(exportCase(factsOf(request, { status })), 'refusal.xml'), '');
});

test('what was collected is delivered file by file, in a sequence, each with its checksum', () => {
  const of = delivered({ 'disclosure.json': '{}', 'records.csv': 'a,b\n' });
  const messages = exportCase(factsOf(request, { status: 'Disclosed' }, { delivered: of }));
  const all = messages.filter(({ name }) => name.startsWith('delivery-'));
  assert.deepEqual(
    all.map(({ xml }) => [...textsOf(xml, 'SequenceNumber'), ...textsOf(xml, 'LastSequence')]),
    [
      ['1', 'false'],
      ['2', 'true'],
    ],
  );
  const xml = all[1]?.xml ?? '';
  assert.deepEqual(textsOf(xml, 'LDID'), ['DE-DE-AG-HH-0007-GS-4711/26']);
  const contents = textsOf(xml, 'Data').map((data) => Buffer.from(data, 'base64').toString());
  assert.equal(contents[1], 'a,b\n');
  assert.equal(textsOf(xml, 'Checksum')[1], of.files[1]?.sha256);
  assert.deepEqual(JSON.parse(contents[0] ?? '').files[1], {
    name: 'records.csv',
    type: 'text/csv',
    bytes: 4,
    digest: of.files[1]?.sha256,
    algorithm: 'SHA-256',
  });
});

test('evidence above 25 MB goes by another way: the message has the manifest alone', () => {
  const of = delivered({ 'disclosure.json': '{}' });
  const [file] = of.files;
  assert.ok(file !== undefined);
  const sized = (bytes: number) => ({ ...of, files: [{ ...file, bytes }] });
  const deliveries = (bytes: number) =>
    exportCase(factsOf(request, { status: 'Disclosed' }, { delivered: sized(bytes) })).filter(({ name }) =>
      name.startsWith('delivery-'),
    );
  assert.equal(textsOf(deliveries(mostDeliveredBytes)[0]?.xml ?? '', 'Data').length, 2);
  const [large, another] = deliveries(mostDeliveredBytes + 1);
  assert.equal(another, undefined);
  const [manifest = '', data] = textsOf(large?.xml ?? '', 'Data');
  assert.equal(data, undefined);
  const said = JSON.parse(Buffer.from(manifest, 'base64').toString());
  assert.deepEqual(
    [said.sender, said.recipient, said.order.reference, said.means],
    ['Example Mail', 'Landeskriminalamt Hamburg', 'GS-4711/26', of.means],
  );
});

test('a case that another machine sent is exported without any identifier, and is no order to import', () => {
  const scope = { subjects: [0, 1], categories: request.categories, period: request.period };
  const asked = {
    view: {
      id,
      requestDigest: request.instrument.digest,
      asked: scope,
      instrument: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'PublicProsecutor' as const,
      preservations: [],
    },
  };
  const xml = messageOf(exportCase(factsOf(request, {}, { asked })), 'asked.xml');
  assert.ok(!xml.includes('4915112345678') && !xml.includes('4711&gt;'));
  const { drafts } = draftsOf(readOrderForm(utf8(xml)), { provider, now: '2026-11-27T10:00:00Z' });
  assert.deepEqual(drafts, []);
});

test('a name that XML has no form for stops the export, and is not changed', () => {
  const of: Request = { ...request, subjects: [{ kind: 'account', value: 'a\uffff' }] };
  assert.throws(
    () => exportCase(factsOf(of)),
    (error) => error instanceof EtsiError && error.code === 'not-in-xml',
  );
});
