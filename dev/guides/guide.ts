/**
 * A guide: prose with transcripts in it, which are run as they stand. In Markdown,
 *
 *     ```console officer            a transcript of this person's: commands after `$ `, what they print below each
 *     ```console operator fresh     only where the deployment is new
 *     <!-- as r.jansen
 *     commands                      what another does meanwhile, and readers need not see
 *     -->
 */
export type Part = Prose | Transcript | Meanwhile;

export interface Prose {
  kind: 'prose';
  text: string;
}

export interface Step {
  command: string;
  output: string;
}

export interface Transcript {
  kind: 'transcript';
  person: string;
  isFresh: boolean;
  /** The line that opens the block, to be written again as it is. */
  head: string;
  steps: Step[];
}

export interface Meanwhile {
  kind: 'meanwhile';
  person: string;
  isFresh: boolean;
  script: string;
  text: string;
}

const BLOCK =
  /^```console ([\w.-]+)( fresh)?\n([\s\S]*?)^```$|^<!-- as ([\w.-]+)( fresh)?\n([\s\S]*?)^-->$/gm;

export function readGuide(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(BLOCK)) {
    const [whole, person, fresh, body = '', other, otherFresh, script = ''] = match;
    parts.push({ kind: 'prose', text: text.slice(from, match.index) });
    from = match.index + whole.length;
    if (person !== undefined) {
      const head = whole.slice(0, whole.indexOf('\n'));
      parts.push({ kind: 'transcript', person, isFresh: fresh !== undefined, head, steps: stepsOf(body) });
    } else {
      const isFresh = otherFresh !== undefined;
      parts.push({ kind: 'meanwhile', person: other ?? '', isFresh, script, text: whole });
    }
  }
  parts.push({ kind: 'prose', text: text.slice(from) });
  return parts;
}

function stepsOf(body: string): Step[] {
  const steps: Step[] = [];
  let isCommand = false;
  for (const line of body.split('\n').slice(0, -1)) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
    else if (last === undefined) throw new Error(`a transcript begins with a command, and not with: ${line}`);
    else if (isCommand) last.command += `\n${line}`;
    else last.output += `${line}\n`;
    // A command goes on in the next line where a shell's would.
    isCommand = (line.startsWith('$ ') || isCommand) && line.endsWith('\\');
  }
  return steps;
}

export function writeGuide(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind !== 'transcript') return part.text;
      const lines = part.steps.map(({ command, output }) => `$ ${command}\n${output}`).join('');
      return `${part.head}\n${lines}\`\`\``;
    })
    .join('');
}

/** What is another in every run: ids, keys, digests, instants. */
const TOKEN =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|sha-256=:[\w+/]{43}=:|\b[0-9a-f]{64}\b|(?<![\w/+-])[\w-]{43}(?![\w/+=-])/g;
const tokensIn = (text: string) => text.match(TOKEN) ?? [];

/** Which token of one run stands where which one of another did: in lines that are the same but for what is volatile. */
export function alignTokens(old: string, fresh: string): Map<string, string> {
  const lines = fresh.split('\n').map((line) => ({ line, mask: masked(line) }));
  const aligned = new Map<string, string>();
  for (const line of old.split('\n')) {
    const at = lines.findIndex(({ mask }) => mask === masked(line));
    const [same] = at < 0 ? [] : lines.splice(at, 1);
    const after = tokensIn(same?.line ?? '');
    for (const [i, token] of tokensIn(line).entries()) aligned.set(token, after[i] ?? token);
  }
  return aligned;
}

export const replaceTokens = (text: string, by: ReadonlyMap<string, string>) =>
  text.replaceAll(TOKEN, (token) => by.get(token) ?? token);

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  // Which days are no working days is another thing on another day.
  [/^counted: [\s\S]*?24:00 \S+/gm, 'counted: <deadline>'],
  [TOKEN, '<id>'],
  // As lists show it.
  [/(?<![\w-])[0-9a-f]{8}(?![\w-])/g, '<short id>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<instant>'],
  // In the reader's zone with UTC beside it, or in UTC alone.
  [/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( (?!UTC)\S+ \([^)]*UTC\)| UTC)?/g, '<time>'],
  [/\d{4}-\d\d(-\d\d)?/g, '<date>'],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}\b/g, '<date>'],
  [/\b(in )?-?\d+ (day|hour|minute)s?( ago)?\b/g, '<span>'],
  [/entr(y|ies) \d+|\d+ entr(y|ies)/g, '<entries>'],
  // How many values a case’s file opens: its agency may have had other keys.
  [/opens: +\d+ values/g, '<values>'],
  // A verifier key: id and key of a log.
  [/\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}={0,2}/g, '<verifier key>'],
  // A thumbprint below itself, in words and in hex.
  [/^ +[a-z]{3,8}(?: [a-z]{3,8}){5}$/gm, '<words>'],
  [/^ +[0-9a-f]{4}(?: [0-9a-f]{4}){7}$/gm, '<hex>'],
  [/[ ─]{2,}/g, ' '],
];

/** A text without what is another in every run: two runs of one guide are the same then. */
export function masked(text: string): string {
  return VOLATILE.reduce((text, [what, by]) => text.replaceAll(what, by), text);
}
