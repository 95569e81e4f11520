import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { orderDigests } from '#client/order-digest.ts';
import { jsonDigest } from '#core/canonical.ts';
import { writ as run } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { certificate, type Holder, pdf } from '../order/material.ts';
import { request, reviewOf, startDesk } from './desk.ts';
import { TestProvider } from './provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-order-'));
const at = (name: string) => join(folder, name);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);
const pem = ({ der }: Holder) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

const provider = await TestProvider.start();
const desk = await startDesk();
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});

let order: Uint8Array;
before(async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'officer');
  desk.profile(env.XDG_CONFIG_HOME, 'reviewer');
  const root = await certificate({ name: 'Root', ca: true });
  const other = await certificate({ name: 'Another root', ca: true });
  order = await pdf({
    signer: await certificate({ name: 'Amtsgericht Example' }, root),
    time: '20261120100000Z',
  });
  for (const [name, anchor] of [
    ['anchors', root],
    ['others', other],
  ] as const) {
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'root.pem'), pem(anchor));
  }
  const { instrument } = request;
  const named = {
    ...request,
    instrument: { ...instrument, digest: orderDigests(order).member, authority: 'Amtsgericht Example' },
  };
  const received = { at: '2026-11-20T10:05:00.000Z', type: 'application/pdf', bytes: order.length } as const;
  const review = reviewOf({
    request: named,
    requestDigest: jsonDigest(named),
    authority: 'registered',
    document: { required: true, received },
  });
  desk.answers.set(review.id, review);
  desk.answers.set('order', order);
});

const { id } = reviewOf();

test('an officer hands in the order: the file goes as it is, under its type', async () => {
  writeFileSync(at('request.json'), JSON.stringify({ ...example, reference: 'H-1' }));
  writeFileSync(at('order.pdf'), order);
  assert.equal((await writ('request', 'new', at('request.json'), '--profile', 'officer')).code, 0);
  const { code, err } = await writ('request', 'order', 'H-1', at('order.pdf'), '--profile', 'officer');
  assert.equal(code, 0, err);
  const [sent] = provider.orders;
  assert.equal(sent?.type, 'application/pdf');
  assert.deepEqual(Buffer.from(sent?.bytes ?? []), Buffer.from(order));
});

test('what is no order is not sent', async () => {
  writeFileSync(at('order.txt'), 'an order');
  for (const file of [at('order.txt'), at('nothing.pdf')]) {
    const { code, err } = await writ('request', 'order', 'H-1', file, '--profile', 'officer');
    assert.equal(code, 2, err);
  }
  assert.equal(provider.orders.length, 1);
});

test('a reviewer reads whose seal it is, whether it leads to whom the desk trusts, and whether the authority is registered', async () => {
  const take = (...more: string[]) => writ('review', 'order', id, '--profile', 'reviewer', ...more);
  const { code, out, err } = await take('--anchors', at('anchors'), '--save', at('saved.pdf'));
  assert.equal(code, 0, err);
  assert.match(out, /^seal: +checked: /m);
  assert.match(out, /^signed by: +CN=Amtsgericht Example$/m);
  assert.match(out, /^leads to: +CN=Root$/m);
  assert.match(out, /^issued by: +Amtsgericht Example; registered/m);
  assert.deepEqual(readFileSync(at('saved.pdf')), Buffer.from(order));
  assert.match(
    (await take('--anchors', at('others'))).out,
    /^seal: +not checked: it holds, but its certificate/m,
  );
  assert.match((await take()).out, /^seal: +not checked: it holds, but no certificate is named/m);
  const { out: json } = await take('--anchors', at('anchors'), '--json');
  assert.equal(JSON.parse(json).seal.seal, 'checked');
  const again = await take('--save', at('saved.pdf'));
  assert.match(again.err, /^error: file-exists: /m);
});

test('a document that is not the one that the request names is refused, and not written', async () => {
  desk.answers.set('order', Buffer.concat([order, Buffer.from(' ')]));
  const { code, err } = await writ('review', 'order', id, '--profile', 'reviewer', '--save', at('other.pdf'));
  assert.notEqual(code, 0);
  assert.match(err, /^error: answer-malformed: /m);
  assert.equal(existsSync(at('other.pdf')), false);
});

test('where no order is here, the command says so', async () => {
  desk.answers.set(id, reviewOf({ document: { required: true } }));
  const { code, err } = await writ('review', 'order', id, '--profile', 'reviewer');
  assert.equal(code, 1, err);
  assert.match(err, /^error: order-missing: /m);
});
