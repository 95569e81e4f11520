import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { notifiedList } from '#client/cli/authority/notified.ts';
import { caseText, notifiedText } from '#client/cli/case-text.ts';
import { listText } from '#client/cli/review/list.ts';
import { isHeld } from '#client/held.ts';
import type { CaseView } from '#core/cases/case.ts';
import { lineOfNotification, type NotificationView } from '#core/cases/notification-view.ts';
import { writ as run } from '#dev/writ.ts';
import { lineOf, request, reviewOf, startDesk } from './desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-authority-'));
after(() => rmSync(folder, { recursive: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');

const { id, asked, requestDigest } = reviewOf();
const ahead = new Date(Date.now() + 5 * 86_400_000).toISOString();

function notified(changes: Partial<NotificationView> = {}): NotificationView {
  const self = `/v1/notifications/${id}`;
  return {
    id,
    requestDigest,
    asked,
    instrument: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    preservations: [],
    agency: 'de-lka-example',
    priority: 'Routine',
    status: 'AwaitingApproval',
    receivedAt: '2026-11-20T10:00:00.000Z',
    until: ahead,
    waits: true,
    order: request.instrument.digest,
    links: { self, answers: `${self}/answers` },
    ...changes,
  };
}

function shows(view: NotificationView): void {
  desk.answers.set('notifications', { notifications: [lineOfNotification(view)] });
  desk.answers.set(id, view);
  desk.answers.set('answers', { ...view, answer: 'consent', answeredAt: view.receivedAt });
  desk.sent.length = 0;
}

test('an authority lists what waits for it, and sees one by the beginning of its id', async () => {
  shows(notified());
  const listed = await writ('authority', 'list');
  assert.match(listed.out, /to answer +de-lka-example +EPOC +0f8b6b1e\n1 notification, 1 to answer/);
  const shown = await writ('authority', 'show', id.slice(0, 8));
  assert.equal(shown.code, 0);
  assert.match(shown.out, /you may object until: +.*in 5 days: nothing is disclosed before that/);
  assert.match(shown.out, /writ authority consent 0f8b6b1e-/);
  const json = JSON.parse((await writ('authority', 'show', id, '--json')).out);
  assert.equal(json.order, request.instrument.digest);
  assert.match((await writ('authority', 'show', 'ffff')).err, /notification-unknown/);
  const { links: _, ...over } = notified({ answer: 'consent', answeredAt: ahead });
  shows({ ...over, links: {} });
  assert.match((await writ('authority', 'list')).out, /Nothing is there/);
  assert.match((await writ('authority', 'list', '--all')).out, /consented/);
});

test('it consents and objects over the digest that it was shown, to all or with what it leaves', async () => {
  shows(notified());
  assert.equal((await writ('authority', 'consent', id, '--yes')).code, 0);
  assert.equal((await writ('authority', 'consent', id, '--text', 'For this case alone.', '--yes')).code, 0);
  const why = ['--ground', 'press-freedom', '--text', 'A journalist.', '--yes'];
  assert.equal((await writ('authority', 'object', id, ...why)).code, 0);
  assert.equal((await writ('authority', 'object', id, ...why, '--subject', '1')).code, 0);
  const objection = { decision: 'object', requestDigest, ground: 'press-freedom', text: 'A journalist.' };
  assert.deepEqual(
    desk.sent.map(({ path, body }) => [path, body]),
    [
      { decision: 'consent', requestDigest },
      { decision: 'consent', requestDigest, text: 'For this case alone.' },
      objection,
      { ...objection, scope: { ...asked, subjects: [1] } },
    ].map((body) => [`/v1/notifications/${id}/answers`, body]),
  );
});

test('what it cannot answer any more, or answers wrongly, is said before anything is signed', async () => {
  const { links: _, ...over } = notified();
  shows({ ...over, links: {} });
  const late = await writ('authority', 'consent', id, '--yes');
  assert.deepEqual([late.code, /notification-over/.test(late.err)], [1, true]);
  shows(notified());
  assert.match(
    (await writ('authority', 'object', id, '--ground', 'other', '--text', 'x')).err,
    /--ground is/,
  );
  assert.match((await writ('authority', 'object', id, '--ground', 'press-freedom')).err, /--text is missing/);
  const wide = ['--ground', 'press-freedom', '--text', 'x', '--subject', '7', '--yes'];
  assert.match((await writ('authority', 'object', id, ...wide)).err, /scope-too-wide/);
  assert.deepEqual(desk.sent, []);
});

const view = (changes: Partial<CaseView>): CaseView => ({
  id,
  reference: 'GS-4711/26',
  status: 'AwaitingDisclosure',
  priority: 'Routine',
  requestDigest,
  receivedAt: '2026-11-20T10:00:00.000Z',
  dueAt: ahead,
  collections: 0,
  links: {},
  ...changes,
});

test('the agency and the desk see the hold in a line, and what came of it', () => {
  const notification = { authority: 'ie-authority', until: ahead, waits: true };
  const held = view({ notification });
  assert.ok(isHeld(held, Date.now()));
  assert.match(caseText(held), /AwaitingDisclosure: approved .* an enforcing authority may still object/);
  assert.match(
    caseText(held),
    /an authority was notified: +ie-authority may object until .*: nothing can be/,
  );
  const later = Date.parse(ahead) + 1;
  assert.ok(!isHeld(held, later));
  assert.match(notifiedText(held, later), /did not object/);
  const answeredAt = '2026-11-21T10:00:00.000Z';
  assert.match(
    notifiedText(view({ notification: { ...notification, answer: 'consent', answeredAt } })),
    /^ie-authority consented/,
  );
  const objected = { ...notification, answer: 'object', ground: 'press-freedom', answeredAt } as const;
  const rejected = caseText(view({ status: 'Rejected', reason: 'press-freedom', notification: objected }));
  assert.match(rejected, /Rejected: an enforcing authority objected/);
  const line = lineOf({ status: 'AwaitingDisclosure', notification });
  assert.match(listText([line]), /notified/);
  assert.match(listText([{ ...line, status: 'AwaitingApproval' }]), /to decide/);
});

test('a list of an authority tells no more than it was told, in 80 columns', () => {
  const text = notifiedList([lineOfNotification(notified({ agency: 'de-lka-example\u202e' }))]);
  assert.match(text, /u\{202e\}/);
  for (const each of text.split('\n')) assert.ok(each.length <= 80, each);
});
