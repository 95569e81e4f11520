import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { approvedBy, dueOf, isAskedBack, isDue, owes, standingOf, waitsFor } from '#client/queue.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { categories } from '#core/categories/categories.ts';
import { now } from '../state/clock.ts';
import { useDesk } from '../state/desk.ts';
import { hashOf } from '../state/route.ts';
import { Badge } from '../ui/kit.tsx';
import { inLanguage, locale } from '../words/lang.ts';
import { dueState } from './due.ts';
import type { QueueState } from './state.ts';
import type { Tab } from './tabs.ts';
import { momentText, periodText, spanText, utcText } from './texts.ts';
import { type QueueWords, queueWords } from './words.ts';

export type Column = keyof QueueWords['columns'];

/** Of cases that ended, when they came is what tells them apart. */
export const columnsOf = (tab: Tab): readonly Column[] => [
  'priority',
  'reference',
  'agency',
  'instrument',
  'standing',
  tab === 'closed' ? 'received' : 'due',
  'asked',
  'period',
  'approvals',
  'claimed',
];

/** Text that somebody else chose: nothing hidden in it, and its direction its own. */
const Foreign = ({ children }: { children: string }) => <bdi>{printable(children)}</bdi>;

const cell = { role: 'cell' } as const;
const rowHeader = { role: 'rowheader' } as const;
const row = { role: 'row' } as const;

/** One case, of which the reference is the way to it. */
export function CaseRow({
  line,
  index,
  isCurrent,
  columns,
  queue,
  watch,
}: {
  line: ReviewLine;
  index: number;
  isCurrent: boolean;
  columns: readonly Column[];
  queue: QueueState;
  watch: (element: HTMLElement) => () => void;
}) {
  const ref = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => (ref.current === null ? undefined : watch(ref.current)), []);
  const me = useDesk().me.value;
  const words = inLanguage(queueWords);
  const isEmergency = line.priority === 'Emergency';
  return (
    <tr
      {...row}
      ref={ref}
      class={isEmergency ? 'emergency' : undefined}
      aria-rowindex={index + 2}
      data-id={line.id}
    >
      {columns.map((column) =>
        column === 'reference' ? (
          <th key={column} {...rowHeader} scope="row" class={column}>
            <a
              href={hashOf({ screen: 'case', id: line.id })}
              tabIndex={isCurrent ? 0 : -1}
              onFocus={() => {
                if (!isCurrent) queue.current.value = { id: line.id, row: index };
              }}
            >
              <Foreign>{line.reference}</Foreign>
            </a>
          </th>
        ) : (
          <td key={column} {...cell} class={column} data-label={words.columns[column]}>
            <span class="cell">{cells[column](line, words, me)}</span>
          </td>
        ),
      )}
    </tr>
  );
}

type Cell = (line: ReviewLine, words: QueueWords, me: string | undefined) => ComponentChildren;

const cells: Record<Exclude<Column, 'reference'>, Cell> = {
  priority: ({ priority }, words) =>
    priority === 'Emergency' ? (
      <Badge tone="bad">{words.priority[priority]}</Badge>
    ) : (
      <span class="hidden">{words.priority[priority]}</span>
    ),
  agency: ({ agency }) => <Foreign>{agency}</Foreign>,
  instrument: ({ instrument, jurisdiction }) =>
    instrument === undefined ? null : (
      <>
        <Foreign>{instrument}</Foreign>
        {jurisdiction === undefined ? null : (
          <span class="soft">
            {' '}
            <Foreign>{jurisdiction}</Foreign>
          </span>
        )}
      </>
    ),
  standing: (line, words) => (
    <span class={standingTone(line)}>{words.standing[standingOf(line, now.value)]}</span>
  ),
  due: (line, words) => <Due line={line} words={words} />,
  received: ({ receivedAt }) => <Stamp at={receivedAt} />,
  asked: ({ asked }, words) =>
    categories
      .filter((each) => asked.categories.includes(each))
      .map((each) => words.category[each])
      .join(', '),
  period: ({ asked: { period } }) => (
    <span title={`${utcText(period.from)} – ${utcText(period.to)}`}>
      {periodText(period, locale.value, now.value)}
    </span>
  ),
  approvals: (line, words, me) => <Approvals line={line} words={words} me={me} />,
  claimed: ({ claimedBy }, words, me) =>
    claimedBy === undefined ? null : claimedBy === me ? words.claimedByMe : <Foreign>{claimedBy}</Foreign>,
};

function standingTone(line: ReviewLine): string | undefined {
  if (owes(line).length > 0) return 'owing';
  return isAskedBack(line) || !isDue(line) ? 'soft' : undefined;
}

const Stamp = ({ at }: { at: string }) => (
  <time dateTime={at} title={utcText(at)}>
    {momentText(at, locale.value, now.value)}
  </time>
);

/** The lawful deadline: how long until then, and when that is. */
function Due({ line, words }: { line: ReviewLine; words: QueueWords }) {
  const state = dueState(line, now.value);
  const at = dueOf(line);
  const left = Date.parse(at) - now.value;
  const span = spanText(left, locale.value);
  const texts = {
    late: words.due.late(span),
    soon: words.due.left(span),
    running: words.due.left(span),
    still: words.due.still,
    none: '',
  };
  return (
    <span class={`due-${state}`}>
      {state === 'none' ? null : <span class="span">{texts[state]} </span>}
      <Stamp at={at} />
    </span>
  );
}

function Approvals({ line, words, me }: { line: ReviewLine; words: QueueWords; me: string | undefined }) {
  const { approvalsNeeded, decisions, suspension } = line;
  const people = [...decisions, ...(suspension === undefined ? [] : [suspension])];
  const names = [...new Set(people.map(({ reviewer }) => reviewer))];
  return (
    <>
      <span class="n">{words.approvals(approvedBy(line), approvalsNeeded)}</span>
      {names.length === 0 ? null : (
        <span class="names">
          <Foreign>{names.join(', ')}</Foreign>
        </span>
      )}
      {me !== undefined && waitsFor(line, me) ? <Badge tone="info">{words.waitsForMe}</Badge> : null}
    </>
  );
}
