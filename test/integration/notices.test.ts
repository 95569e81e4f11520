import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collect, delayNotice, followRequest, submitRequest, tellPerson } from '#client/agency.ts';
import { findBytes } from '#client/log/source.ts';
import { letterOf, letterText } from '#client/notice/letter.ts';
import { checkNotice, openNotice } from '#client/notice/open.ts';
import { parseCode, partsOfCode } from '#core/cases/notice-code.ts';
import type { Request } from '#core/cases/request.ts';
import { withheldCommitment } from '#core/log/commitment.ts';
import { until } from '#dev/feed.ts';
import { subscribe } from '#dev/hearing.ts';
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
  async function disclosed(changes: Partial<Request> = {}, instrument = 'NationalOrder') {
    const account = newAccount();
    const event = login(account, 3);
    const [agency] = await Promise.all([newAgency(world), ingest(world, [event])]);
    // Of an EPOC the authority tells the person, under the policy that is deployed.
    const asked = newRequest(account, changes);
    const view = await approvedCase(world, agency, {
      ...asked,
      instrument: { ...asked.instrument, kind: instrument },
    });
    await collect(agency.session, view.id, agency.encryptionKey);
    return { account, event, agency, view };
  }

  const kindsOf = async (id: string) => (await toldOf(world, id)).map(({ entry }) => entry.kind);

  test('I1: the desk is told of each case as it arrives, and the alarms’ topic of each emergency; no message names anybody', async () => {
    const { ArrivalsTopicArn, ArrivalsChatTopicArn, AlarmsTopicArn } = world.outputs;
    const [mail, chat, pager] = await Promise.all(
      [ArrivalsTopicArn, ArrivalsChatTopicArn, AlarmsTopicArn].map((topic) => subscribe(world, topic)),
    );
    assert.ok(mail && chat && pager);
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const urgent = newRequest(account, { priority: 'Emergency', threat: 'life' });
    const views = [
      await submitRequest(agency.session, newRequest(account)),
      await submitRequest(agency.session, urgent),
    ];
    for (const { receivedAt, dueAt, priority, id, reference } of views) {
      const texts = await Promise.all(
        [mail, chat, ...(priority === 'Emergency' ? [pager] : [])].map((who) => who.message(receivedAt)),
      );
      for (const text of texts) {
        assert.match(text, new RegExp(`Priority ${priority}: .*${receivedAt}.*${dueAt}`));
        assert.match(text, /Waiting for a decision: [1-9]\d*, of which emergencies: \d+/);
        for (const name of [account, agency.id, id, reference]) assert.ok(!text.includes(name), 'I1');
      }
      assert.match(texts[0] ?? '', /^"?Writ: a case arrived\. /);
      const { version, source, content } = JSON.parse(texts[1] ?? '');
      assert.deepEqual([version, source, content.textType], ['1.0', 'custom', 'client-markdown']);
    }
  });

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
    const [one] = subjects;
    assert.ok(one && subjects.length === 1);
    assert.deepEqual(one.asked, { kind: 'account', value: account });
    const letter = letterText(letterOf(one, { language: 'de', url: undefined, zone: 'Europe/Berlin' }));
    for (const said of [account, notice.to.name, one.code]) assert.ok(letter.includes(said), said);

    // The person, with the code alone.
    const entries = await logged(world, view.id, 'notice.addressed');
    const parts = partsOfCode(parseCode(one.code.toLowerCase()) ?? assert.fail());
    const sealed = await findBytes(`${world.cloud.url}/v1`, `notices/${parts.tag}`);
    const file = await openNotice(one.code, sealed ?? assert.fail());
    assert.deepEqual(file, one.file);
    assert.deepEqual(checkNotice(parts, one.file, entries).differs, []);
    assert.ok(checkNotice(parts, one.file, entries).committedBy !== undefined);
    // A letter that was lost opens nothing once another was made; nor does a tag that nobody was given.
    await whomToTell(world, view.id, { anew: true });
    for (const tag of [parts.tag, parts.tag.toLowerCase(), 'A'.repeat(22), 'x'])
      assert.equal(await findBytes(`${world.cloud.url}/v1`, `notices/${tag}`), undefined);
  });

  test('where the authority tells, nothing goes out, and the log has what it says', async () => {
    const { agency, view } = await disclosed({}, 'EPOC');
    await clock(world, view.id, inDays(2));
    const shown = await followRequest(agency.session, view.id);
    assert.deepEqual([shown.noticeBy, shown.links.told], ['authority', `/v1/requests/${view.id}/told`]);
    const toldAt = new Date(Date.now() - 60_000).toISOString();
    const told = await tellPerson(agency.session, view.id, { toldAt });
    assert.equal(told.toldAt, toldAt);
    await logged(world, view.id, 'notice.told');
    const kinds = (await kindsOf(view.id)).filter((kind) => kind.startsWith('notice.'));
    assert.deepEqual(kinds, ['notice.told']);
    await assert.rejects(whomToTell(world, view.id), /case-not-approved/);
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

  test('a delay that lapses sends it; one that was renewed before it lapsed does not', async () => {
    const notice = { delayUntil: inDays(30), reason: 'evidence' } as const;
    const [lapsing, renewed] = await Promise.all([disclosed({ notice }), disclosed({ notice })]);
    const told = await followRequest(lapsing.agency.session, lapsing.view.id);
    assert.equal(told.delayUntil, notice.delayUntil);
    await clock(world, lapsing.view.id, inDays(29.9));
    assert.ok(!(await kindsOf(lapsing.view.id)).includes('notice.sent'));

    // Both end in a moment, and one is put off again.
    const soon = () => ({ delayUntil: new Date(Date.now() + 8000).toISOString(), reason: 'flight' }) as const;
    const later = { delayUntil: inDays(60), reason: 'witnesses' } as const;
    await delayNotice(renewed.agency.session, renewed.view.id, soon());
    await delayNotice(renewed.agency.session, renewed.view.id, later);
    const end = soon();
    await delayNotice(lapsing.agency.session, lapsing.view.id, end);
    await until('the delay has ended', async () => Date.now() >= Date.parse(end.delayUntil));
    for (const { view } of [lapsing, renewed]) await clock(world, view.id, inDays(0));
    await messenger.notice(lapsing.view.id);
    await logged(world, lapsing.view.id, 'notice.sent');
    assert.ok(!(await kindsOf(renewed.view.id)).includes('notice.sent'));
    const late = delayNotice(lapsing.agency.session, lapsing.view.id, later);
    assert.equal(await refusalOf(late), 'notice-given');
  });

  test('I7: what a delayed notice would give away the log commits to, and reveals when the delay ends', async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const notice = { delayUntil: inDays(5), reason: 'flight' as const };
    const { id } = await submitRequest(agency.session, newRequest(account, { notice }));
    const [received] = await logged(world, id, 'request.received');
    assert.ok(received?.kind === 'request.received');
    const { instrument, jurisdiction, categories, withheld, revealBy } = received.data;
    assert.deepEqual(
      [instrument, jurisdiction, categories, revealBy],
      [undefined, undefined, undefined, notice.delayUntil],
    );
    await clock(world, id, notice.delayUntil);
    await clock(world, id, notice.delayUntil);
    const revealed = (await logged(world, id, 'case.revealed')).filter(
      ({ kind }) => kind === 'case.revealed',
    );
    assert.equal(revealed.length, 1);
    const [entry] = revealed;
    assert.ok(entry?.kind === 'case.revealed');
    const { nonce, ...values } = entry.data;
    assert.deepEqual(values, { instrument: 'EPOC', jurisdiction: 'DE', categories: ['TrafficData'] });
    assert.equal(withheld, withheldCommitment(Buffer.from(nonce, 'base64url'), values));
  });

  test('a delay has an end within reason', async () => {
    const { agency, view } = await disclosed({ notice: { delayUntil: inDays(30), reason: 'flight' } });
    const forever = { delayUntil: inDays(4000), reason: 'flight' } as const;
    assert.equal(await refusalOf(delayNotice(agency.session, view.id, forever)), 'delay-too-long');
  });

  test('one that is more than a day late is counted in public, and goes out all the same', async () => {
    const { view } = await disclosed();
    await clock(world, view.id, inDays(1.1));
    await messenger.notice(view.id);
    await logged(world, view.id, 'notice.sent');
    const kinds = (await kindsOf(view.id)).filter((kind) => kind.startsWith('notice.'));
    assert.deepEqual(kinds, ['notice.overdue', 'notice.sent']);
  });
});
