import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  delayText,
  preservationOrderText,
  requestText,
  validationText,
} from '#client/cli/request/sentences.ts';
import { orderDigests } from '#client/order-digest.ts';
import { utf8 } from '#core/bytes.ts';
import type { Request } from '#core/cases/request.ts';
import { request as example } from '../../core/cases/cases.ts';

const { hex, member } = orderDigests(utf8('the order'));
const request: Request = {
  ...example,
  categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
  instrument: { ...example.instrument, digest: member, offence: `StGB 176b ${'und weitere '.repeat(12)}` },
};
const { priority: _, notice: _n, ...order } = request;

const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

test('what is signed is said in sentences of 78 columns, with every value that is in it', () => {
  const text = requestText(request);
  for (const value of [
    request.reference,
    ...request.categories,
    ...request.subjects.map(({ kind, value }) => `  - ${kind} ${value}`),
    'EPOC',
    'DE',
    'StGB 176b',
    `  ${hex}`,
    'jeopardising the investigation',
  ])
    assert.ok(text.includes(value) || onOneLine(text).includes(value), value);
  const texts = [
    text,
    preservationOrderText(order),
    validationText({
      authoriserRole: 'PublicProsecutor',
      validatedAt: '2026-11-20T10:00:00Z',
      digest: member,
    }),
    delayText({ delayUntil: '2027-02-20T00:00:00Z', reason: 'jeopardising the investigation' }),
    requestText({ ...request, priority: 'Emergency', threat: 'critical infrastructure' }),
  ];
  for (const line of texts.flatMap((each) => each.split('\n'))) assert.ok(line.length <= 78, line);
});

test('a name with characters that nobody sees is said with their numbers', () => {
  const text = requestText({ ...request, subjects: [{ kind: 'username', value: 'gnp.\u202ecod' }] });
  assert.ok(text.includes('username gnp.\\u{202e}cod'), text);
});
