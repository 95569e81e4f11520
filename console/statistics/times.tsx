import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { type Counting, type Figures, figuresOf, type Spread } from '#client/review-stats.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { leastEmergencyApprovals } from '#core/log/limits.ts';
import { Scroll } from '../report/scroll.tsx';
import { monthText } from '../report/text.ts';
import { now } from '../state/clock.ts';
import { useDesk } from '../state/desk.ts';
import { Empty, Section } from '../ui/kit.tsx';
import { countText } from '../ui/moment.tsx';
import { inLanguage, locale } from '../words/lang.ts';
import {
  durationOf,
  type Group,
  type Grouping,
  groupings,
  groupsOf,
  type Span,
  share,
  spans,
  within,
} from './groups.ts';
import { statisticsOf } from './state.ts';
import { statisticsWords } from './words.ts';

/** How fast the desk decides, how often it narrows, what is late: of all, and told apart. */
export function Times({ reviews }: { reviews: readonly ReviewLine[] }) {
  const desk = useDesk();
  const state = statisticsOf(desk);
  const all = inLanguage(statisticsWords);
  const words = all.times;
  const meant = within(reviews, state.span.value, now.value);
  const counting: Counting = {
    now: now.value,
    emergencyApprovals: desk.policy?.emergency.approvals ?? leastEmergencyApprovals,
  };
  return (
    <>
      <p class="soft">{words.intro}</p>
      <div class="choose">
        <Choice
          label={words.span}
          of={spans}
          names={words.spans}
          chosen={state.span.value}
          onChoose={(span: Span) => {
            state.span.value = span;
          }}
        />
      </div>
      {meant.length === 0 ? (
        <Empty title={all.none}>
          <p>{all.noneSays}</p>
        </Empty>
      ) : (
        <>
          <Overview reviews={meant} counting={counting} />
          <Groups reviews={meant} counting={counting} />
        </>
      )}
    </>
  );
}

function Choice<T extends string>({
  label,
  isLabelHidden = false,
  of,
  names,
  chosen,
  onChoose,
}: {
  label: string;
  isLabelHidden?: boolean;
  of: readonly T[];
  names: Record<T, string>;
  chosen: T;
  onChoose: (chosen: T) => void;
}) {
  const id = useId();
  return (
    <span>
      <label for={id} class={isLabelHidden ? 'hidden' : undefined}>
        {label}
      </label>{' '}
      <select
        id={id}
        value={chosen}
        onChange={({ currentTarget }) => {
          const found = of.find((each) => each === currentTarget.value);
          if (found !== undefined) onChoose(found);
        }}
      >
        {of.map((each) => (
          <option key={each} value={each}>
            {names[each]}
          </option>
        ))}
      </select>
    </span>
  );
}

const priorities = ['Routine', 'Emergency'] as const;

function Overview({ reviews, counting }: { reviews: readonly ReviewLine[]; counting: Counting }) {
  const { me } = useDesk();
  const words = inLanguage(statisticsWords).times;
  const whose = [...(me.value === undefined ? [] : [me.value]), undefined];
  const columns = whose.flatMap((reviewer) =>
    priorities.map((priority) => ({
      name: `${reviewer === undefined ? words.desk : words.you}, ${priority === 'Routine' ? words.routine : words.emergencies}`,
      figures: figuresOf(
        reviews.filter((review) => review.priority === priority),
        { ...counting, reviewer },
      ),
    })),
  );
  const rows: [name: string, cell: (figures: Figures) => ComponentChildren][] = [
    [words.decided, ({ cases }) => countText(cases)],
    [words.toFirst, ({ toFirst }) => <Time of={toFirst} />],
    [words.toOpening, ({ toOpening }) => <Time of={toOpening} />],
    [words.narrowed, (figures) => <Narrowed of={figures} />],
    [words.rejected, ({ rejections }) => countText(rejections)],
    [words.overdue, ({ overdue }) => <Bad n={overdue} />],
    [words.late, ({ late }) => <Bad n={late} />],
  ];
  return (
    <Section title={words.overview}>
      <Scroll label={words.overview}>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{words.figure}</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, cell]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {columns.map((column) => (
                  <td key={column.name} class="number">
                    {cell(column.figures)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
}

function Groups({ reviews, counting }: { reviews: readonly ReviewLine[]; counting: Counting }) {
  const desk = useDesk();
  const state = statisticsOf(desk);
  const words = inLanguage(statisticsWords).times;
  const grouping = state.grouping.value;
  const { value: priority } = state.priority;
  const reviewer = state.whose.value === 'you' ? desk.me.value : undefined;
  const meant = reviews.filter((review) => priority === 'all' || review.priority === priority);
  const groups = groupsOf(meant, grouping, { ...counting, reviewer });
  const most = Math.max(1, ...groups.map(({ figures }) => figures.cases));
  return (
    <Section title={words.by}>
      <div class="choose">
        <Choice
          label={words.by}
          isLabelHidden
          of={groupings}
          names={words.groupings}
          chosen={grouping}
          onChoose={(by: Grouping) => {
            state.grouping.value = by;
          }}
        />
        <Choice
          label={words.who}
          of={['desk', 'you'] as const}
          names={{ desk: words.desk, you: words.you }}
          chosen={state.whose.value}
          onChoose={(whose: 'desk' | 'you') => {
            state.whose.value = whose;
          }}
        />
        <Choice
          label={words.priority}
          of={['all', ...priorities] as const}
          names={{ all: words.both, Routine: words.routine, Emergency: words.emergencies }}
          chosen={priority}
          onChoose={(chosen: typeof priority) => {
            state.priority.value = chosen;
          }}
        />
      </div>
      {groups.length === 0 ? (
        <Empty title={words.noOwn} />
      ) : (
        <Scroll label={words.by}>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">{words.groupings[grouping]}</th>
                <th scope="col" class="number">
                  {words.cases}
                </th>
                <td class="amount" />
                {[words.toFirst, words.toOpening, words.narrowed, words.overdue, words.late].map((name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.map(({ key, figures }) => (
                <tr key={key}>
                  <th scope="row">
                    <GroupName of={key} by={grouping} />
                  </th>
                  <td class="number">{countText(figures.cases)}</td>
                  <td class="amount">
                    <Bar part={figures.cases / most} />
                  </td>
                  <td class="number">
                    <Time of={figures.toFirst} />
                  </td>
                  <td class="number">
                    <Time of={figures.toOpening} />
                  </td>
                  <td class="number">
                    <Narrowed of={figures} />
                  </td>
                  <td class="number">
                    <Bad n={figures.overdue} />
                  </td>
                  <td class="number">
                    <Bad n={figures.late} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Section>
  );
}

function GroupName({ of, by }: { of: Group['key']; by: Grouping }) {
  return <>{by === 'month' ? monthText(of) : printable(of)}</>;
}

/** As long as its part of the whole. The number stands beside it. */
const Bar = ({ part }: { part: number }) => (
  <svg class="amount" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="s0" x="0" y="0" width={Math.max(0.5, part * 100)} height="10" />
  </svg>
);

function Time({ of }: { of: Spread | undefined }) {
  const words = inLanguage(statisticsWords).times;
  if (of === undefined) return <span class="soft">–</span>;
  return (
    <>
      {durationText(of.median)} <span class="soft">{words.median}</span>
      <br />
      <span class="soft">
        {words.ninth} {durationText(of.ninth)}
      </span>
    </>
  );
}

function durationText(minutes: number): string {
  const { n, unit } = durationOf(minutes);
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(n);
}

function Narrowed({ of: { narrowed, approvals } }: { of: Figures }) {
  const words = inLanguage(statisticsWords).times;
  const percent = share(narrowed, approvals);
  if (percent === undefined) return <span class="soft">–</span>;
  return (
    <>
      {percent} %<br />
      <span class="soft">{words.narrowedOf(countText(narrowed), countText(approvals))}</span>
    </>
  );
}

const Bad = ({ n }: { n: number }) => (n === 0 ? <>0</> : <strong class="bad">{countText(n)}</strong>);
