import { useState } from 'preact/hooks';
import type { Kind } from '#core/log/kinds.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { Button, Code } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Screen, WithCheckpoint } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { type SiteLog, useSite } from '../state.ts';
import { Entries, Progress } from './entries.tsx';
import { sorts } from './find.ts';
import { Find } from './find-form.tsx';
import { useLooking } from './looking.ts';
import { logWords } from './words.ts';

/** The log from its newest entry back; of one kind alone, where one is chosen. */
export function LogScreen({ kind }: { kind: Kind | undefined }) {
  const words = inLanguage(logWords);
  const { log } = useSite();
  return (
    <Screen
      name="log"
      title={kind === undefined ? words.title : `${words.title}: ${words.names[kind]}`}
      lead={words.lead}
    >
      <Find kind={kind} />
      <WithCheckpoint>
        {(checkpoint) =>
          log === undefined ? null : (
            <>
              <Newer />
              <Newest key={String(checkpoint.size)} log={log} of={checkpoint} kind={kind} />
            </>
          )
        }
      </WithCheckpoint>
      <Explained />
    </Screen>
  );
}

function Newest({ log, of, kind }: { log: SiteLog; of: SignedCheckpoint; kind: Kind | undefined }) {
  const words = inLanguage(logWords);
  const looking = useLooking(log, of, {
    matches: ({ envelope }) => kind === undefined || envelope.kind === kind,
  });
  return (
    <>
      <Entries of={looking.entries} />
      <Progress looking={looking} size={of.size} none={words.nothingYet} isList={kind === undefined} />
    </>
  );
}

function Newer() {
  const { newest, refresh } = useSite();
  const words = inLanguage(logWords);
  const [isSame, setSame] = useState(false);
  const look = async () => {
    const before = sizeOf(newest.peek());
    await refresh();
    setSame(sizeOf(newest.peek()) === before);
  };
  return (
    <p class="newer" role="status">
      <Button onClick={() => void look()}>{words.newer}</Button>{' '}
      {isSame ? <span class="soft">{words.refresh}</span> : null}
    </p>
  );
}

const sizeOf = (newest: ReturnType<typeof useSite>['newest']['value']) =>
  newest.is === 'proven' ? newest.checkpoint.size : undefined;

/** Every kind that there is, by what it is of. */
function Explained() {
  const words = inLanguage(logWords);
  return (
    <details class="explained">
      <summary>{words.explained}</summary>
      <p>{words.explainedSays}</p>
      <dl>
        {sorts.map(({ sort, kinds }) => (
          <div key={sort}>
            <dt>{words.sorts[sort].title}</dt>
            <dd>
              <p>{words.sorts[sort].says}</p>
              <ul>
                {kinds.map((kind) => (
                  <li key={kind}>
                    <a href={hashOf({ screen: 'log', kind })}>{words.names[kind]}</a> <Code>{kind}</Code>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
