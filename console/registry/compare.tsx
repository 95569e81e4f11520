import { useEffect, useState } from 'preact/hooks';
import { EnrolmentError, type NewKey, newKeys } from '#client/enrolment.ts';
import { hexOf, wordsOf } from '#client/thumbprint.ts';
import type { Proposal } from '#core/registry/change.ts';
import { useDesk } from '../state/desk.ts';
import { Code, Field, Notice } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { type Expected, heard } from './compare.ts';
import { registryOf, withMember } from './state.ts';
import { registryWords } from './words.ts';

/** The keys that a proposal would enrol: `undefined` while they are read, `refused` where one is none. */
export function useNewKeys(proposal: Proposal | undefined): readonly NewKey[] | 'refused' | undefined {
  const [found, setFound] = useState<{ of: Proposal; keys: readonly NewKey[] | 'refused' }>();
  useEffect(() => {
    if (proposal === undefined) return;
    let isCurrent = true;
    newKeys(proposal).then(
      (keys) => isCurrent && setFound({ of: proposal, keys }),
      (error: unknown) => {
        if (!(error instanceof EnrolmentError)) throw error;
        if (isCurrent) setFound({ of: proposal, keys: 'refused' });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [proposal]);
  return found?.of === proposal ? found?.keys : undefined;
}

function useExpected(thumbprint: string): Expected | undefined {
  const [expected, setExpected] = useState<Expected>();
  useEffect(() => {
    void wordsOf(thumbprint).then((words) => setExpected({ thumbprint, words, hex: hexOf(thumbprint) }));
  }, [thumbprint]);
  return expected?.thumbprint === thumbprint ? expected : undefined;
}

/** A field for what is heard of each key. What a key's words are is shown once what was typed matches, and not before. */
export function Compare({ keys, level }: { keys: readonly NewKey[] | 'refused'; level: 2 | 3 }) {
  const Heading = `h${level}` as const;
  const words = inLanguage(registryWords).compare;
  if (keys === 'refused') return <Notice tone="bad" title={words.unknownKey} alert />;
  if (keys.length === 0) return null;
  return (
    <section class="compare" aria-label={words.title}>
      <Heading>{words.title}</Heading>
      <p class="soft">{words.intro}</p>
      {keys.map((key) => (
        <CompareKey key={`${key.is}${key.thumbprint}`} of={key} />
      ))}
    </section>
  );
}

function CompareKey({ of }: { of: NewKey }) {
  const words = inLanguage(registryWords).compare;
  const { compared } = registryOf(useDesk());
  const expected = useExpected(of.thumbprint);
  const [typed, setTyped] = useState('');
  const isKnown = compared.value.has(of.thumbprint);
  const outcome = isKnown ? 'matches' : expected === undefined ? 'nothing' : heard(typed, expected);
  const look = (text: string) => {
    setTyped(text);
    if (expected !== undefined && heard(text, expected) === 'matches')
      compared.value = withMember(compared.peek(), of.thumbprint);
  };
  return (
    <div class={`key-heard ${outcome}`}>
      <Field
        label={words.field(words.whose(of))}
        hint={words.hint}
        error={outcome === 'differs' ? words.outcome.differs : undefined}
      >
        {(props) => (
          <input
            {...props}
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed}
            readOnly={isKnown}
            onInput={({ currentTarget }) => look(currentTarget.value)}
          />
        )}
      </Field>
      <p class="outcome" role="status">
        {outcome === 'differs' ? null : words.outcome[outcome]}
      </p>
      {outcome === 'matches' ? <WholeThumbprint of={of.thumbprint} /> : null}
    </div>
  );
}

/** The whole of a thumbprint: its words and digits, and as commands take it. */
export function WholeThumbprint({ of }: { of: string }) {
  const words = inLanguage(registryWords).compare;
  return (
    <>
      <Thumbprint of={of} label={words.words} />
      <p class="whole">
        {words.thumbprint}: <Code>{of}</Code>
      </p>
    </>
  );
}
