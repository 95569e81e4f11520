import { useSignal } from '@preact/signals';
import { printable } from '#client/printable.ts';
import { searched } from '#client/queue.ts';
import { type CaseLine, statuses } from '#core/cases/case.ts';
import { now } from '../../state/clock.ts';
import { Failure } from '../../ui/failure.tsx';
import { Badge, Button, Empty, Loading } from '../../ui/kit.tsx';
import { Moment, Span } from '../../ui/moment.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { inLanguage } from '../../words/lang.ts';
import { usePortal } from '../state/portal.ts';
import { hashOf } from '../state/route.ts';
import { type RequestsState, requestsState, step } from './state.ts';
import { dueOf, inTab, sorted, sorts, standsOf, tabs, waitingFor } from './waiting.ts';
import { isNotifying, setNotifying } from './watching.tsx';
import { requestsWords } from './words.ts';

/** Everything that the agency asked for, whichever of its officers did. */
export function RequestList() {
  const state = requestsState(usePortal());
  const words = inLanguage(requestsWords);
  const all = [...state.lines.all.value.values()];
  const inThis = all.filter((line) => inTab(line, state.tab.value, now.value));
  const search = state.search.value.trim();
  const found = search === '' ? inThis : searched(inThis, search);
  const status = state.status.value;
  const narrowed = status === undefined ? found : found.filter((line) => line.status === status);
  const lines = sorted(narrowed, state.sort.value, now.value);
  const isListed = state.lines.listedAt.value.get('AwaitingApproval') !== undefined;
  const left = lines.length - state.most.value;
  return (
    <div class="requests">
      <h1>{words.title}</h1>
      <p class="soft">{words.says}</p>
      <Tabs
        label={words.tabsLabel}
        parts={tabs.map((tab) => ({
          name: tab,
          says: `${words.tabs[tab]} ${all.filter((line) => inTab(line, tab, now.value)).length}`,
        }))}
        shown={state.tab.value}
        onShow={(tab) => {
          state.tab.value = tab;
          state.most.value = step;
        }}
      >
        <Tools state={state} />
        {state.failure.value === undefined ? null : (
          <Failure error={state.failure.value} again={() => void state.refreshing.peek()?.now()} />
        )}
        <p role="status" class="soft">
          {isListed ? words.count(lines.length, inThis.length) : ''}
        </p>
        {!isListed && all.length === 0 && state.failure.value === undefined ? (
          <Loading>{words.loading}</Loading>
        ) : lines.length === 0 && isListed ? (
          <Empty title={inThis.length === 0 ? words.empty[state.tab.value] : words.noMatch} />
        ) : (
          <Table lines={lines.slice(0, state.most.value)} changed={state.changes.value.unseen} />
        )}
        {left <= 0 ? null : (
          <Button onClick={() => (state.most.value += step)}>{words.more(Math.min(step, left))}</Button>
        )}
      </Tabs>
      <p class="soft delegates">{words.delegates}</p>
      <Notify />
    </div>
  );
}

function Tools({ state }: { state: RequestsState }) {
  const words = inLanguage(requestsWords);
  return (
    <div class="tools">
      <input
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        // What is typed here is a request's: it goes to no spelling service, and into no history of forms.
        autocomplete="off"
        spellcheck={false}
        value={state.search.value}
        onInput={({ currentTarget }) => (state.search.value = currentTarget.value)}
      />
      <label>
        {words.status}{' '}
        <select
          value={state.status.value ?? ''}
          onChange={({ currentTarget }) =>
            (state.status.value = statuses.find((status) => status === currentTarget.value))
          }
        >
          <option value="">{words.allStatuses}</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {words.stands[status]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.sort.label}{' '}
        <select
          value={state.sort.value}
          onChange={({ currentTarget }) =>
            (state.sort.value = sorts.find((sort) => sort === currentTarget.value) ?? 'due')
          }
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {words.sort.by[sort]}
            </option>
          ))}
        </select>
      </label>
      <Button onClick={() => void state.refreshing.peek()?.now()}>{words.refresh}</Button>
    </div>
  );
}

function Table({ lines, changed }: { lines: readonly CaseLine[]; changed: ReadonlySet<string> }) {
  const words = inLanguage(requestsWords);
  return (
    <table class="lines" aria-label={words.title}>
      <thead>
        <tr>
          <th scope="col">{words.columns.reference}</th>
          <th scope="col">{words.columns.status}</th>
          <th scope="col">{words.columns.waits}</th>
          <th scope="col">{words.columns.due}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={line.id} line={line} isChanged={changed.has(line.id)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ line, isChanged }: { line: CaseLine; isChanged: boolean }) {
  const words = inLanguage(requestsWords);
  const due = dueOf(line, now.value);
  const isLate = due !== undefined && Date.parse(due.at) < now.value;
  return (
    <tr class={isChanged ? 'changed' : undefined}>
      <td>
        <a href={hashOf({ screen: 'request', id: line.id })}>{printable(line.reference)}</a>{' '}
        {line.priority === 'Emergency' ? <Badge tone="bad">{words.priority.Emergency}</Badge> : null}
        {line.order === undefined ? null : (
          <span class="soft block">{words.ofOrder(printable(line.order))}</span>
        )}
      </td>
      <td>{words.stands[standsOf(line, now.value)]}</td>
      <td>
        {waitingFor(line, now.value).map(({ what }) => (
          <Badge key={what} tone={what === 'delay' ? 'info' : 'warn'}>
            {words.waits[what]}
          </Badge>
        ))}
      </td>
      <td>
        {due === undefined ? null : (
          <>
            {isLate ? <Badge tone="bad">{words.late}</Badge> : null} {words.due[due.by]}{' '}
            <Moment at={due.at} short />
            <span class="soft block">
              <Span at={due.at} />
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

function Notify() {
  const words = inLanguage(requestsWords).notify;
  const isRefused = useSignal(false);
  const set = async (wanted: boolean) => {
    const permission =
      'Notification' in globalThis
        ? wanted
          ? await Notification.requestPermission()
          : Notification.permission
        : 'denied';
    isRefused.value = wanted && permission !== 'granted';
    setNotifying(wanted && permission === 'granted');
  };
  return (
    <label class="setting">
      <input
        type="checkbox"
        checked={isNotifying.value}
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.checked;
          // It shows what is so, not what was clicked.
          currentTarget.checked = isNotifying.peek();
          void set(wanted);
        }}
      />
      <span>
        {words.label}
        <span class="soft block">{isRefused.value ? words.refused : words.hint}</span>
      </span>
    </label>
  );
}
