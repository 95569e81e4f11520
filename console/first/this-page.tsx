import { useState } from 'preact/hooks';
import {
  type ConsoleVerdict,
  consoleInLog,
  consoleVerdict,
  publicFiles,
  servedConsole,
} from '#client/console-digest.ts';
import type { Session } from '#client/exchange.ts';
import type { PageName } from '#core/wire/console.ts';
import { Failure } from '../ui/failure.tsx';
import { Button, Code, Notice, Section } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { firstWords } from './words.ts';

type Found = { verdict: ConsoleVerdict; digest: string } | { error: unknown };

/** Whether the page is the one that the log has: what is served now is fetched again and held against it. */
export function ThisPage({ session, page }: { session: Pick<Session, 'url' | 'logKey'>; page: PageName }) {
  const words = inLanguage(firstWords).page;
  const [found, setFound] = useState<Found>();
  const [isLooking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    setFound(await compared(session, page));
    setLooking(false);
  };
  return (
    <Section title={words.title} level={page === 'desk' ? 3 : 2}>
      <p>{words.says}</p>
      {found === undefined ? null : 'error' in found ? (
        <Failure error={found.error} />
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

async function compared(
  { url, logKey: key }: Pick<Session, 'url' | 'logKey'>,
  page: PageName,
): Promise<Found> {
  try {
    const read = publicFiles(url);
    const served = await servedConsole(read, page);
    if (served === undefined) return { verdict: 'changed', digest: '' };
    const log = key === undefined ? undefined : { key, read: (path: string) => read(`log/${path}`) };
    const recorded = log === undefined ? undefined : await consoleInLog(log, page);
    return { verdict: consoleVerdict(served, recorded), digest: served.digest };
  } catch (error) {
    return { error };
  }
}
