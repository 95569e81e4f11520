import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { dueText } from '#client/cli/due-text.ts';
import { fields } from '#client/cli/format.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import { count } from '#core/cases/deadline.ts';
import { alignTokens, masked, readGuide, replaceTokens, writeGuide } from '#dev/guides/guide.ts';
import { shipped } from '../core/cases/cases.ts';

const id = randomUUID();
const guide = `# A guide

\`\`\`console officer
$ writ request new \\
    --yes
case: ${id}
$ true
\`\`\`

Meanwhile:

<!-- as r.jansen fresh
writ review list
-->

\`\`\`sh
not a transcript
\`\`\`
`;

test('a guide is read as prose, transcripts and what others do meanwhile, and written again as it was', () => {
  const parts = readGuide(guide);
  assert.equal(writeGuide(parts), guide);
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ['prose', 'transcript', 'prose', 'meanwhile', 'prose'],
  );
  const [, transcript, , meanwhile] = parts;
  assert.ok(transcript?.kind === 'transcript' && meanwhile?.kind === 'meanwhile');
  assert.equal(transcript.person, 'officer');
  assert.deepEqual(transcript.steps, [
    { command: 'writ request new \\\n    --yes', output: `case: ${id}\n` },
    { command: 'true', output: '' },
  ]);
  assert.deepEqual([meanwhile.person, meanwhile.isFresh], ['r.jansen', true]);
  assert.equal(meanwhile.script, 'writ review list\n');
});

test('an id that a command of the guide names is the one that this run has in its place', () => {
  const now = randomUUID();
  const tokens = alignTokens(`case ${id}, again ${id}\n`, `case ${now}, again ${now}\n`);
  assert.equal(replaceTokens(`writ review show ${id}`, tokens), `writ review show ${now}`);
  assert.equal(alignTokens(`case ${id}`, 'error: nothing').get(id), id);
  const more = `a new line\ncase ${now}, again ${now}\n`;
  assert.equal(alignTokens(`case ${id}, again ${id}`, more).get(id), now);
});

test('two runs are the same but for ids, digests, instants and spans of time; words and counts are not masked', () => {
  const digest = (letter: string) => `sha-256=:${letter.repeat(43)}=:`;
  const run = (uuid: string, day: string, letter: string, count: number) =>
    masked(
      `case ${uuid}, due ${day} 10:00 CET (09:00 UTC), in ${day.slice(-2)} days, ${day}T10:00:00.123Z, ${digest(letter)}, ${count} records\n`,
    );
  assert.equal(run(id, '2026-11-24', 'A', 2), run(randomUUID(), '2027-01-31', 'B', 2));
  assert.notEqual(run(id, '2026-11-24', 'A', 2), run(id, '2026-11-24', 'A', 3));
  assert.notEqual(masked('approved'), masked('rejected'));
});

test('a guide that is walked on another day of the year is the same, whichever days are no working days then', () => {
  const policy = shipped('eu-e-evidence');
  const term = { days: 10 };
  const walked = (day: number) => {
    const receivedAt = new Date(Date.UTC(2026, 0, 1 + day, 14, 24)).toISOString();
    const { dueAt } = count(receivedAt, term, calendarOf(policy));
    const issued = new Date(receivedAt).toUTCString().replace(/(\w+), 0?(\d+) (\w+) (\d+) .*/, '$1 $2 $3 $4');
    return masked(
      fields({ issued, counted: dueText({ receivedAt, dueAt, due: { term } }, policy), 'who tells': 'you' }),
    );
  };
  const days = Array.from({ length: 365 }, (_, day) => walked(day));
  assert.deepEqual([...new Set(days)], [days[0]]);
  assert.match(days[0] ?? '', /who tells: you/);
});
