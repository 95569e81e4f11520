import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerValues, component, requestValues, signatureBase } from '#core/signature/base.ts';
import type { Answer, Message } from '#core/signature/message.ts';
import type { Item } from '#core/signature/structured.ts';

const message: Message = {
  method: 'GET',
  authority: 'Gateway.example:443',
  path: '',
  query: '',
  headers: [
    ['Accept', ' a/b\t'],
    ['accept', 'c/d'],
    ['X-Empty', ''],
    ['@target-uri', 'https://gateway.example/'],
    ['signature', 'writ=:AAAA:'],
  ],
  body: new Uint8Array(),
};
const answer: Answer = { status: 200, headers: [['x', 'of the answer']], body: new Uint8Array() };

function baseOf(items: Item[], of: 'request' | 'answer' = 'request'): string | undefined {
  const request = requestValues(message);
  const values = of === 'request' ? request : answerValues(answer, request);
  const base = signatureBase({ kind: 'list', items, params: [] }, values);
  return base && new TextDecoder().decode(base);
}

test('components are derived, fields joined, and the list written last', () => {
  const names = ['@authority', '@path', '@query', 'accept', 'x-empty'];
  assert.equal(
    baseOf(names.map((name) => component(name))),
    [
      '"@authority": gateway.example',
      '"@path": /',
      '"@query": ?',
      '"accept": a/b, c/d',
      '"x-empty": ',
      '"@signature-params": ("@authority" "@path" "@query" "accept" "x-empty")',
    ].join('\n'),
  );
});

test('an answer takes what is marked "req" from the request, and nothing else', () => {
  assert.equal(
    baseOf(
      [component('@status'), component('x'), component('@method', 'req'), component('signature', 'req')],
      'answer',
    ),
    [
      '"@status": 200',
      '"x": of the answer',
      '"@method";req: GET',
      '"signature";req: writ=:AAAA:',
      '"@signature-params": ("@status" "x" "@method";req "signature";req)',
    ].join('\n'),
  );
});

test('a component that is unknown, absent, repeated or with parameters has no base', () => {
  const param = (name: string, key: string, value = true): Item => ({
    ...component(name),
    params: [[key, { type: 'boolean', value }]],
  });
  const token: Item = { ...component('accept'), value: { type: 'token', value: 'accept' } };
  const ofRequest: Item[][] = [
    [component('@method'), component('@method')],
    [component('@status')],
    [component('@signature-params')],
    [component('@target-uri')],
    [component('absent')],
    [component('Accept')],
    [component('accept ')],
    [component('')],
    [token],
    [component('@method', 'req')],
    [param('accept', 'sf')],
    [param('accept', 'bs')],
  ];
  for (const items of ofRequest) assert.equal(baseOf(items), undefined, JSON.stringify(items));

  const ofAnswer: Item[][] = [
    [component('@method')],
    [component('accept')],
    [token],
    [component('x', 'req')],
    [component('@status', 'req')],
    [param('signature', 'req', false)],
    [param('signature', 'tr')],
    [
      {
        ...component('signature', 'req'),
        params: [...component('signature', 'req').params, ...param('', 'sf').params],
      },
    ],
  ];
  for (const items of ofAnswer) assert.equal(baseOf(items, 'answer'), undefined, JSON.stringify(items));
});

test('a value that would break its line has no base', () => {
  for (const value of ['a\nb', 'a\r', 'a\0', 'é', '\u2028']) {
    assert.equal(
      signatureBase({ kind: 'list', items: [component('x')], params: [] }, () => value),
      undefined,
    );
  }
});
