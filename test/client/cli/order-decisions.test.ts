import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writ as run } from '#dev/writ.ts';
import { type Desk, lineOf, request, reviewOf, startDesk } from './desk.ts';

const home = mkdtempSync(join(tmpdir(), 'writ-order-'));
after(() => rmSync(home, { recursive: true, force: true }));
const desk: Desk = await startDesk();
desk.profile(home, 'default');
const env = { XDG_CONFIG_HOME: home, XDG_STATE_HOME: join(home, 'state') };
const writ = (...args: string[]) => run(args, env);

const ids = [
  '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
  '1a8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a12',
  '2b8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a13',
];
const [one = '', two = '', other = ''] = ids;
const order = 'Az 12/26';

/** Two cases of one order, and one of another of the same name. */
function begin(digest = request.instrument.digest): void {
  desk.sent.length = 0;
  desk.cases = [
    lineOf({ id: one, order }),
    lineOf({ id: two, order, reference: 'GS-4712/26' }),
    lineOf({ id: other, order, agency: 'another', reference: 'GS-4713/26' }),
  ];
  const second = {
    ...request,
    reference: 'GS-4712/26',
    order,
    instrument: { ...request.instrument, digest },
  };
  desk.answers.set(one, reviewOf({ id: one, order }, { ...request, order }));
  desk.answers.set(two, reviewOf({ id: two, order }, second));
  const { decisions: _, asked: __, approvalsNeeded: ___, agency: ____, ...view } = lineOf();
  desk.answers.set('decisions', view);
}

test('one command approves every case of an order, each by a decision over its own digest', async () => {
  begin();
  const { code, err } = await writ(
    'review',
    'approve',
    one,
    '--all-of-order',
    '--reason',
    'checked',
    '--yes',
  );
  assert.equal(code, 0, err);
  assert.match(err, /you approve 2 cases/);
  const digests = new Set(desk.sent.map(({ body }) => Reflect.get(Object(body), 'requestDigest')));
  assert.deepEqual(
    desk.sent.map(({ path }) => path),
    [one, two].map((id) => `/v1/reviews/${id}/decisions`),
  );
  assert.equal(digests.size, 2);
});

test('cases that rest on another document are not decided together, and nothing is signed', async () => {
  begin(`sha-256=:${'B'.repeat(43)}=:`);
  for (const act of [['approve'], ['reject', '--ground', 'incomplete']]) {
    const { code, err } = await writ('review', ...act, one, '--all-of-order', '--reason', 'x', '--yes');
    assert.notEqual(code, 0);
    assert.match(err, /another document/);
  }
  assert.deepEqual(desk.sent, []);
});

test('an approval says which part is left out on which ground, and what the agency is told', async () => {
  begin();
  const { code, err } = await writ(
    ...['review', 'approve', one, '--subject', '0', '--withheld', '1=immunity-or-privilege'],
    ...['--explanation', 'a law firm', '--reason', 'counsel was asked', '--yes'],
  );
  assert.equal(code, 0, err);
  const [{ body } = assert.fail()] = desk.sent;
  assert.deepEqual(Reflect.get(Object(body), 'withheld'), [
    { subjects: [1], ground: 'immunity-or-privilege' },
  ]);
  assert.equal(Reflect.get(Object(body), 'explanation'), 'a law firm');
});

test('a list says which cases are one order, and shows those of one', async () => {
  begin();
  const all = await writ('review', 'list');
  assert.match(all.out, /2 cases are one order \(de-lka-example, Az 12\/26\)/);
  const same = await writ('review', 'list', '--same-order', two, '--json');
  assert.deepEqual(
    JSON.parse(same.out)
      .reviews.map(({ id }: { id: string }) => id)
      .sort(),
    [one, two],
  );
  const shown = await writ('review', 'show', one);
  assert.match(shown.out, new RegExp(`and so are:\\s+${two} \\(GS-4712/26, AwaitingApproval\\)`));
});
