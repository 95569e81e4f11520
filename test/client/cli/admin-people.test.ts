import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { peopleText } from '#client/cli/admin/key-text.ts';
import type { KeyView, PersonView } from '#client/registry.ts';
import { writ as run } from '#dev/writ.ts';
import { changeOf, startDesk } from './desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-people-'));
after(() => rmSync(folder, { recursive: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config'), TZ: 'UTC' };
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');
const { signing } = JSON.parse(readFileSync(join(env.XDG_CONFIG_HOME, 'writ/default/profile.json'), 'utf8'));
const ownKey: string = signing.keyId;

const at = '2026-11-20T10:00:00.000Z';
const idOf = (n: number) => String(n).padEnd(43, 'x');
function key(n: number, changes: Partial<KeyView> = {}): KeyView {
  return {
    keyid: idOf(n),
    role: 'reviewer',
    holder: 'r.jansen',
    enrolledAt: at,
    activeFrom: at,
    enrolledBy: 'change/6f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11',
    decisions: [
      { decision: 'approve', role: 'reviewer', holder: 'm.diaz', at },
      { decision: 'approve', role: 'reviewer', holder: 'k.li', at },
    ],
    log: { key: idOf(n + 100), salt: idOf(0) },
    ...changes,
  };
}

function person(changes: Partial<PersonView> = {}): PersonView {
  return {
    holder: 'r.jansen',
    role: 'reviewer',
    keys: [key(1), key(2)],
    proven: true,
    others: 2,
    ends: {
      cases: [
        {
          case: '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
          agency: 'de-lka-example',
          reference: 'GS-4711/26',
          priority: 'Routine',
          status: 'AwaitingDisclosure',
          becomes: 'Suspended',
          voided: 0,
        },
        {
          case: '1f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
          agency: 'de-lka-example',
          reference: 'GS-4712/26',
          priority: 'Emergency',
          status: 'AwaitingApproval',
          becomes: 'AwaitingApproval',
          voided: 1,
        },
      ],
      more: false,
    },
    ...changes,
  };
}

/** What the provider answers: the person, and changes of which one has this person's signature. */
function shows(value: PersonView): void {
  desk.sent.length = 0;
  desk.answers.set('r.jansen', value);
  const proposal = { kind: 'emergencies', agency: 'a' } as const;
  const decided = { decision: 'approve', role: 'reviewer', holder: 'r.jansen', at } as const;
  desk.answers.set('changes?status=Pending', {
    changes: [
      changeOf(proposal, { id: '7f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11', decisions: [decided] }),
      changeOf(proposal, { decisions: [{ ...decided, holder: 'k.li' }] }),
    ],
  });
  desk.answers.set('revocations', { keyid: idOf(1), revokedAt: at });
}
const revocations = () => desk.sent.map(({ body }) => Reflect.get(Object(body), 'keyid'));

test('who is enrolled fits 80 columns, party by party, with who signed for each key', () => {
  const text = peopleText(
    [
      key(1, { holder: 'officer-17', role: 'agency', agency: 'de-lka-example' }),
      key(2),
      key(3, { holder: 'a.first', enrolledBy: 'founding/1', decisions: [] }),
      key(4, { holder: 'k.li', activeFrom: '2026-11-21T10:00:00.000Z' }),
      key(5, { revokedAt: '2026-11-20T12:00:00.000Z' }),
    ],
    Date.parse(at),
  );
  const lines = text.trimEnd().split('\n');
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(lines[0] ?? '', /^desk: 3 people$/);
  assert.match(text, /^ {2}a\.first +3xxxxxxxxxx +2026-11-20 +founding 1$/m);
  assert.match(text, /^ {2}k\.li +4xxxxxxxxxx +2026-11-20 +active in 24 hours; m\.diaz, k\.li$/m);
  assert.match(text, /^ {2}r\.jansen +5xxxxxxxxxx +2026-11-20 +revoked 2026-11-20; m\.diaz, k\.li$/m);
  assert.match(text, /^de-lka-example: 1 person$/m);
  assert.match(lines.at(-1) ?? '', /^4 people, 4 keys\./);
});

test('a dry run says what would end with a person’s keys, and revokes nothing', async () => {
  shows(person());
  const { code, out, err } = await writ('admin', 'revoke', '--person', 'r.jansen', '--dry-run');
  assert.equal(code, 0, err);
  for (const text of [
    /person: +r\.jansen/,
    new RegExp(`${idOf(2)} +2026-11-20 +m\\.diaz, k\\.li`),
    /0f8b6b1e +de-lka-example +GS-4711\/26 +Suspended/,
    /1f8b6b1e +de-lka-example +GS-4712\/26 +1 decision void/,
    /Change 7f0f3c0e\S+ \(emergencies\) loses a signature/,
  ])
    assert.match(out, text);
  assert.ok(!out.includes('6f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11 (emergencies)'));
  assert.deepEqual(desk.sent, []);
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
});

test('every key of the person is revoked, the one that signs last', async () => {
  shows(person({ keys: [key(1, { keyid: ownKey }), key(2), key(3)] }));
  const { code, out, err } = await writ(
    ...['admin', 'revoke', '--person', 'r.jansen', '--reason', 'left', '--yes', '--json'],
  );
  assert.equal(code, 0, err);
  assert.deepEqual(revocations(), [idOf(2), idOf(3), ownKey]);
  const printed = JSON.parse(out);
  assert.deepEqual([printed.revoked.length, printed.ends.cases.length, printed.changes.length], [3, 2, 1]);
});

test('broken off half-way it says what is left, and the same command goes on with that', async () => {
  shows(person());
  // The second revocation is answered by what is no answer.
  let asked = 0;
  const get = desk.answers.get.bind(desk.answers);
  desk.answers.get = (path) => (path === 'revocations' && ++asked > 1 ? { nonsense: true } : get(path));
  const args = ['admin', 'revoke', '--person', 'r.jansen', '--reason', 'left', '--yes'];
  const broken = await writ(...args);
  desk.answers.get = get;
  assert.notEqual(broken.code, 0);
  assert.match(
    broken.err,
    new RegExp(`1 of 2 keys revoked\\. Left: ${idOf(2)}\\. The same command goes on\\.`),
  );
  shows(person({ keys: [key(2)] }));
  const again = await writ(...args);
  assert.deepEqual([again.code, revocations()], [0, [idOf(2)]], again.err);
  shows(person({ keys: [], ends: { cases: [], more: false } }));
  const done = await writ(...args);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /No key of this person is left/);
  assert.deepEqual(desk.sent, []);
});

test('it says what nobody could do afterwards, and what the log could not prove', async () => {
  shows(person({ others: 1, proven: false, ends: { cases: [], more: true } }));
  const { out } = await writ('admin', 'revoke', '--person', 'r.jansen', '--dry-run');
  assert.match(out, /The desk is left with 1 person: nothing can be approved by two/);
  assert.match(out, /The log could not prove that these are all keys/);
  assert.match(out, /More cases are pending than were looked at/);
  shows(person({ role: 'agency', agency: 'de-lka-example', others: 0 }));
  const agency = await writ('admin', 'revoke', '--person', 'r.jansen', '--dry-run');
  assert.match(agency.out, /The agency is left with nobody/);
});
