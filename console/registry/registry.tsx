import { useEffect } from 'preact/hooks';
import { useDesk } from '../state/desk.ts';
import { Failure } from '../ui/failure.tsx';
import { Badge, Button, Loading } from '../ui/kit.tsx';
import { Moment } from '../ui/moment.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { inLanguage } from '../words/lang.ts';
import { Changes } from './changes.tsx';
import { People } from './people.tsx';
import { PolicyPart } from './policy.tsx';
import { Propose } from './propose.tsx';
import { parts, type RegistryPart, registryOf } from './state.ts';
import { registryWords } from './words.ts';

/** Who may ask and who may decide: what is proposed, who is enrolled, under which policy. */
export function Registry() {
  const state = registryOf(useDesk());
  const words = inLanguage(registryWords);
  useEffect(() => void state.load(), [state]);
  const waiting = state.changes.value.get('Pending')?.length ?? 0;
  const loadedAt = state.loadedAt.value;
  const isFirst = loadedAt === undefined;
  return (
    <div class="registry">
      <header class="top">
        <h1>{words.title}</h1>
        <p class="soft">
          {isFirst ? null : (
            <>
              {words.asOf} <Moment at={new Date(loadedAt).toISOString()} short />
            </>
          )}
          <Button onClick={() => void state.load()} aria-disabled={state.isLoading.value}>
            {words.reload}
          </Button>
        </p>
      </header>
      {state.failure.value === undefined ? null : (
        <Failure error={state.failure.value} again={() => void state.load()} />
      )}
      <Tabs
        label={words.partsLabel}
        parts={parts.map((name) => ({
          name,
          says: (
            <>
              {words.parts[name]}
              {name === 'changes' && waiting > 0 ? <Badge tone="info">{waiting}</Badge> : null}
            </>
          ),
        }))}
        shown={state.part.value}
        onShow={(part) => {
          state.part.value = part;
        }}
      >
        {isFirst && state.failure.value === undefined ? (
          <Loading>{words.loading}</Loading>
        ) : (
          <ShownPart part={state.part.value} />
        )}
      </Tabs>
    </div>
  );
}

function ShownPart({ part }: { part: RegistryPart }) {
  switch (part) {
    case 'changes':
      return <Changes />;
    case 'people':
      return <People />;
    case 'propose':
      return <Propose />;
    case 'policy':
      return <PolicyPart />;
  }
}
