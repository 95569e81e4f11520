import { useEffect, useState } from 'preact/hooks';
import { statuses } from '#core/cases/case.ts';
import { useDesk } from '../state/desk.ts';
import { Failure } from '../ui/failure.tsx';
import { Button, Loading } from '../ui/kit.tsx';
import { countText, Moment } from '../ui/moment.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { inLanguage } from '../words/lang.ts';
import { PublicReport } from './report.tsx';
import { parts, statisticsOf } from './state.ts';
import { Times } from './times.tsx';
import { statisticsWords } from './words.ts';

/** What the desk did and how fast, and what the public sees of it. */
export function Statistics() {
  const state = statisticsOf(useDesk());
  const words = inLanguage(statisticsWords);
  return (
    <div class="statistics">
      <header class="top">
        <h1>{words.title}</h1>
      </header>
      <Tabs
        label={words.partsLabel}
        parts={parts.map((name) => ({ name, says: words.parts[name] }))}
        shown={state.part.value}
        onShow={(part) => {
          state.part.value = part;
        }}
      >
        {state.part.value === 'times' ? <Work /> : <PublicReport />}
      </Tabs>
    </div>
  );
}

/** The lists of all statuses, closed ones too: there may be many, so it says how far it is. */
function Work() {
  const { lines } = useDesk();
  const words = inLanguage(statisticsWords);
  const [failure, setFailure] = useState<unknown>();
  async function load() {
    setFailure(undefined);
    try {
      await lines.list(statuses);
    } catch (error) {
      setFailure(error);
    }
  }
  useEffect(() => void load(), [lines]);
  const listed = lines.listedAt.value;
  const isWhole = statuses.every((status) => listed.has(status));
  const since = isWhole ? Math.min(...statuses.map((status) => listed.get(status) ?? 0)) : undefined;
  return (
    <>
      {failure === undefined ? null : <Failure error={failure} again={() => void load()} />}
      {isWhole && since !== undefined ? (
        <>
          <p class="soft as-of">
            {words.asOf} <Moment at={new Date(since).toISOString()} short />{' '}
            <Button onClick={() => void load()} aria-disabled={lines.listing.value.size > 0}>
              {words.reload}
            </Button>
          </p>
          <Times reviews={[...lines.all.value.values()]} />
        </>
      ) : failure === undefined ? (
        <>
          <Loading>{words.loading(listed.size, statuses.length, countText(lines.all.value.size))}</Loading>
          <progress max={statuses.length} value={listed.size} aria-hidden="true" />
        </>
      ) : null}
    </>
  );
}
