import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { claimReview, type ReviewLine } from '#client/reviewer.ts';
import { ask } from '../state/connection.ts';
import { type Desk, useDesk } from '../state/desk.ts';
import { NotSigned } from '../state/place.ts';
import { go } from '../state/route.ts';
import { Failure } from '../ui/failure.tsx';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Empty } from '../ui/kit.tsx';
import { countText } from '../ui/moment.tsx';
import { inLanguage, locale } from '../words/lang.ts';
import { isFiltered } from './choosing.ts';
import { claimingOf } from './claiming.ts';
import { type QueueState, queueState } from './state.ts';
import { QueueTabs } from './tab-bar.tsx';
import { CaseTable, type TableHandle } from './table.tsx';
import { timeText } from './texts.ts';
import { Toolbar } from './toolbar.tsx';
import { queueWords } from './words.ts';

/** The desk's cases: which wait, for whom, and until when. */
export function Queue() {
  const desk = useDesk();
  const queue = queueState(desk);
  const words = inLanguage(queueWords);
  const table = useRef<TableHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const says = useSignal('');
  const failure = useSignal<unknown>(undefined);
  const line = queue.shown.value[queue.row.value];
  const refresh = () => void queue.refreshing.peek()?.now();

  useShortcuts([
    { key: 'j', says: words.keys.next, run: () => table.current?.move(1), repeats: true },
    { key: 'k', says: words.keys.before, run: () => table.current?.move(-1), repeats: true },
    {
      key: 'Enter',
      says: words.keys.open,
      run: () => {
        if (line !== undefined) go({ screen: 'case', id: line.id });
      },
    },
    { key: '/', says: words.keys.search, run: () => search.current?.focus() },
    {
      key: 'c',
      says: words.keys.claim,
      run: () => void claimNow(desk, line, { says, failure }, words.claim),
    },
    { key: 'r', says: words.keys.refresh, run: refresh },
  ]);

  return (
    <div class="queue">
      <h1 class="hidden">{words.title}</h1>
      <QueueTabs queue={queue}>
        <Toolbar queue={queue} search={search} toTable={() => table.current?.focus()} />
        <Summary queue={queue} refresh={refresh} />
        <p class="told" role="status">
          {says.value}
        </p>
        {failure.value === undefined ? null : <Failure error={failure.value} />}
        <CaseTable key={queue.tab.value} queue={queue} handle={table} />
        <Nothing queue={queue} />
      </QueueTabs>
    </div>
  );
}

/** How many are shown, how old the list is, and what stands in the way of a newer one. */
function Summary({ queue, refresh }: { queue: QueueState; refresh: () => void }) {
  const { lines, connection } = useDesk();
  const words = inLanguage(queueWords);
  const asOf = queue.asOf.value;
  const time = asOf === undefined ? undefined : timeText(asOf, locale.value);
  const isStale = connection.value.is !== 'well' && time !== undefined;
  const shown = countText(queue.shown.value.length);
  const of = countText(queue.byTab.value[queue.tab.value].length);
  return (
    <>
      <div class="summary">
        <span role="status">
          {queue.isComplete.value
            ? words.count(shown, of)
            : queue.failure.value === undefined
              ? words.soFar(countText(lines.all.value.size))
              : null}
        </span>
        {time === undefined ? null : (
          <span class={isStale ? 'badge warn' : 'soft'}>
            {isStale ? words.stale(time) : words.asOf(time)}
          </span>
        )}
        <Button kind="quiet" onClick={refresh} aria-keyshortcuts="r">
          {words.refresh}
        </Button>
      </div>
      {/* What is wrong with the whole desk is said above, and beside the list that is there already how old it is. */}
      {queue.failure.value === undefined || isStale ? null : (
        <Failure error={queue.failure.value} again={refresh} />
      )}
    </>
  );
}

/** What is there instead of a list. */
function Nothing({ queue }: { queue: QueueState }) {
  const words = inLanguage(queueWords);
  const { tab, shown, byTab, isComplete, search, filters, failure } = queue;
  if (shown.value.length > 0) return null;
  const isNarrowed = search.value.trim() !== '' || isFiltered(filters.value);
  if (isNarrowed && byTab.value[tab.value].length > 0)
    return (
      <Empty title={words.noMatch.title}>
        <p>{words.noMatch.says}</p>
        <Button
          onClick={() => {
            search.value = '';
            filters.value = {};
          }}
        >
          {words.noMatch.clear}
        </Button>
      </Empty>
    );
  if (!isComplete.value) return failure.value === undefined ? <Skeleton /> : null;
  const { title, says } = words.nothing[tab.value];
  return (
    <Empty title={title}>
      <p>{says}</p>
    </Empty>
  );
}

/** Where rows will be. What is on its way is said above. */
const Skeleton = () => (
  <div class="skeleton" aria-hidden="true">
    {Array.from({ length: 8 }, (_, i) => (
      <div key={i} />
    ))}
  </div>
);

async function claimNow(
  desk: Desk,
  line: ReviewLine | undefined,
  { says, failure }: { says: { value: string }; failure: { value: unknown } },
  words: Record<'taken' | 'ended' | 'cannot' | 'offline', string>,
): Promise<void> {
  if (line === undefined) return;
  failure.value = undefined;
  says.value = '';
  const how = claimingOf(line, desk.me.peek());
  if (how === undefined || desk.connection.peek().is !== 'well') {
    says.value = how === undefined ? words.cannot : words.offline;
    return;
  }
  try {
    desk.lines.put(await ask(desk, (session) => claimReview(session, line.id, how)));
    says.value = how === 'end' ? words.ended : words.taken;
  } catch (error) {
    if (!(error instanceof NotSigned)) failure.value = error;
  }
}
