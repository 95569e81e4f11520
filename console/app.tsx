import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Case } from './case/case.tsx';
import { Boot } from './first/boot.tsx';
import { firstOf, type OwnKey } from './first/opening.ts';
import { OwnKeyButton } from './first/own-key.tsx';
import { Standing } from './first/standing.tsx';
import { Queue } from './queue/queue.tsx';
import { Watching } from './queue/watching.tsx';
import { Registry } from './registry/registry.tsx';
import { DeskSignSheet } from './sign/desk-sheet.tsx';
import { useStart } from './start.ts';
import { type Desk, DeskContext, openDesk } from './state/desk.ts';
import { PlaceContext } from './state/place.ts';
import { go, hashOf, type Route, route, routeOf } from './state/route.ts';
import { Statistics } from './statistics/statistics.tsx';
import { Help } from './ui/help.tsx';
import { startKeyboard, useShortcuts } from './ui/keyboard.ts';
import { Button } from './ui/kit.tsx';
import { LanguageChoice } from './ui/language.tsx';
import { inLanguage } from './words/lang.ts';
import { shellWords } from './words/shell.ts';

const first = firstOf<Desk>({
  role: 'reviewer',
  database: 'writ-desk',
  home: '#/queue',
  open: openDesk,
  async find(desk) {
    await desk.lines.list(['AwaitingApproval']);
    return desk.me.peek();
  },
  clear: ({ lines }) => lines.clear(),
});

/** The whole page: whoever has no key makes one, and whoever has one is at the desk. */
export function App() {
  useStart((hash) => {
    route.value = routeOf(hash);
  });
  useEffect(startKeyboard, []);
  return <Boot first={first}>{(desk, own) => <Shell desk={desk} own={own} />}</Boot>;
}

const isHelpShown = signal(false);

function Shell({ desk, own }: { desk: Desk; own: OwnKey }) {
  const words = inLanguage(shellWords);
  const places = ['queue', 'registry', 'statistics'] as const;
  useShortcuts([
    { key: '?', says: words.keys.help, run: () => (isHelpShown.value = true) },
    ...places.map((screen, i) => ({
      key: String(i + 1),
      says: words.keys.go(words.screens[screen]),
      run: () => go({ screen }),
    })),
  ]);
  return (
    <PlaceContext.Provider value={desk}>
      <DeskContext.Provider value={desk}>
        {/* A link to a part of the page would be taken for a screen. */}
        <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
          {words.skip}
        </button>
        <header class="bar">
          <span class="name">
            <strong>Writ</strong> <span class="soft">{desk.provider.name}</span>
          </span>
          <nav aria-label={words.nav}>
            {places.map((screen) => (
              <a
                key={screen}
                href={hashOf({ screen })}
                aria-current={isAt(route.value, screen) ? 'page' : undefined}
              >
                {words.screens[screen]}
              </a>
            ))}
          </nav>
          <span class="me">
            <LanguageChoice />
            <OwnKeyButton own={own} me={desk.me.value} usePasskey={first.usePasskey} />
            <Button kind="quiet" onClick={first.lockNow}>
              {words.lock}
            </Button>
          </span>
        </header>
        <Standing />
        <Watching />
        <main id="content" class={`on-${route.value.screen}`} tabIndex={-1}>
          <Screen />
        </main>
        <DeskSignSheet />
        {isHelpShown.value ? <Help onLeave={() => (isHelpShown.value = false)} /> : null}
      </DeskContext.Provider>
    </PlaceContext.Provider>
  );
}

const isAt = (at: Route, screen: string) =>
  at.screen === screen || (at.screen === 'case' && screen === 'queue');

function Screen() {
  const at = route.value;
  switch (at.screen) {
    case 'queue':
      return <Queue />;
    case 'case':
      return <Case key={at.id} id={at.id} />;
    case 'registry':
      return <Registry />;
    case 'statistics':
      return <Statistics />;
  }
}
