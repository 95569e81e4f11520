import { useEffect, useState } from 'preact/hooks';
import { foldOf } from '#client/log/fold.ts';
import { addressOf } from '#client/log/log.ts';
import { printable, printableJson } from '#client/printable.ts';
import { toBase64, toHex } from '#core/bytes.ts';
import { parseJson } from '#core/json.ts';
import { type EntryRead, readEntry } from '#core/log/entry.ts';
import { type ProvenEntry, readProven, type SignedCheckpoint } from '#core/log/reading.ts';
import { tileAt, tilePath } from '#core/log/tiles.ts';
import { Code, Empty, Facts, Loading, Notice, Section } from '../../ui/kit.tsx';
import { countText, Moment } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Copy } from '../copy.tsx';
import { Failure, KeyCaveat, Screen, WithCheckpoint } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { type SiteLog, useSite } from '../state.ts';
import { siteWords } from '../words/shell.ts';
import { KindName, sentence } from './entries.tsx';
import { logWords } from './words.ts';

/** One entry: what it says in a sentence and as it is, and the proof that the log has it, computed here. */
export function EntryScreen({ index }: { index: bigint }) {
  const words = inLanguage(logWords);
  const { log } = useSite();
  return (
    <Screen name="log" title={words.entry.title(String(index))}>
      <WithCheckpoint>
        {(checkpoint) =>
          log === undefined ? null : index >= checkpoint.size ? (
            <Empty title={words.entry.beyond(countText(Number(checkpoint.size)))} />
          ) : (
            <One key={String(checkpoint.size)} log={log} of={checkpoint} index={index} />
          )
        }
      </WithCheckpoint>
    </Screen>
  );
}

type Found = { proven: ProvenEntry; read: EntryRead } | { error: unknown };

function One({ log, of, index }: { log: SiteLog; of: SignedCheckpoint; index: bigint }) {
  const [found, setFound] = useState<Found>();
  const look = async () => {
    if (found !== undefined) log.forget();
    setFound(undefined);
    setFound(await provenOne(log, of, index));
  };
  useEffect(() => void look(), []);
  if (found === undefined) return <Loading>{inLanguage(siteWords).loading}</Loading>;
  if ('error' in found) return <Failure error={found.error} again={() => void look()} />;
  return <Proven {...found} of={of} />;
}

async function provenOne({ read }: SiteLog, of: SignedCheckpoint, index: bigint): Promise<Found> {
  try {
    const proven = await readProven(read, index, of);
    return { proven, read: readEntry(proven.bytes) };
  } catch (error) {
    return { error };
  }
}

function Proven({
  proven: { index, bytes, proof },
  read,
  of,
}: {
  proven: ProvenEntry;
  read: EntryRead;
  of: SignedCheckpoint;
}) {
  const { url } = useSite();
  const words = inLanguage(logWords).entry;
  const { envelope } = read;
  const file = addressOf(`${url}/v1`, `log/${tilePath(tileAt('entries', index, of.size))}`);
  const text = new TextDecoder().decode(bytes);
  return (
    <>
      <p class="sentence">{sentence(read)}</p>
      <Notice tone="good" title={words.proven}>
        <p>{words.provenSays(countText(Number(of.size)))}</p>
        <KeyCaveat />
      </Notice>
      <Facts
        of={[
          [words.facts.index, String(index)],
          [words.facts.at, <Moment key="at" at={envelope.at} seconds />],
          [
            words.facts.kind,
            <>
              <KindName of={envelope.kind} /> <Code>{printable(envelope.kind)}</Code>
            </>,
          ],
          [
            words.facts.stream,
            <a key="stream" href={hashOf({ screen: 'stream', stream: envelope.stream })}>
              {printable(envelope.stream)}
            </a>,
          ],
          [words.facts.place, words.place(countText(envelope.n))],
          [
            words.facts.previous,
            envelope.previous === undefined ? undefined : <Code key="previous">{envelope.previous}</Code>,
          ],
          [
            words.facts.file,
            <a key="file" href={file}>
              {file}
            </a>,
          ],
        ]}
      />
      <p class="beside ways">
        {index === 0n ? null : <a href={hashOf({ screen: 'entry', index: index - 1n })}>{words.before}</a>}
        {index + 1n >= of.size ? null : (
          <a href={hashOf({ screen: 'entry', index: index + 1n })}>{words.after}</a>
        )}
        <Copy
          text={`${url}/v1/${hashOf({ screen: 'entry', index })}`}
          what={words.permalink}
          says={words.permalink}
        />
      </p>
      <Section title={words.says} aside={<Copy text={text} what={words.says} />}>
        <p class="soft">{words.saysNote}</p>
        <pre class="command">{shownJson(bytes, text)}</pre>
      </Section>
      <Fold index={index} bytes={bytes} proof={proof} of={of} />
    </>
  );
}

/** On several lines; as it is, where another reader of JSON might read something else in it. */
function shownJson(bytes: Uint8Array, text: string): string {
  try {
    return printableJson(parseJson(bytes), 2);
  } catch {
    return printable(text);
  }
}

function Fold({ index, bytes, proof, of }: ProvenEntry & { of: SignedCheckpoint }) {
  const words = inLanguage(logWords).entry;
  const { leaf, steps } = foldOf(index, of.size, bytes, proof);
  return (
    <Section title={words.proof}>
      <p class="soft">{words.proofSays}</p>
      <ol class="fold">
        <li>
          <span>{words.leaf}</span>
          <code>{toHex(leaf)}</code>
        </li>
        {steps.map(({ sibling, side, node }, i) => (
          <li key={i}>
            <span>{side === 'left' ? words.left : words.right}</span>
            <code class="soft">{toHex(sibling)}</code>
            <code>{toHex(node)}</code>
          </li>
        ))}
      </ol>
      <Facts
        of={[
          [words.root, <Code key="root">{toHex(of.root)}</Code>],
          [words.signedRoot, <Code key="signed">{toBase64(of.root)}</Code>],
          [words.signed, printable(of.origin)],
        ]}
      />
      <pre class="command">{of.note}</pre>
    </Section>
  );
}
