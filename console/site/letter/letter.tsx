import { useEffect, useMemo } from 'preact/hooks';
import type { NoticePart } from '#client/notice/open.ts';
import { Button, Loading, Notice } from '../../ui/kit.tsx';
import { countText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { Failure, Screen, WithCheckpoint } from '../frame.tsx';
import { type Site, useSite } from '../state.ts';
import { given } from './address.ts';
import { CodeForm } from './code-form.tsx';
import { OpenedLetter } from './opened.tsx';
import { type LetterReading, letterReading, type Reading } from './reading.ts';
import { letterScreenWords } from './words.ts';

/** What the code in a person's letter opens, in their own browser. */
export function Letter() {
  const site = useSite();
  const reading = useMemo(() => letterReading(portsOf(site)), [site]);
  const words = inLanguage(letterScreenWords);
  // Who leaves the screen leaves nothing behind.
  useEffect(() => () => reading.close(), [reading]);
  useEffect(() => {
    const code = given.value;
    if (code === undefined) return;
    given.value = undefined;
    void reading.open(code);
  }, [given.value, reading]);
  const now = reading.state.value;
  return (
    <Screen name="letter" title={words.title} lead={now.is === 'open' ? undefined : words.lead}>
      {now.is === 'open' ? (
        <OpenedLetter letter={now.letter} onClose={() => reading.close()} />
      ) : (
        <>
          <CodeForm reading={reading} />
          <p class="soft privacy">{words.privacy}</p>
          <Answer now={now} reading={reading} />
        </>
      )}
    </Screen>
  );
}

function portsOf({ files, log, newest, refresh }: Site) {
  return {
    files,
    log,
    async checkpoint() {
      await refresh();
      const found = newest.peek();
      return found.is === 'proven' ? found.checkpoint : undefined;
    },
  };
}

/** What came of the code, where nothing of it is shown. */
function Answer({ now, reading }: { now: Reading; reading: LetterReading }) {
  const words = inLanguage(letterScreenWords);
  switch (now.is) {
    case 'typing':
    case 'open':
      return null;
    case 'asking':
      return <Loading>{words.asking}</Loading>;
    case 'looking':
      return (
        <div class="progress">
          <progress max={now.of} value={now.read} aria-label={words.title} />
          <span>{words.looking(countText(now.read), countText(now.of))}</span>
          <Button onClick={() => reading.close()}>{words.stop}</Button>
        </div>
      );
    case 'no-log':
      return <WithCheckpoint>{() => null}</WithCheckpoint>;
    case 'failed':
      return (
        <Notice tone="warn" title={words.answers.failed.title} alert>
          <p>{words.answers.failed.says}</p>
          <Failure error={now.error} />
        </Notice>
      );
    case 'nothing':
      return <Said tone="warn" of="nothing" />;
    case 'unopened':
    case 'unsaid':
    case 'broken':
      return <Said tone="bad" of={now.is} />;
    case 'differs':
      return <Said tone="bad" of="differs" parts={now.of} />;
  }
}

function Said({
  tone,
  of,
  parts = [],
}: {
  tone: 'warn' | 'bad';
  of: 'nothing' | 'unopened' | 'unsaid' | 'broken' | 'differs';
  parts?: readonly NoticePart[];
}) {
  const words = inLanguage(letterScreenWords);
  const { title, says } = words.answers[of];
  return (
    <Notice tone={tone} title={title} alert>
      <p>{says}</p>
      {parts.length === 0 ? null : (
        <ul>
          {parts.map((part) => (
            <li key={part}>{words.parts[part]}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
