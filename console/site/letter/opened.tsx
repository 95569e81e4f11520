import { useEffect, useRef } from 'preact/hooks';
import { complaints, factsOf, whyNow } from '#client/notice/facts.ts';
import { printable } from '#client/printable.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { Button, Facts, Notice, Section } from '../../ui/kit.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { sentence } from '../log/entries.tsx';
import { hashOf } from '../route.ts';
import { useSite } from '../state.ts';
import { approvers, decisionsOf } from './decisions.ts';
import type { OpenLetter } from './reading.ts';
import { letterScreenWords, letterWords } from './words.ts';

/** A letter that opened, and that the log says: in plain words, to read and to print. */
export function OpenedLetter({ letter, onClose }: { letter: OpenLetter; onClose: () => void }) {
  const { file, committed } = letter;
  const words = inLanguage(letterScreenWords);
  const its = inLanguage(letterWords);
  const top = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone.
  useEffect(() => {
    top.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <div ref={top} tabIndex={-1} class="opened">
      <p class="lead">{printable(words.about(file.agency.name, file.provider))}</p>
      <p>{its.meaning}</p>
      <Notice tone="good" title={words.proven}>
        <p>{words.provenSays(countText(Number(committed)))}</p>
      </Notice>
      <p class="acts">
        <Button onClick={() => print()}>{words.print}</Button>{' '}
        <Button onClick={onClose}>{words.close}</Button>
      </p>
      <Section title={its.headings.facts}>
        <Facts of={factsOf(file, its).map(([name, value]) => [name, printable(value)] as const)} />
      </Section>
      <Decided letter={letter} />
      <Section title={its.headings.why}>
        {whyNow(file, its).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Section>
      <Section title={its.headings.complain}>
        {complaints(file, its).map((text) => (
          <p key={text}>{printable(text)}</p>
        ))}
      </Section>
      <Steps letter={letter} />
      <Proven />
    </div>
  );
}

function Decided({ letter: { entries, file } }: { letter: OpenLetter }) {
  const words = inLanguage(letterScreenWords);
  const decisions = decisionsOf(entries);
  return (
    <Section title={words.decided}>
      <p>{words.decidedSays(approvers(decisions), file.priority === 'Emergency')}</p>
      <ul class="decisions">
        {decisions.map(({ at, index, who, did }) => (
          <li key={String(index)}>
            <Moment at={at} short /> – {words.person(who)} {words.did[did]}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Steps({ letter: { entries, later } }: { letter: OpenLetter }) {
  const words = inLanguage(letterScreenWords);
  return (
    <Section title={words.steps}>
      <p class="soft">{words.stepsSay}</p>
      <ol class="steps">
        {entries.map((placed) => (
          <li key={String(placed.index)}>
            <p class="when soft">
              <Moment at={placed.envelope.at} short />
            </p>
            <p>
              {sentence(placed)} {/* Another screen would close the letter, whose code is long. */}
              <a
                class="soft"
                href={hashOf({ screen: 'entry', index: placed.index })}
                target="_blank"
                rel="noopener"
              >
                {words.entry(countText(Number(placed.index)))}
              </a>
            </p>
          </li>
        ))}
      </ol>
      {later.is === 'looking' ? (
        <p class="soft later">{words.later(countText(later.read), countText(later.of))}</p>
      ) : null}
      {later.is === 'failed' ? <p class="soft">{words.laterFailed}</p> : null}
    </Section>
  );
}

function Proven() {
  const { log, url } = useSite();
  const words = inLanguage(letterScreenWords);
  const { what } = words;
  return (
    <Section title={what.title}>
      <p>{what.log}</p>
      <p>{what.byLog}</p>
      <ul>
        {what.logSays.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p>{what.byProvider}</p>
      <ul>
        {what.providerSays.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {log === undefined ? null : (
        <div class="elsewhere">
          <p>{words.elsewhere}</p>
          <pre class="command">{`npx writ notice open CODE --url ${url}/v1 --key ${formatVerifierKey(log.key)}`}</pre>
        </div>
      )}
    </Section>
  );
}
