import { printable } from '#client/printable.ts';
import type { Wrong } from '#client/report/check.ts';
import { checkCommands } from '#client/report/check-commands.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import type { Report } from '#core/log/report/figures.ts';
import { Button, Code, Facts, Notice, Section } from '../../ui/kit.tsx';
import { countText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { Failure } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { useSite } from '../state.ts';
import type { Recount } from './recount.ts';
import { siteReportWords } from './words.ts';

/** The same figures, made from the log's entries in the reader's own browser; and the command that makes them elsewhere. */
export function Counting({ report, counting }: { report: Report; counting: Recount }) {
  const { log, url, keyFrom } = useSite();
  const words = inLanguage(siteReportWords).recount;
  if (log === undefined) return null;
  const { is } = counting.state.value;
  const start = () => void counting.start(log, report);
  return (
    <Section title={words.title}>
      <p>{words.says(countText(Number(report.log.size)))}</p>
      <p>
        {is === 'counting' ? (
          <Button onClick={() => counting.stop()}>{words.stop}</Button>
        ) : (
          <Button kind="main" onClick={start}>
            {is === 'idle' ? words.start : words.again}
          </Button>
        )}
      </p>
      <div role="status">
        <Result counting={counting} />
      </div>
      <p class="soft">
        {keyFrom === 'server' ? words.keyFromServer : words.keyCompared}{' '}
        <a href={hashOf({ screen: 'prove' })}>{words.compare}</a>
      </p>
      <p>{words.elsewhere}</p>
      <pre class="command">
        {checkCommands({ url: `${url}/v1`, verifierKey: formatVerifierKey(log.key) }).join('\n')}
      </pre>
    </Section>
  );
}

function Result({ counting }: { counting: Recount }) {
  const words = inLanguage(siteReportWords).recount;
  const found = counting.state.value;
  switch (found.is) {
    case 'idle':
      return null;
    case 'counting':
      return <Progress read={found.read} of={found.of} />;
    case 'stopped':
      return <p>{words.stopped}</p>;
    case 'failed':
      return (
        <>
          <p>{words.failed}</p>
          <Failure error={found.error} />
        </>
      );
    case 'same':
      return (
        <Notice tone="good" title={words.same}>
          <p>{words.sameSays(countText(found.entries), countText(found.size))}</p>
        </Notice>
      );
    case 'different':
      return <Different wrong={found.wrong} />;
  }
}

function Progress({ read, of }: { read: number; of: number }) {
  const words = inLanguage(siteReportWords).recount;
  const says = words.progress(countText(read), countText(of));
  return (
    <p class="progress">
      <progress max={of} value={read} aria-label={words.title} />
      {/* Each file would be read out. */}
      <span aria-hidden="true">{says}</span>
    </p>
  );
}

function Different({ wrong: { place, published, recomputed, code } }: { wrong: Wrong }) {
  const words = inLanguage(siteReportWords).recount;
  const shown = (json: string | undefined) => (json === undefined ? words.nothing : printable(json));
  return (
    <Notice tone="bad" title={code === undefined ? words.different : words.otherLog} alert>
      <Facts
        of={[
          [words.place, <Code key="place">{printable(place)}</Code>],
          [words.published, code === undefined ? <Code key="published">{shown(published)}</Code> : undefined],
          [words.recomputed, code === undefined ? shown(recomputed) : <Code key="code">{code}</Code>],
        ]}
      />
    </Notice>
  );
}
