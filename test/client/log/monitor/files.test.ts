import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atomFindings, atomOf } from '#client/log/monitor/atom.ts';
import type { Round } from '#client/log/monitor/monitor.ts';
import { prometheusOf } from '#client/log/monitor/prometheus.ts';
import type { KeptFinding } from '#client/log/monitor/store.ts';
import { toldOf } from '#client/log/monitor/telling.ts';
import { Rounds } from './rounds.ts';

/** The files that others read: a feed, and metrics. */
const finding: KeptFinding = {
  id: 7,
  code: 'entry-edited',
  severity: 'error',
  index: 17n,
  message: 'entry 2 of "case/<a>&\u001b[31m is not the one that entry 3 names',
  topic: '',
  isStanding: false,
  at: '2026-11-30T10:00:00.000Z',
};
const over: KeptFinding = {
  ...{
    id: 8,
    code: 'log-quiet',
    severity: 'error',
    message: 'nothing new',
    topic: 'quiet',
    isStanding: true,
  },
  ...{ at: '2026-11-30T09:00:00.000Z', endedAt: '2026-11-30T12:00:00.000Z' },
};
const round: Round = {
  ...{ origin: 'log.example/"v1"', at: '2026-11-30T12:00:00.000Z', size: 2000n, entries: 1990n, added: 5n },
  ...{
    last: '2026-11-30T11:58:30.000Z',
    standing: [over],
    found: [],
    over: [],
    unasked: [],
    unread: undefined,
  },
  ...{ witnessed: { size: 1900n, lag: 100n }, ok: false },
};

test('the feed has each finding with its own id, the one that is over as that, and nothing that a reader acts on', () => {
  const atom = atomOf('log.example/v1/log', [over, finding], round.at);
  assert.match(atom, /<updated>2026-11-30T12:00:00.000Z<\/updated>/);
  assert.match(atom, /<id>tag:log\.example,2026:log\.example\/v1\/log\/monitor\/7<\/id>/);
  assert.match(atom, /<title>Over since 2026-11-30T12:00:00\.000Z: log: log-quiet: nothing new<\/title>/);
  assert.match(atom, /entry 17: entry-edited: entry 2 of &quot;case\/&lt;a&gt;&amp;/);
  assert.ok(!atom.includes('\u001b'));
  assert.match(atomOf('log.example/v1/log', [], round.at), /<updated>2026-11-30T12:00:00\.000Z<\/updated>/);
});

test('the metrics say how the log is, and since when nothing was looked at', () => {
  const lines = prometheusOf(round, [{ code: 'entry-edited', count: 3 }])
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  const log = 'origin="log.example/\\"v1\\""';
  assert.deepEqual(lines, [
    `writ_log_size_entries{${log}} 2000`,
    `writ_log_read_entries{${log}} 1990`,
    `writ_log_last_entry_timestamp_seconds{${log}} 1796039910`,
    `writ_log_last_entry_age_seconds{${log}} 90`,
    `writ_log_cosigned_lag_entries{${log}} 100`,
    `writ_log_findings{${log},code="entry-edited"} 3`,
    `writ_log_standing_findings{${log}} 1`,
    `writ_monitor_read{${log}} 1`,
    `writ_monitor_last_round_timestamp_seconds{${log}} 1796040000`,
    '',
  ]);
  const unread = prometheusOf(
    { ...round, unread: 'nobody answers', last: undefined, witnessed: undefined },
    [],
  );
  assert.match(unread, /^writ_monitor_read\{.*\} 0$/m);
  assert.doesNotMatch(unread, /last_entry|cosigned|writ_log_findings/);
});

test('what others are told is all that is known of a finding', () => {
  assert.deepEqual(toldOf('log.example/v1/log', 'over', { ...over, evidence: ['a note'] }), {
    ...{
      what: 'over',
      origin: 'log.example/v1/log',
      code: 'log-quiet',
      severity: 'error',
      message: 'nothing new',
    },
    ...{ at: over.at, endedAt: over.endedAt, evidence: ['a note'] },
  });
  assert.equal(toldOf('log', 'found', finding).index, '17');
});

test('the feed has the findings that changed last', async () => {
  const { store } = await Rounds.begin();
  for (let i = 0; i < atomFindings + 5; i++)
    store.add(
      { ...finding, index: BigInt(i), message: `${i}` },
      new Date(Date.parse(finding.at) + i).toISOString(),
    );
  store.end(1, '2027-01-01T00:00:00.000Z');
  const newest = store.newest(atomFindings);
  assert.deepEqual([newest.length, newest[0]?.id, newest[1]?.id], [atomFindings, 1, atomFindings + 5]);
});
