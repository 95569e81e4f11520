import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Place } from '../state/place.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { Frame } from './frame.tsx';
import { Locked } from './locked.tsx';
import type { First, OwnKey } from './opening.ts';
import { ProviderChanged } from './provider-changed.tsx';
import { EnrolmentSheet } from './sheet.tsx';
import { Welcome } from './welcome.tsx';

/** What stands before the page, and the page once it is open. */
export function Boot<P extends Place>({
  first,
  children,
}: {
  first: First<P>;
  children: (place: P, own: OwnKey) => ComponentChildren;
}) {
  const { stage, start, check, forget, goOn, lookAtProvider, make, takeProvider, unlock, watchLock } = first;
  useEffect(() => {
    void start();
    // Another link of `writ bridge`, opened in this page.
    const follow = () => {
      if (location.hash.startsWith('#pair=')) void start();
    };
    addEventListener('hashchange', follow);
    const stop = watchLock();
    return () => {
      removeEventListener('hashchange', follow);
      stop();
    };
  }, []);
  const at = stage.value;
  const words = inLanguage(shellWords);
  useEffect(() => {
    if (at.is !== 'open') return;
    return at.place.connection.subscribe(({ is }) => {
      if (is === 'not-believed') void lookAtProvider();
    });
  }, [at]);
  switch (at.is) {
    case 'opening':
      return (
        <Frame title="Writ">
          <Loading>{words.opening}</Loading>
        </Frame>
      );
    case 'failed':
      return (
        <Frame title="Writ">
          <Failure error={at.error} again={() => void start()} />
        </Frame>
      );
    case 'welcome':
      return (
        <Welcome
          provider={at.provider}
          thumbprint={at.thumbprint}
          isBridged={at.isBridged}
          onMake={(name) => void make(name)}
          onGoOn={() => void goOn()}
        />
      );
    case 'sheet':
      return (
        <EnrolmentSheet
          sheet={at.sheet}
          standing={at.standing}
          isSent={at.isSent}
          onCheck={() => void check()}
          onForget={() => void forget()}
        />
      );
    case 'locked':
      return (
        <Locked name={at.name} way={at.way} isFailed={at.isFailed} onUnlock={(typed) => void unlock(typed)} />
      );
    case 'changed':
      return <ProviderChanged known={at.known} now={at.now} onTake={() => void takeProvider()} />;
    case 'open':
      return <>{children(at.place, at.own)}</>;
  }
}
