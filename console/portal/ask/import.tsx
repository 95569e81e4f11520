import { useState } from 'preact/hooks';
import type { Said } from '#client/epoc/said.ts';
import { type ImportWords, saidLine } from '#client/epoc/words.ts';
import { printable } from '#client/printable.ts';
import { loaded } from '../../loaded.ts';
import { Drop } from '../../ui/drop.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Code, Notice, Section } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { loadAgency, usePortal } from '../state/portal.ts';
import { importWords } from '../words/import.ts';
import { askWords } from './words.ts';

type Result =
  | { made: number; said: readonly Said[]; english: ImportWords }
  | { failed: string }
  | { error: unknown };

/** A place for a form that an officer has. @param onMade drafts were kept */
export function Import({ onMade }: { onMade: () => void }) {
  const portal = usePortal();
  const words = inLanguage(askWords).import;
  const [result, setResult] = useState<Result>();
  const take = async (file: File) => {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { terms } = await loadAgency(portal);
      const { name } = portal.provider;
      const at = { name, authority: location.host, now: new Date().toISOString() };
      const { english, madeOf } = await loaded<typeof import('./import.ts')>('[data-part="forms"]');
      const made = madeOf(bytes, { policy: portal.policy, terms }, at);
      if ('failed' in made) return setResult(made);
      const { drafts, said } = made;
      for (const draft of drafts) await portal.kept.keepDraft(crypto.randomUUID(), draft);
      setResult({ made: drafts.length, said, english });
      onMade();
    } catch (error) {
      setResult({ error });
    }
  };
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      <Drop
        says={words.drop}
        choose={words.choose}
        accept=".xml,.json,application/xml,application/json"
        onFile={(file) => void take(file)}
      />
      {result === undefined ? null : 'error' in result ? (
        <Failure error={result.error} />
      ) : 'failed' in result ? (
        <Notice tone="bad" title={words.failed} alert>
          <Code>{result.failed}</Code>
        </Notice>
      ) : (
        <Notice tone={result.made === 0 ? 'warn' : 'good'} title={words.made(result.made)} alert>
          <SaidList of={result.said} english={result.english} />
        </Notice>
      )}
    </Section>
  );
}

/** All that was said of the form, what matters most first. */
function SaidList({ of, english }: { of: readonly Said[]; english: ImportWords }) {
  const words = inLanguage(importWords) ?? english;
  const kinds = ['refused', 'missing', 'open', 'note', 'taken'] as const;
  return (
    <>
      {kinds.map((kind) => {
        const some = of.filter((each) => each.kind === kind);
        return some.length === 0 ? null : (
          <details key={kind} open={kind !== 'taken'}>
            <summary>{words.headings[kind]}</summary>
            <ul>
              {some.map((each, i) => (
                <li key={i}>{printable(saidLine(each, words))}</li>
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}
