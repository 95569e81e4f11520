import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import { gunzip } from '#client/cli/ingest/gunzip.ts';
import { fileOptionsOf } from '#client/cli/ingest/options.ts';
import { utf8 } from '#core/bytes.ts';
import { readEvents, readingOf } from '#core/events/file.ts';
import { eventText } from '#core/events/identity.ts';
import { splitLines } from '#core/events/lines.ts';
import { readers } from '#core/events/readers.ts';
import { namesIn } from '#core/exhaustive.ts';
import { home } from '#dev/cloud/emulator.ts';

/** docs/inputs.md: what it says that each file gives, each file gives. */
const page = readFileSync(`${home}/docs/inputs.md`, 'utf8');
const EXAMPLE = /<!-- input(?:: (?<options>.*?))? -->\n```\w*\n(?<file>.*?)```\n```json\n(?<gives>.*?)```/gs;
const examples = [...page.matchAll(EXAMPLE)].map(({ groups = {} }) => groups);
const now = '2026-11-29T20:58:00.000Z';

function optionsOf(text: string) {
  const flag = { type: 'string' } as const;
  const { values } = parseArgs({
    args: text.split(' ').filter((word) => word !== ''),
    options: {
      format: flag,
      zone: flag,
      year: flag,
      map: flag,
      only: flag,
      'failed-too': { type: 'boolean', default: false },
    },
  });
  const { 'failed-too': failedToo, ...flags } = values;
  return fileOptionsOf({ ...flags, failedToo }, now);
}

async function given(file: string, options: ReturnType<typeof optionsOf>) {
  const lines = () => splitLines([utf8(file)], gunzip);
  const reading = await readingOf(lines(), options, options.format);
  const events: string[] = [];
  for await (const { event } of readEvents(lines(), reading, options))
    if (event !== undefined) events.push(eventText(event));
  return { format: reading.format, events };
}

test('every example of a file gives what the page says', async () => {
  const seen = new Set<string>();
  for (const { options = '', file = '', gives = '' } of examples) {
    const { format, events } = await given(file, optionsOf(options));
    seen.add(format);
    assert.equal(events.map((event) => `${event}\n`).join(''), gives, file);
  }
  assert.deepEqual([...seen].toSorted(), namesIn(readers).toSorted(), 'every format has an example');
  assert.equal(examples.length, page.split('<!-- input').length - 1);
});

test('every format is named as --format takes it', () => {
  for (const name of namesIn(readers)) assert.ok(page.includes(`--format ${name}\``), name);
});
