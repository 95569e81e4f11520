import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Which files can hold a test that a name pattern matches: read from their source, without running them.
 *
 * A wrong yes costs the start of a file whose tests are then all left out. A wrong no would leave out a test without a
 * word, so wherever a title is not written out, the answer is yes.
 */

/** A title as the source shows it: its fixed beginning, and whether more follows that only a run decides. */
export interface Title {
  readonly text: string;
  readonly isOpen: boolean;
}

const call = String.raw`(?<![\w$.'"\`])(?:test|it|describe|suite)(?:\.(?:only|skip|todo))?\(\s*`;
const quoted = String.raw`'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|\`((?:\\.|[^\`\\])*)\`|([^\s'"\`)])`;
const titles = new RegExp(`${call}(?:${quoted})`, 'g');

/** The titles in a test file's source, but for subtests (`t.test`): those run only where the test around them does. */
export function titlesOf(source: string): Title[] {
  return [...source.matchAll(titles)].map(([, single, double, template, other]) => {
    const literal = single ?? double;
    if (literal !== undefined) return { text: unescaped(literal), isOpen: false };
    if (template === undefined || other !== undefined) return { text: '', isOpen: true };
    const [fixed = '', ...more] = template.split('${');
    return { text: unescaped(fixed), isOpen: more.length > 0 };
  });
}

/** Whether a test with one of these titles, or below one of them, can match the pattern. */
export function mayMatch(found: readonly Title[], pattern: RegExp): boolean {
  const beginning = fixedBeginning(pattern);
  const isPossible = ({ text, isOpen }: Title) =>
    pattern.test(text) ||
    (isOpen && (beginning === undefined || beginning.startsWith(text) || text.startsWith(beginning)));
  // The runner looks at a test's own name, and at that after the names of what it stands in.
  return (
    found.some(isPossible) ||
    found.some((outer) =>
      found.some((inner) =>
        isPossible({ text: `${outer.text} ${inner.text}`, isOpen: inner.isOpen && !outer.isOpen }),
      ),
    )
  );
}

/** What every match of an anchored pattern begins with; nothing if it is not anchored. */
function fixedBeginning({ source, flags }: RegExp): string | undefined {
  if (flags !== '' || source.includes('|')) return undefined;
  const [, letters = '', next = ''] = /^\^([\w :,’-]*)(.?)/.exec(source) ?? [];
  if (!source.startsWith('^')) return undefined;
  return /[*+?{]/.test(next) ? letters.slice(0, -1) : letters;
}

/** The files that the patterns leave something of, each with what it imports of the tests' own. */
export function selectFiles(home: string, files: readonly string[], patterns: readonly RegExp[]): string[] {
  if (patterns.length === 0) return [...files];
  return files.filter((file) => {
    const found = titlesOf(sourceOf(join(home, file), new Set()));
    return patterns.some((pattern) => mayMatch(found, pattern));
  });
}

/** A file's source with that of the helpers beside it, which may be the ones that name tests. */
function sourceOf(file: string, seen: Set<string>): string {
  if (seen.has(file) || !existsSync(file)) return '';
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const helpers = [...source.matchAll(/\bfrom '(\.[^']+\.ts)'/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );
  return [source, ...helpers.map((helper) => sourceOf(helper, seen))].join('\n');
}

/** The patterns among arguments for node's test runner, as it reads them: a text, or /text/flags. */
export function patternsIn(args: readonly string[]): RegExp[] {
  const option = '--test-name-pattern';
  return args
    .flatMap((arg, i) => {
      if (arg.startsWith(`${option}=`)) return [arg.slice(option.length + 1)];
      return arg === option ? [args[i + 1] ?? ''] : [];
    })
    .map((text) => {
      const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
      return source === undefined ? new RegExp(text) : new RegExp(source, flags);
    });
}

const unescaped = (text: string) => text.replaceAll(/\\(.)/g, '$1');
