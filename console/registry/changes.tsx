import { signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import type { ChangeView } from '#client/registry.ts';
import { type ChangeStatus, changeStatuses } from '#core/registry/lapsing.ts';
import { now } from '../state/clock.ts';
import { useDesk } from '../state/desk.ts';
import { Badge, Button, Code, Empty, Facts, Loading } from '../ui/kit.tsx';
import { Moment, Span } from '../ui/moment.tsx';
import { inLanguage, type Words } from '../words/lang.ts';
import { aboutOf, hasSigned, missingOf, newestFirst, soonestFirst } from './changes.ts';
import { Decide } from './decide.tsx';
import { agenciesOf } from './people.ts';
import { registryOf } from './state.ts';
import { TermsFacts } from './terms.tsx';
import { type RegistryWords, registryWords } from './words.ts';

const status = signal<ChangeStatus>('Pending');
/** The change that somebody looks at: one at a time, so that what is decided is what is open. */
const opened = signal<string | undefined>(undefined);
const lapsesSoonMs = 3 * 86_400_000;

/** What is proposed, the pending changes first. */
export function Changes() {
  const state = registryOf(useDesk());
  const words = inLanguage(registryWords).changes;
  const list = state.changes.value.get(status.value);
  const choose = (chosen: string) => {
    const next = changeStatuses.find((each) => each === chosen) ?? 'Pending';
    status.value = next;
    if (!state.changes.peek().has(next)) void state.loadChanges(next);
  };
  return (
    <>
      <p class="choose">
        <label>
          {words.status}{' '}
          <select value={status.value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {changeStatuses.map((each) => (
              <option key={each} value={each}>
                {words.statuses[each]}
              </option>
            ))}
          </select>
        </label>
      </p>
      <ChangeList list={list} />
    </>
  );
}

function ChangeList({ list }: { list: readonly ChangeView[] | undefined }) {
  const all = inLanguage(registryWords);
  const words = all.changes;
  const state = registryOf(useDesk());
  if (list === undefined) return state.isLoading.value ? <Loading>{all.loading}</Loading> : null;
  if (list.length === 0)
    return status.value === 'Pending' ? (
      <Empty title={words.none}>
        <p>{words.noneSays}</p>
      </Empty>
    ) : (
      <Empty title={words.noneOf} />
    );
  const sorted = status.value === 'Pending' ? soonestFirst(list) : newestFirst(list);
  return (
    <ul class="cards">
      {sorted.map((change) => (
        <li key={change.id}>
          <Change change={change} />
        </li>
      ))}
    </ul>
  );
}

/** What a change is about, in a line. */
export function aboutText(change: Pick<ChangeView, 'proposal'>, table: Words<RegistryWords>): string {
  const { agency, person, case: id } = aboutOf(change.proposal);
  const of = [person, agency, id].filter((text) => text !== undefined).map(printable);
  return `${inLanguage(table).kinds[change.proposal.kind]}${of.length === 0 ? '' : `: ${of.join(', ')}`}`;
}

function Change({ change }: { change: ChangeView }) {
  const words = inLanguage(registryWords).changes;
  const id = useId();
  const isOpen = opened.value === change.id;
  const { approvals, confirmation } = missingOf(change);
  const isPending = change.status === 'Pending';
  const missing = [
    ...(approvals === 0 ? [] : [words.approvals(approvals)]),
    ...(confirmation === undefined ? [] : [words.confirmation[confirmation]]),
  ];
  const [proposer] = change.decisions;
  const me = useDesk().me.value;
  const isSoon = isPending && Date.parse(change.closesAt) - now.value < lapsesSoonMs;
  return (
    <article class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{aboutText(change, registryWords)}</h2>
        <p class="badges">
          {isPending ? null : (
            <Badge tone={change.status === 'Applied' ? 'good' : 'soft'}>
              {words.statuses[change.status]}
            </Badge>
          )}
          {isSoon ? <Badge tone="warn">{words.lapsesSoon}</Badge> : null}
          {isPending && hasSigned(change, me) ? <Badge tone="good">{words.obstacle.signed}</Badge> : null}
        </p>
      </header>
      <Facts
        of={[
          [
            words.proposed,
            <>
              <Span at={change.proposedAt} />, <Moment at={change.proposedAt} short />
            </>,
          ],
          [words.proposedBy, proposer === undefined ? undefined : printable(proposer.holder)],
          [words.missing, isPending ? missing.join(', ') : undefined],
          [
            words.lapses,
            isPending ? (
              <>
                <Span at={change.closesAt} />, <Moment at={change.closesAt} short />
              </>
            ) : undefined,
          ],
        ]}
      />
      <p class="actions">
        <Button
          aria-expanded={isOpen}
          aria-label={`${words.check}: ${aboutText(change, registryWords)}`}
          onClick={() => {
            opened.value = isOpen ? undefined : change.id;
          }}
        >
          {words.check}
        </Button>
      </p>
      {isOpen ? <Opened change={change} /> : null}
    </article>
  );
}

function Opened({ change }: { change: ChangeView }) {
  const words = inLanguage(registryWords).changes;
  const { proposal } = change;
  const { activeFrom, agency, person } = aboutOf(proposal);
  const state = registryOf(useDesk());
  const known = agenciesOf(state.changes.value.get('Applied') ?? []);
  const own = person === undefined ? undefined : printable(person);
  return (
    <div class="opened">
      <Facts
        of={[
          [words.agency, agency === undefined ? undefined : printable(agency)],
          [
            words.name,
            proposal.kind === 'agency'
              ? printable(proposal.agency.name)
              : printable(known.get(agency ?? '')?.name ?? ''),
          ],
          [proposal.kind === 'reviewer' ? words.reviewer : words.officer, own],
          [words.policy, proposal.kind === 'policy' ? <Code>{proposal.policyHash}</Code> : undefined],
          [words.case, 'case' in proposal ? <Code>{proposal.case}</Code> : undefined],
          [words.key, 'keyid' in proposal ? <Code>{proposal.keyid}</Code> : undefined],
          [words.until, proposal.kind === 'hold' ? <Moment at={proposal.until} /> : undefined],
          [
            words.activeFrom,
            activeFrom === undefined ? undefined : (
              <>
                <Moment at={activeFrom} />, {words.afterCoolOff}
              </>
            ),
          ],
          [words.digest, <Code>{printable(change.changeDigest)}</Code>],
        ]}
      />
      {proposal.kind === 'terms' ? (
        <TermsFacts terms={proposal.terms} before={known.get(proposal.agency)?.terms} />
      ) : null}
      {proposal.kind === 'agency' ? <TermsFacts terms={proposal.agency.terms} /> : null}
      <Decisions change={change} />
      {change.status === 'Pending' ? <Decide change={change} /> : null}
    </div>
  );
}

function Decisions({ change: { decisions } }: { change: ChangeView }) {
  const words = inLanguage(registryWords).changes;
  return (
    <>
      <h3>{words.decisions}</h3>
      <ul class="signed">
        {decisions.map(({ holder, role, decision, at }) => (
          <li key={`${holder}${at}`}>
            <strong>{printable(holder)}</strong> <span class="soft">{words.roles[role]}</span>{' '}
            {words.did[decision]}, <Moment at={at} />
          </li>
        ))}
      </ul>
    </>
  );
}
