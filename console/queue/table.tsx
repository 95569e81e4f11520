import type { RefObject, VNode } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ReviewLine } from '#client/reviewer.ts';
import { inLanguage } from '../words/lang.ts';
import { CaseRow, columnsOf } from './row.tsx';
import type { QueueState } from './state.ts';
import { offsetsOf, partsOf } from './virtual.ts';
import { queueWords } from './words.ts';

/** What the keyboard does to the table. */
export interface TableHandle {
  /** To the row so many further, or to the one where one was, if the focus was elsewhere. */
  move(by: number): void;
  focus(): void;
}

/** Rows this far beyond what is seen are there already when one scrolls to them, in pixels. */
const beyond = 500;
/** How far one scrolls until the rows are chosen anew, in pixels. */
const step = 200;

/** With styles of other displays than a table's, a browser forgets that it is one: so each part says what it is. */
const roles = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  none: { role: 'presentation' },
} as const;

/** The cases of a tab: only the rows near what is seen are in the document, whatever the number of cases. */
export function CaseTable({ queue, handle }: { queue: QueueState; handle: RefObject<TableHandle | null> }) {
  const words = inLanguage(queueWords);
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = queue.shown.value;
  const row = queue.row.value;
  // Also where the row stays the same: then the focus alone is to come to it.
  void queue.current.value;
  const { heights, version, watchRow } = useHeights();
  const seen = useSeen(body);
  const offsets = useMemo(
    () =>
      offsetsOf(
        shown.map(({ id }) => id),
        heights.measured,
        heights.guess,
      ),
    [shown, heights, version],
  );
  const parts = partsOf(offsets, seen, { beyond, kept: row });

  // Where the focus goes once the row is there. Whoever comes back from a case is where they were.
  const wanted = useRef<'nearest' | 'center' | undefined>(
    queue.current.peek() === undefined ? undefined : 'center',
  );
  useLayoutEffect(() => {
    const block = wanted.current;
    if (block === undefined || row < 0) return;
    wanted.current = undefined;
    const line = body.current?.querySelector(`[aria-rowindex="${row + 2}"]`);
    line?.querySelector('a')?.focus({ preventScroll: true });
    line?.scrollIntoView({ block });
  });
  const goTo = (to: number) => {
    const lines = queue.shown.peek();
    const target = Math.max(0, Math.min(to, lines.length - 1));
    const line = lines[target];
    if (line === undefined) return;
    wanted.current = 'nearest';
    queue.current.value = { id: line.id, row: target };
  };
  useImperativeHandle(handle, () => ({
    move(by) {
      const isHere = wanted.current !== undefined || body.current?.contains(document.activeElement);
      goTo(queue.row.peek() + (isHere ? by : 0));
    },
    focus: () => goTo(queue.row.peek()),
  }));

  const columns = useMemo(() => columnsOf(queue.tab.value), [queue.tab.value]);
  const rowOf = useRows((line, index, isCurrent) => (
    <CaseRow
      key={line.id}
      line={line}
      index={index}
      isCurrent={isCurrent}
      columns={columns}
      queue={queue}
      watch={watchRow}
    />
  ));
  if (shown.length === 0) return null;
  return (
    <table
      {...roles.table}
      class="cases"
      aria-label={words.tabs[queue.tab.value]}
      aria-rowcount={shown.length + 1}
      onKeyDown={(event) => {
        if (!(event.target instanceof HTMLAnchorElement) || event.ctrlKey || event.altKey || event.metaKey)
          return;
        const moves: Record<string, number> = {
          ArrowDown: row + 1,
          ArrowUp: row - 1,
          Home: 0,
          End: shown.length - 1,
        };
        const to = moves[event.key];
        if (to === undefined) return;
        event.preventDefault();
        goTo(to);
      }}
    >
      <thead {...roles.group}>
        <tr {...roles.row} aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column} {...roles.head} scope="col" class={column}>
              {words.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...roles.group} ref={body}>
        {parts.map((part) => {
          if ('gap' in part)
            return (
              <tr key={`gap ${part.after}`} class="gap" {...roles.none} style={{ height: `${part.gap}px` }} />
            );
          const line = shown[part.row];
          return line === undefined ? null : rowOf(line, part.row, part.row === row);
        })}
      </tbody>
    </table>
  );
}

type MakeRow = (line: ReviewLine, index: number, isCurrent: boolean) => VNode;

/** Rows that stay the same are not made again while one scrolls: what they show of the time they follow by themselves. */
function useRows(make: MakeRow): MakeRow {
  const made = useRef(new Map<string, { of: Parameters<MakeRow>; row: VNode }>());
  const before = made.current;
  made.current = new Map();
  return (...of) => {
    const known = before.get(of[0].id);
    const isSame = known?.of.every((each, i) => each === of[i]) === true;
    const row = known !== undefined && isSame ? known.row : make(...of);
    made.current.set(of[0].id, { of, row });
    return row;
  };
}

/** The part of the list that is seen, from its top, in steps. */
function useSeen(body: RefObject<HTMLElement | null>): { from: number; to: number } {
  const [from, setFrom] = useState(0);
  const [size, setSize] = useState(innerHeight);
  useLayoutEffect(() => {
    let frame: number | undefined;
    const look = () => {
      frame = undefined;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      setFrom(Math.floor(Math.max(0, -top) / step) * step);
      setSize(innerHeight);
    };
    const soon = () => {
      frame ??= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, []);
  return { from, to: from + step + size };
}

interface Heights {
  measured: Map<string, number>;
  guess: number;
}

const newHeights = (): Heights => ({ measured: new Map(), guess: 40 });

/** How high rows came out: text can wrap, and be of any size. Rows that nobody saw are taken to be like those seen first. */
function useHeights(): {
  heights: Heights;
  /** Another, whenever a height is. */
  version: number;
  watchRow: (element: HTMLElement) => () => void;
} {
  const heights = useRef(newHeights());
  const [version, again] = useState(0);
  const [observer] = useState(
    () =>
      new ResizeObserver((entries) => {
        let isChanged = false;
        for (const { target, borderBoxSize } of entries) {
          const height = borderBoxSize[0]?.blockSize ?? 0;
          const id = target instanceof HTMLElement ? target.dataset.id : undefined;
          if (id === undefined || height === 0) continue;
          const { measured } = heights.current;
          if (measured.size === 0) heights.current.guess = height;
          if (Math.abs((measured.get(id) ?? heights.current.guess) - height) >= 0.5) isChanged = true;
          measured.set(id, height);
        }
        if (isChanged) again((n) => n + 1);
      }),
  );
  useEffect(() => {
    let width = innerWidth;
    const forget = () => {
      if (innerWidth === width) return;
      width = innerWidth;
      heights.current = newHeights();
      again((n) => n + 1);
    };
    addEventListener('resize', forget);
    return () => {
      removeEventListener('resize', forget);
      observer.disconnect();
    };
  }, []);
  const [watchRow] = useState(() => (element: HTMLElement) => {
    observer.observe(element, { box: 'border-box' });
    return () => observer.unobserve(element);
  });
  return { heights: heights.current, version, watchRow };
}
