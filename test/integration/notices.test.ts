import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collect, delayNotice, followRequest } from '#client/agency.ts';
import type { Request } from '#core/cases/request.ts';
import { type Messenger, openMessenger, whomToTell } from '#dev/messenger.ts';
import type { World } from '#dev/world.ts';
import {
  approvedCase,
  clock,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
} from '../harness.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('notice to the person', { concurrency: 3 }, () => {
  let world: World;
  let messenger: Messenger;
  before(async () => {
    world = await theWorld();
    messenger = await openMessenger(world);
  });

  /** A case of which something was disclosed. */
  async function disclosed(changes: Partial<Request> = {}) {
    const account = newAccount();
    const event = login(account, 3);
    const [agency] = await Promise.all([newAgency(world), ingest(world, [event])]);
    const view = await approvedCase(world, agency, newRequest(account, changes));
    await collect(agency.session, view.id, agency.encryptionKey);
    return { account, event, agency, view };
  }

  const kindsOf = async (id: string) => (await toldOf(world, id)).map(({ entry }) => entry.kind);

  test('where no delay was asked for, it goes out with the next sweep, says what, to whom and on what basis, and names nobody', async () => {
    const { account, event, agency, view } = await disclosed();
    await assert.rejects(whomToTell(world, view.id), /case-not-approved/);
    await clock(world, view.id, inDays(0));
    const notice = await messenger.notice(view.id);
    assert.deepEqual([notice.to.id, notice.subject, notice.disclosed.records], [agency.id, 0, 1]);
    assert.deepEqual(notice.disclosed.categories, ['TrafficData']);
    assert.equal(notice.check.stream, `case/${view.id}`);
    assert.equal(notice.check.log, world.outputs.LogOrigin);
    const ip = event.kind === 'access' ? event.ip : '';
    for (const text of messenger.texts) assert.ok(!text.includes(account) && !text.includes(ip), 'I1');

    const { subjects } = await whomToTell(world, view.id);
    assert.deepEqual(
      subjects.map(({ asked }) => asked),
      [{ kind: 'account', value: account }],
    );
    await logged(world, view.id, 'notice.addressed');
  });

  test('the same sweep again sends nothing; another collection is told of as well', async () => {
    const { agency, view } = await disclosed();
    await clock(world, view.id, inDays(0));
    await clock(world, view.id, inDays(0));
    const first = await messenger.notice(view.id);
    await collect(agency.session, view.id, agency.encryptionKey);
    await clock(world, view.id, inDays(0));
    const second = await messenger.notice(view.id);
    assert.deepEqual([first.id, second.id], [`${view.id}/0/1`, `${view.id}/0/2`]);
    await logged(world, view.id, 'notice.sent', 2);
    assert.equal((await kindsOf(view.id)).filter((kind) => kind === 'notice.sent').length, 2);
  });

  test('a delay that lapses and that nobody renewed sends it; one that was renewed does not', async () => {
    const notice = { delayUntil: inDays(30), reason: 'evidence' } as const;
    const { agency, view } = await disclosed({ notice });
    assert.equal((await followRequest(agency.session, view.id)).delayUntil, notice.delayUntil);
    await clock(world, view.id, inDays(29));
    const renewed = { delayUntil: inDays(60), reason: 'witnesses' } as const;
    await delayNotice(agency.session, view.id, renewed);
    await clock(world, view.id, inDays(31));
    assert.ok(!(await kindsOf(view.id)).includes('notice.sent'));
    // A day late at the most: not overdue.
    await clock(world, view.id, inDays(60.5));
    await messenger.notice(view.id);
    await logged(world, view.id, 'notice.sent');
    assert.ok(!(await kindsOf(view.id)).includes('notice.overdue'));
    assert.equal(await refusalOf(delayNotice(agency.session, view.id, renewed)), 'notice-given');
  });

  test('a delay has an end within reason', async () => {
    const { agency, view } = await disclosed({ notice: { delayUntil: inDays(30), reason: 'flight' } });
    const forever = { delayUntil: inDays(4000), reason: 'flight' } as const;
    assert.equal(await refusalOf(delayNotice(agency.session, view.id, forever)), 'delay-too-long');
  });

  test('one that is more than a day late is counted in public, and goes out all the same', async () => {
    const { view } = await disclosed({ notice: { delayUntil: inDays(1), reason: 'life or safety' } });
    await clock(world, view.id, inDays(3));
    await messenger.notice(view.id);
    await logged(world, view.id, 'notice.sent');
    const kinds = (await kindsOf(view.id)).filter((kind) => kind.startsWith('notice.'));
    assert.deepEqual(kinds, ['notice.overdue', 'notice.sent']);
  });
});
