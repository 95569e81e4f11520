import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  type ConsoleVerdict,
  consoleInLog,
  consoleVerdict,
  type publicFiles,
  servedConsole,
} from '#client/console-digest.ts';
import type { Log } from '#client/log/log.ts';
import type { PageName } from '#core/wire/console.ts';
import { Button, Code, Notice, Section } from './kit.tsx';

/** What a page says of itself. */
export interface PageWords {
  title: string;
  says: string;
  compare: string;
  verdicts: Record<ConsoleVerdict, string>;
}

type Found = { verdict: ConsoleVerdict; digest: string } | { error: unknown };

interface Compared {
  page: PageName;
  /** What the provider serves to everybody. */
  files: ReturnType<typeof publicFiles>;
  /** Undefined where the provider publishes no key of it. */
  log: Log | undefined;
}

/**
 * Whether the page is the one that the log has: what is served now is fetched again and held against it. A page that lies
 * would lie about this too.
 */
export function AsInLog({
  words,
  level = 2,
  failure,
  ...compare
}: Compared & {
  words: PageWords;
  level?: 2 | 3;
  failure: (error: unknown) => ComponentChildren;
}) {
  const [found, setFound] = useState<Found>();
  const [isLooking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    setFound(await compared(compare));
    setLooking(false);
  };
  return (
    <Section title={words.title} level={level}>
      <p>{words.says}</p>
      {found === undefined ? null : 'error' in found ? (
        failure(found.error)
      ) : (
        <Notice
          tone={found.verdict === 'recorded' ? 'good' : found.verdict === 'changed' ? 'bad' : 'warn'}
          title={words.verdicts[found.verdict]}
          alert
        >
          <Code>{found.digest}</Code>
        </Notice>
      )}
      <Button aria-disabled={isLooking} onClick={() => void (isLooking ? undefined : look())}>
        {words.compare}
      </Button>
    </Section>
  );
}

async function compared({ page, files, log }: Compared): Promise<Found> {
  try {
    const served = await servedConsole(files, page);
    if (served === undefined) return { verdict: 'changed', digest: '' };
    const recorded = log === undefined ? undefined : await consoleInLog(log, page);
    return { verdict: consoleVerdict(served, recorded), digest: served.digest };
  } catch (error) {
    return { error };
  }
}
