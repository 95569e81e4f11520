import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ExchangeError } from '#client/errors.ts';
import { LogError } from '#core/log/errors.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { Button, Code, Empty, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { hashOf } from './route.ts';
import { useSite } from './state.ts';
import { siteWords } from './words/shell.ts';

/** What every screen has around it: its heading, which names the page too, and its failures. */
export function Screen({
  title,
  lead,
  name,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  /** Of its own class, which its rules are nested under. */
  name: string;
  children: ComponentChildren;
}) {
  const { provider } = useSite();
  useEffect(() => {
    document.title = `${title} – ${provider.name}`;
  }, [title, provider.name]);
  return (
    <div class={`screen ${name}`}>
      <h1>{title}</h1>
      {lead === undefined ? null : <p class="lead">{lead}</p>}
      {children}
    </div>
  );
}

/** What is made of the newest checkpoint; in its place, why there is none that can be believed. */
export function WithCheckpoint({
  children,
}: {
  children: (checkpoint: SignedCheckpoint) => ComponentChildren;
}) {
  const { newest, refresh } = useSite();
  const words = inLanguage(siteWords).log;
  const found = newest.value;
  switch (found.is) {
    case 'proven':
      return <>{children(found.checkpoint)}</>;
    case 'none':
      return <Empty title={words.none} />;
    case 'unread':
      return <Failure error={found.error} again={() => void refresh()} />;
    case 'wrong':
      return (
        <Notice tone="bad" title={found.isOtherHistory ? words.otherHistory : words.wrong} alert>
          <p>
            {words.nothingShown} <Code>{found.code}</Code>
          </p>
        </Notice>
      );
  }
}

/** What went wrong with one call, and a way to try again. What does not verify is told apart from what did not come. */
export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  const words = inLanguage(siteWords);
  const isWrong = error instanceof LogError && error.code !== 'file-missing';
  return (
    <Notice tone="bad" title={isWrong ? words.log.notProven : words.failed} alert>
      <p>
        {isWrong ? `${words.log.nothingShown} ` : null}
        <Code>{codeOf(error)}</Code>
      </p>
      {again === undefined ? null : <Button onClick={again}>{words.again}</Button>}
    </Notice>
  );
}

/** The stable code of an error. */
export function codeOf(error: unknown): string {
  if (error instanceof ExchangeError || error instanceof LogError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Whose word the log's key is: without that, a proof seems to say more than it does. */
export function KeyCaveat() {
  const { keyFrom } = useSite();
  const words = inLanguage(siteWords).key;
  return keyFrom === 'compared' ? (
    <p>{words.compared}</p>
  ) : (
    <p>
      {words.ownWord} <a href={hashOf({ screen: 'prove' })}>{words.compare}</a>
    </p>
  );
}
