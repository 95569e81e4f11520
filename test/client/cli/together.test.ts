/** Claims, notes, questions and answers on the command line, at both ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { caseText } from '#client/cli/case-text.ts';
import { reviewText } from '#client/cli/review/text.ts';
import { caseView } from '#core/cases/case.ts';
import { writ as run } from '#dev/writ.ts';
import { request as example } from '../../core/cases/cases.ts';
import { reviewOf, startDesk } from './desk.ts';
import { TestProvider } from './provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-together-'));
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
const env = {
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_STATE_HOME: join(folder, 'state'),
  TZ: 'Europe/Berlin',
};
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'reviewer');
const provider = await TestProvider.start();
before(() => provider.profile(env.XDG_CONFIG_HOME, 'agency'));

const review = reviewOf();
const { id, requestDigest } = review;
const { request: _, threshold: __, exists: ___, ...line } = review;
const asReviewer = ['--profile', 'reviewer', '--yes'];
const asAgency = ['--profile', 'agency', '--yes'];

test('a reviewer claims a case, takes it over, and ends the claim', async () => {
  desk.sent.length = 0;
  desk.answers.set('claim', { ...line, claimedBy: 'r.jansen', claimedUntil: '2026-11-25T10:00:00.000Z' });
  const claimed = await writ('review', 'claim', id, ...asReviewer);
  assert.equal(claimed.code, 0, claimed.err);
  assert.match(claimed.out, /^claimed by: +r\.jansen$/m);
  desk.answers.set('claim', line);
  const ended = await writ('review', 'claim', id, '--end', ...asReviewer);
  assert.match(ended.out, /^claimed by: +nobody$/m);
  await writ('review', 'claim', id, '--take-over', ...asReviewer);
  assert.deepEqual(
    desk.sent.map(({ body }) => body),
    [{ claim: 'take' }, { claim: 'end' }, { claim: 'take-over' }],
  );
  const both = await writ('review', 'claim', id, '--end', '--take-over', ...asReviewer);
  assert.deepEqual([both.code, desk.sent.length], [2, 3]);
});

test('a note is sent as it was typed, and what nobody can see is not', async () => {
  desk.sent.length = 0;
  desk.answers.set('notes', line);
  const noted = await writ('review', 'note', id, '--text', 'I called the court.', ...asReviewer);
  assert.equal(noted.code, 0, noted.err);
  assert.deepEqual(desk.sent.at(-1)?.body, { text: 'I called the court.' });
  for (const text of ['', 'a\u200bb', 'x'.repeat(2001)]) {
    const { code, err } = await writ('review', 'note', id, '--text', text, ...asReviewer);
    assert.deepEqual([code, /^error: usage: --text: one line of 1 to 2,000/m.test(err)], [2, true], err);
  }
  assert.equal(desk.sent.length, 1);
});

test('a question is over the request that the reviewer saw, about parts of a list', async () => {
  desk.sent.length = 0;
  desk.answers.set(id, review);
  desk.answers.set('information', {
    ...line,
    information: { askedAt: '2026-11-21T10:00:00.000Z', of: ['order', 'authority'] },
  });
  const options = ['--about', 'order', 'authority', '--text', 'The second page is missing.'];
  const { code, out, err } = await writ('review', 'ask', id, ...options, ...asReviewer);
  assert.equal(code, 0, err);
  assert.deepEqual(desk.sent.at(-1)?.body, {
    requestDigest,
    of: ['order', 'authority'],
    text: 'The second page is missing.',
  });
  assert.match(out, /^status: +AwaitingApproval, and information is needed$/m);
  assert.match(out, /^the agency is asked for: +the order itself, .*; who issued or validated /m);
  const wrong = await writ('review', 'ask', id, '--about', 'content', '--text', 'x', ...asReviewer);
  assert.deepEqual([wrong.code, /--about is some of order, /.test(wrong.err)], [2, true], wrong.err);
  const other = await writ('review', 'ask', id, ...options, '--digest', 'another', ...asReviewer);
  assert.match(other.err, /^error: decision-digest-mismatch: /m);
  assert.equal(desk.sent.length, 1);
});

test('a review shows who claims it, what reviewers noted, what was asked and what was answered', () => {
  const at = '2026-11-21T10:00:00.000Z';
  const text = reviewText(
    reviewOf({
      claimedBy: 'r.jansen',
      claimedUntil: at,
      notes: [{ reviewer: 'm.diaz', at, text: 'I called the court.' }],
      questions: [
        {
          reviewer: 'r.jansen',
          at,
          of: ['order'],
          text: 'page two?',
          answer: { text: 'here', at, digest: requestDigest },
        },
        { reviewer: 'm.diaz', at, of: ['scope'], text: 'which month?' },
      ],
    }),
  );
  assert.match(text, /^claimed by: +r\.jansen, until 2026-11-21 /m);
  assert.match(text, /m\.diaz, 2026-11-21 .*:\n {2}I called the court\.\n/);
  assert.match(
    text,
    /about order:\n {2}page two\?\nThe agency, .*:\n {2}here\n {2}the order’s digest now: sha-256=/,
  );
  assert.match(text, /about scope:\n {2}which month\?\nThe agency has not answered\.\n/);
  assert.doesNotMatch(reviewText(reviewOf()), /claimed|Notes|was asked/);
});

test('an officer sees that information is needed, reads the question, and answers it once', async () => {
  const file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify({ ...example, reference: 'Q-1' }));
  await writ('request', 'new', file, ...asAgency);
  const { view } = provider.caseOf('Q-1');
  const early = await writ('request', 'answer', 'Q-1', '--text', 'x', ...asAgency);
  assert.match(early.err, /^error: nothing-asked: /m);
  const self = `/v1/requests/${view.id}`;
  Object.assign(view, {
    information: {
      askedAt: '2026-11-21T10:00:00.000Z',
      of: ['order'],
      question: await provider.encrypted('Where is page two?'),
    },
    links: { ...view.links, information: `${self}/information` },
  });
  const shown = await writ('request', 'show', 'Q-1', '--profile', 'agency');
  assert.match(shown.out, /^status: +AwaitingApproval: the provider’s reviewers need information from you$/m);
  assert.match(shown.out, /^the provider needs: +the order itself/m);
  assert.match(shown.out, /^its question: +Where is page two\?$/m);
  assert.match(shown.out, new RegExp(`^ {2}writ request answer ${view.id} --text TEXT$`, 'm'));
  const json = JSON.parse((await writ('request', 'show', 'Q-1', '--profile', 'agency', '--json')).out);
  assert.equal(json.information.question, 'Where is page two?');
  const order = join(folder, 'order.pdf');
  writeFileSync(order, 'both pages');
  const { code, err } = await writ(
    'request',
    'answer',
    'Q-1',
    '--text',
    'Here.',
    '--order',
    order,
    ...asAgency,
  );
  assert.equal(code, 0, err);
  assert.match(err, /Where is page two\?/);
  const sent = provider.calls.at(-1);
  assert.equal(sent?.path, `${self}/information`);
  const body = JSON.parse(sent?.body ?? '');
  assert.deepEqual([body.text, /^sha-256=:.{44}:$/.test(body.digest)], ['Here.', true]);
});

test('an answered question is told as one that was, and offers no answer', () => {
  const answered = caseView.parse({
    ...provider.caseOf('Q-1').view,
    information: {
      askedAt: '2026-11-21T10:00:00.000Z',
      answeredAt: '2026-11-22T10:00:00.000Z',
      of: ['order'],
    },
    links: { self: '/v1/requests/x' },
  });
  const text = caseText(answered);
  assert.match(text, /^the provider asked for: /m);
  assert.match(text, /^answered: +2026-11-22 /m);
  assert.doesNotMatch(text, /request answer|need information/);
});
