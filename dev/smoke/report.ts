import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { home } from '#dev/cloud/emulator.ts';
import { type Answer, type QuestionId, questionIds } from './question.ts';
import { asked } from './questions.ts';

/** What a run found, as docs/aws.md shows it. It names no account. */
export interface Report {
  on: 'local' | 'aws';
  at: string;
  region: string;
  minutes: number;
  answers: Readonly<Record<QuestionId, Answer>>;
}

const words: Record<Answer['is'], string> = {
  'as-assumed': 'as assumed',
  otherwise: '**otherwise**',
  unanswered: 'cannot be answered here',
};

export function reportText({ on, at, region, minutes, answers }: Report): string {
  const where = on === 'local' ? `the local cloud (${emulator()})` : 'AWS';
  const rows = questionIds.map((id) => {
    const { asks, assumes } = asked[id];
    const { is, found } = answers[id];
    return `| \`${id}\` | ${asks} | ${assumes} | ${words[is]}: ${cell(found)} |`;
  });
  return [
    `On ${where}, ${at.slice(0, 10)}, region ${region}, Writ ${versionOf('package.json')}, aws-cdk ${versionOf('node_modules/aws-cdk/package.json')}, Node ${process.versions.node}; it took ${minutes.toFixed(1)} minutes.`,
    '',
    '| question | asks | Writ assumes | answer |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** One line without what names an account or breaks a table. */
const cell = (text: string) =>
  text
    .replaceAll(/\d{12}/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);

const versionOf = (file: string) =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(home, file), 'utf8'))).version;

function emulator(): string {
  const [, version = ''] =
    /^ministack==([\d.]+)/m.exec(readFileSync(join(home, 'dev/requirements.txt'), 'utf8')) ?? [];
  return `MiniStack ${version} behind the KMS gate`;
}

export const page = join(home, 'docs/aws.md');
const between = (on: Report['on']) =>
  new RegExp(`(<!-- smoke:${on} -->\\n)[\\s\\S]*?(<!-- /smoke:${on} -->)`);

/** The report of one kind of run in docs/aws.md. */
export function shownReport(on: Report['on']): string {
  const [whole = ''] = between(on).exec(readFileSync(page, 'utf8')) ?? [];
  return whole;
}

/** Puts a report between its marks in docs/aws.md. */
export function showReport(report: Report): void {
  const text = readFileSync(page, 'utf8');
  if (!between(report.on).test(text))
    throw new Error(`docs/aws.md has no place for a report of ${report.on}`);
  writeFileSync(page, text.replace(between(report.on), `$1${reportText(report).replaceAll('$', '$$$$')}$2`));
}
