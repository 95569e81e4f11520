import { useEffect, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { Failure } from '../../ui/failure.tsx';
import { Button, Notice, Section } from '../../ui/kit.tsx';
import { momentTexts } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import type { KeptDraft } from '../state/kept.ts';
import { usePortal } from '../state/portal.ts';
import { go } from '../state/route.ts';
import { begin } from './begun.ts';
import { Import } from './import.tsx';
import { askWords } from './words.ts';

/** What can be begun, and what was begun before. */
export function Start({ isGone }: { isGone: boolean }) {
  const { kept } = usePortal();
  const words = inLanguage(askWords).start;
  const [drafts, setDrafts] = useState<readonly KeptDraft[]>();
  const [error, setError] = useState<unknown>();
  const load = () => void kept.drafts().then(setDrafts, setError);
  useEffect(load, [kept]);
  return (
    <div class="column">
      <h1>{words.title}</h1>
      {isGone ? <Notice tone="warn" title={words.gone} alert /> : null}
      {error === undefined ? null : <Failure error={error} again={load} />}
      {(['request', 'preservation'] as const).map((what) => (
        <Section key={what} title={words[what].title}>
          <p>{words[what].says}</p>
          <Button
            kind={what === 'request' ? 'main' : 'plain'}
            onClick={() => go({ screen: 'new', draft: begin(what) })}
          >
            {words[what].button}
          </Button>
        </Section>
      ))}
      <Import onMade={load} />
      <Section title={words.drafts}>
        <p class="soft">{words.draftsSay}</p>
        {drafts === undefined ? null : drafts.length === 0 ? (
          <p>{words.noDrafts}</p>
        ) : (
          <ul class="drafts">
            {drafts.map((each) => (
              <DraftLine
                key={each.id}
                of={each}
                onRemove={() => void kept.removeDraft(each.id).then(load, setError)}
              />
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function DraftLine({ of: { id, at, draft }, onRemove }: { of: KeptDraft; onRemove: () => void }) {
  const all = inLanguage(askWords);
  const words = all.start;
  const [isSure, setSure] = useState(false);
  const name = draft.reference.trim() === '' ? words.untitled : printable(draft.reference.trim());
  return (
    <li>
      <a href={`#/new/${id}`} aria-label={words.resume(name)}>
        {name}
      </a>{' '}
      <span class="soft">
        {all.title[draft.what]}, {words.changed(momentTexts(at).own)}
      </span>{' '}
      <Button kind="quiet" aria-label={words.remove(name)} onClick={() => setSure(true)}>
        ✕
      </Button>
      {isSure ? (
        <Notice tone="bad" title={words.removeSure(name)} alert>
          <p class="actions">
            <Button kind="danger" onClick={onRemove}>
              {words.remove(name)}
            </Button>
            <Button onClick={() => setSure(false)}>{words.keep}</Button>
          </p>
        </Notice>
      ) : null}
    </li>
  );
}
