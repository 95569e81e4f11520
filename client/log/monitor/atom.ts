import { escaped } from '#core/log/feed.ts';
import { findingCodes } from '#core/log/finding-codes.ts';
import type { KeptFinding } from './store.ts';
import { findingLine } from './telling.ts';

/** A monitor's newest findings as a feed (RFC 4287), the one that changed last first. */
export const atomFindings = 100;

/** @param at of the round: a feed without findings has a time too */
export function atomOf(origin: string, findings: readonly KeptFinding[], at: string): string {
  const [host = ''] = origin.split('/');
  const id = `tag:${host},2026:${encodeURI(origin)}/monitor`;
  const [newest] = findings;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>${escaped(id)}</id>
  <title>${escaped(`What a monitor finds in the log ${origin}`)}</title>
  <updated>${newest === undefined ? at : changedAt(newest)}</updated>
  <author><name>writ log monitor</name></author>
  <generator>Writ</generator>
${findings.map((finding) => entryOf(id, finding)).join('')}</feed>
`;
}

const changedAt = ({ at, endedAt }: KeptFinding) => endedAt ?? at;

function entryOf(feed: string, finding: KeptFinding): string {
  const { id, code, at, endedAt } = finding;
  const over = endedAt === undefined ? '' : `Over since ${endedAt}: `;
  return `  <entry>
    <id>${escaped(`${feed}/${id}`)}</id>
    <title>${escaped(`${over}${findingLine(finding)}`)}</title>
    <published>${escaped(at)}</published>
    <updated>${escaped(changedAt(finding))}</updated>
    <category term="${escaped(code)}"/>
    <summary>${escaped(findingCodes[code])}</summary>
  </entry>
`;
}
