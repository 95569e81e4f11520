import { useEffect, useState } from 'preact/hooks';
import { type Comparison, compareCheckpoint } from '#client/log/compare-checkpoint.ts';
import { printable } from '#client/printable.ts';
import { toBase64 } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import { readProven, type SignedCheckpoint } from '#core/log/reading.ts';
import { Button, Code, Facts, Field, Notice, Section } from '../../ui/kit.tsx';
import { countText, Moment } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Copy } from '../copy.tsx';
import { Failure, KeyCaveat, Screen, WithCheckpoint } from '../frame.tsx';
import { type SiteLog, useSite } from '../state.ts';
import { checkpointWords } from './words.ts';

/** The newest checkpoint, to be kept; and one that was kept, held against it. */
export function CheckpointScreen() {
  const words = inLanguage(checkpointWords);
  const { log } = useSite();
  return (
    <Screen name="checkpoint" title={words.title} lead={words.lead}>
      <WithCheckpoint>
        {(checkpoint) =>
          log === undefined ? null : (
            <>
              <Newest key={String(checkpoint.size)} log={log} of={checkpoint} />
              <Compare log={log} newest={checkpoint} />
            </>
          )
        }
      </WithCheckpoint>
    </Screen>
  );
}

function Newest({ log, of }: { log: SiteLog; of: SignedCheckpoint }) {
  const words = inLanguage(checkpointWords);
  const at = useNewestTime(log, of);
  return (
    <Section
      title={words.newest}
      aside={
        <span class="beside">
          <Copy text={of.note} what={words.newest} />
          <Save note={of.note} />
        </span>
      }
    >
      <Facts
        of={[
          [words.log, printable(of.origin)],
          [words.size, countText(Number(of.size))],
          [words.root, <Code key="root">{toBase64(of.root)}</Code>],
          [words.at, at === undefined ? undefined : <Moment key="at" at={at} seconds />],
        ]}
      />
      <pre class="command">{of.note}</pre>
      <KeyCaveat />
    </Section>
  );
}

/** A checkpoint names no time: that of its newest entry, which it proves, says since when it can be. */
function useNewestTime(log: SiteLog, of: SignedCheckpoint): string | undefined {
  const [at, setAt] = useState<string>();
  useEffect(() => {
    if (of.size === 0n) return;
    readProven(log.read, of.size - 1n, of).then(
      ({ bytes }) => setAt(readEntry(bytes).envelope.at),
      // Without it the checkpoint is what it is.
      () => {},
    );
  }, []);
  return at;
}

function Save({ note }: { note: string }) {
  const { save } = inLanguage(checkpointWords);
  const keep = () => {
    const address = URL.createObjectURL(new Blob([note], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'checkpoint.txt';
    link.click();
    URL.revokeObjectURL(address);
  };
  return <Button onClick={keep}>{save}</Button>;
}

type Found = { comparison: Comparison } | { error: unknown };

function Compare({ log, newest }: { log: SiteLog; newest: SignedCheckpoint }) {
  const words = inLanguage(checkpointWords);
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found>();
  const compare = async () => {
    try {
      setFound({ comparison: await compareCheckpoint(log, newest, text) });
    } catch (error) {
      log.forget();
      setFound({ error });
    }
  };
  return (
    <Section title={words.compare}>
      <p>{words.compareSays}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void compare();
        }}
      >
        <Field label={words.kept} hint={words.keptHint}>
          {(its) => (
            <textarea
              {...its}
              rows={6}
              spellcheck={false}
              value={text}
              onInput={({ currentTarget }) => {
                setText(currentTarget.value);
                setFound(undefined);
              }}
            />
          )}
        </Field>
        <Button kind="main" type="submit">
          {words.hold}
        </Button>
      </form>
      <div class="result">
        {found === undefined ? null : 'error' in found ? (
          <Failure error={found.error} again={() => void compare()} />
        ) : (
          <Result of={found.comparison} />
        )}
      </div>
    </Section>
  );
}

const tones = {
  'same-history': 'good',
  'other-history': 'bad',
  ahead: 'bad',
  'other-log': 'warn',
  'not-signed': 'bad',
  'no-checkpoint': 'warn',
} as const satisfies Record<Comparison['is'], string>;

function Result({ of }: { of: Comparison }) {
  const words = inLanguage(checkpointWords).results;
  const { provider } = useSite();
  switch (of.is) {
    case 'same-history':
      return (
        <Notice
          tone={tones[of.is]}
          title={words.same(countText(Number(of.size)), countText(Number(of.since)))}
          alert
        >
          {words.sameSays}
        </Notice>
      );
    case 'other-history':
      return (
        <Notice tone={tones[of.is]} title={words.other} alert>
          <p>{words.otherSays(printable(provider.name))}</p>
        </Notice>
      );
    case 'ahead':
      return (
        <Notice tone={tones[of.is]} title={words.ahead(countText(Number(of.size)))} alert>
          <p>{words.aheadSays}</p>
        </Notice>
      );
    case 'other-log':
      return <Notice tone={tones[of.is]} title={words.otherLog(printable(of.origin))} alert />;
    case 'not-signed':
      return (
        <Notice tone={tones[of.is]} title={words.notSigned} alert>
          <p>{words.notSignedSays}</p>
        </Notice>
      );
    case 'no-checkpoint':
      return <Notice tone={tones[of.is]} title={words.none} alert />;
  }
}
