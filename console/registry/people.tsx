import { signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import type { KeyView } from '#client/registry.ts';
import { isMisuse } from '#core/revocations/feed.ts';
import { now } from '../state/clock.ts';
import { useDesk } from '../state/desk.ts';
import { Badge, Button, Empty, Facts, Section } from '../ui/kit.tsx';
import { dayText, Span } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import { WholeThumbprint } from './compare.tsx';
import { agenciesOf, found, keyState, type Party, type Person, partiesOf, signersOf } from './people.ts';
import { Revoke } from './revoke.tsx';
import { registryOf } from './state.ts';
import { TermsFacts } from './terms.tsx';
import { registryWords } from './words.ts';

const withRevoked = signal(false);
const revoking = signal<string | undefined>(undefined);

/** Who is enrolled, by party, with the keys of each person. */
export function People() {
  const state = registryOf(useDesk());
  const words = inLanguage(registryWords).people;
  const id = useId();
  const keys = state.keys.value;
  if (keys === undefined) return null;
  const shown = withRevoked.value ? keys : keys.filter(({ revokedAt }) => revokedAt === undefined);
  const parties = partiesOf(shown, agenciesOf(state.changes.value.get('Applied') ?? []));
  const matching = found(parties, state.search.value);
  return (
    <>
      <div class="choose">
        <label for={id}>{words.search}</label>
        <input
          id={id}
          type="search"
          placeholder={words.searchHint}
          value={state.search.value}
          onInput={({ currentTarget }) => {
            state.search.value = currentTarget.value;
          }}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={withRevoked.value}
            onChange={({ currentTarget }) => {
              withRevoked.value = currentTarget.checked;
            }}
          />{' '}
          {words.withRevoked}
        </label>
      </div>
      {matching.length === 0 ? (
        <Empty title={keys.length === 0 ? words.none : words.noneFound} />
      ) : (
        matching.map((party) => <PartyPart key={party.agency ?? ''} party={party} />)
      )}
      {revoking.value === undefined ? null : (
        <Revoke
          person={revoking.value}
          onLeave={() => {
            revoking.value = undefined;
          }}
        />
      )}
    </>
  );
}

function PartyPart({ party: { agency, said, people } }: { party: Party }) {
  const all = inLanguage(registryWords);
  const words = all.people;
  const enrolled = people.filter(({ isEnrolled }) => isEnrolled);
  const keys = enrolled.flatMap((person) => person.keys.filter(({ revokedAt }) => revokedAt === undefined));
  const name = agency === undefined ? words.desk : printable(said?.name ?? agency);
  return (
    <Section
      title={name}
      aside={
        <span class="soft">
          {agency === undefined || said?.name === undefined ? null : `${printable(agency)} · `}
          {words.counted(enrolled.length, keys.length)}
        </span>
      }
    >
      {agency === undefined ? null : (
        <details class="terms">
          <summary>{all.terms.title}</summary>
          {said?.terms === undefined ? (
            <p class="soft">{all.terms.unknown}</p>
          ) : (
            <>
              <TermsFacts terms={said.terms} />
              {said.termsSince === undefined ? null : (
                <p class="soft">
                  {all.terms.since} {dayText(said.termsSince)}
                </p>
              )}
            </>
          )}
        </details>
      )}
      <ul class="people">
        {people.map((person) => (
          <PersonRow key={person.holder} person={person} />
        ))}
      </ul>
    </Section>
  );
}

function PersonRow({ person: { holder, keys, isEnrolled } }: { person: Person }) {
  const words = inLanguage(registryWords).people;
  const { me } = useDesk();
  return (
    <li>
      <h3>
        {printable(holder)}
        {me.value === holder ? <Badge tone="info">{words.you}</Badge> : null}
      </h3>
      <ul class="keys-of">
        {keys.map((key) => (
          <KeyRow key={key.keyid} of={key} />
        ))}
      </ul>
      {isEnrolled ? (
        <Button
          kind="danger"
          aria-label={words.revoke(printable(holder))}
          onClick={() => {
            revoking.value = holder;
          }}
        >
          {words.revokeShort}
        </Button>
      ) : null}
    </li>
  );
}

/** By whom, and why, as far as this version knows the code. */
function suspensionText({ provider, reason }: NonNullable<KeyView['suspended']>): string {
  const { suspendedFor } = inLanguage(registryWords).people;
  return `${printable(provider)}: ${isMisuse(reason) ? suspendedFor[reason] : printable(reason)}`;
}

function KeyRow({ of }: { of: KeyView }) {
  const words = inLanguage(registryWords).people;
  const { session } = useDesk();
  const state = keyState(of, now.value);
  const { people, founding } = signersOf(of);
  return (
    <li>
      <details>
        <summary>
          <span class="key">
            <span>
              <code>{of.keyid.slice(0, 11)}…</code>{' '}
              {state.is === 'active' ? <Badge tone="good">{words.active}</Badge> : null}
              {state.is === 'cooling' ? (
                <Badge tone="warn">
                  {words.cooling}: <Span at={state.until} />
                </Badge>
              ) : null}
              {state.is === 'suspended' ? (
                <Badge tone="bad">
                  {words.suspended} {dayText(state.since)}
                </Badge>
              ) : null}
              {state.is === 'revoked' ? (
                <Badge tone="bad">
                  {words.revoked} {dayText(state.since)}
                </Badge>
              ) : null}{' '}
              {session.signer.keyId === of.keyid ? <Badge tone="info">{words.thisKey}</Badge> : null}
            </span>
            <span class="soft">
              {dayText(of.enrolledAt)} · {words.by}{' '}
              {founding ? words.founding : people.map(printable).join(', ')}
            </span>
          </span>
        </summary>
        <WholeThumbprint of={of.keyid} />
        <Facts
          of={[
            [words.inLog, <code>{of.log.key}</code>],
            [words.suspendedBy, of.suspended && suspensionText(of.suspended)],
          ]}
        />
      </details>
    </li>
  );
}
