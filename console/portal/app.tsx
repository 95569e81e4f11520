import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Boot } from '../first/boot.tsx';
import { firstOf, type OwnKey } from '../first/opening.ts';
import { Standing } from '../first/standing.tsx';
import { useStart } from '../start.ts';
import { PlaceContext } from '../state/place.ts';
import { Help } from '../ui/help.tsx';
import { startKeyboard, useShortcuts } from '../ui/keyboard.ts';
import { Button } from '../ui/kit.tsx';
import { LanguageChoice } from '../ui/language.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { Ask } from './ask/ask.tsx';
import { coversCollection } from './collect/covers.ts';
import { OfficerKey } from './key/key.tsx';
import { OneRequest } from './one/one.tsx';
import { Preservations } from './preservations/list.tsx';
import { Beside, Prove, ProveOutside } from './prove/prove.tsx';
import { RequestList } from './requests/list.tsx';
import { forgetRequests } from './requests/state.ts';
import { Watching } from './requests/watching.tsx';
import { PortalSignSheet } from './sign/portal-sheet.tsx';
import {
  clearPortal,
  loadAgency,
  loadOfficer,
  openPortal,
  type Portal,
  PortalContext,
} from './state/portal.ts';
import { go, hashOf, type Route, route, routeOf } from './state/route.ts';
import { portalWords } from './words/shell.ts';

const first = firstOf<Portal>({
  role: 'agency',
  database: 'writ-portal',
  home: '#/requests',
  open: openPortal,
  async find(portal) {
    await loadAgency(portal);
    // The log may be behind the registry for a moment: then it is asked again later.
    return loadOfficer(portal).catch(() => undefined);
  },
  clear(portal) {
    clearPortal(portal);
    forgetRequests(portal);
  },
  covers: coversCollection,
});

/** The whole page: whoever has no keys makes them, and whoever is enrolled is at their agency's requests. */
export function App() {
  useStart((hash) => {
    route.value = routeOf(hash);
  });
  useEffect(startKeyboard, []);
  const isOpen = first.stage.value.is === 'open';
  // It needs no key and no network, so it waits for neither.
  if (!isOpen && route.value.screen === 'prove') return <ProveOutside />;
  return (
    <>
      <Boot first={first}>{(portal, own) => <Shell portal={portal} own={own} />}</Boot>
      {isOpen ? null : <Beside />}
    </>
  );
}

const isHelpShown = signal(false);
const places = ['requests', 'preservations', 'prove', 'key'] as const;

function Shell({ portal, own }: { portal: Portal; own: OwnKey }) {
  const shared = inLanguage(shellWords);
  const words = inLanguage(portalWords);
  useShortcuts([
    { key: '?', says: shared.keys.help, run: () => (isHelpShown.value = true) },
    { key: 'n', says: words.ask, run: () => go({ screen: 'new' }) },
    ...places.map((screen, i) => ({
      key: String(i + 1),
      says: shared.keys.go(words.screens[screen]),
      run: () => go({ screen }),
    })),
  ]);
  // Where it cannot be had now, the screens that need it say so.
  useEffect(() => {
    void loadAgency(portal).catch(() => {});
    if (portal.officer.peek() === undefined) void loadOfficer(portal).catch(() => {});
  }, [portal]);
  const { agency, officer } = portal;
  return (
    <PlaceContext.Provider value={portal}>
      <PortalContext.Provider value={portal}>
        <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
          {shared.skip}
        </button>
        <header class="bar">
          <span class="name">
            <strong>Writ</strong> <span class="soft">{portal.provider.name}</span>
          </span>
          <nav aria-label={shared.nav}>
            {places.map((screen) => (
              <a
                key={screen}
                href={hashOf({ screen })}
                aria-current={isAt(route.value, screen) ? 'page' : undefined}
              >
                {words.screens[screen]}
              </a>
            ))}
            <a
              class="ask"
              href={hashOf({ screen: 'new' })}
              aria-current={route.value.screen === 'new' ? 'page' : undefined}
            >
              {words.ask}
            </a>
          </nav>
          <span class="me">
            {agency.value === undefined ? null : (
              <span class="soft">
                {agency.value.name}
                {officer.value === undefined ? null : ` · ${officer.value}`}
              </span>
            )}
            <LanguageChoice />
            <Button kind="quiet" onClick={first.lockNow}>
              {shared.lock}
            </Button>
          </span>
        </header>
        <Standing />
        <Watching />
        <main id="content" class={`on-${route.value.screen}`} tabIndex={-1}>
          <Screen own={own} portal={portal} />
        </main>
        <PortalSignSheet />
        {isHelpShown.value ? <Help onLeave={() => (isHelpShown.value = false)} /> : null}
      </PortalContext.Provider>
    </PlaceContext.Provider>
  );
}

const isAt = (at: Route, screen: string) =>
  at.screen === screen || (at.screen === 'request' && screen === 'requests');

function Screen({ own, portal }: { own: OwnKey; portal: Portal }) {
  const at = route.value;
  switch (at.screen) {
    case 'requests':
      return <RequestList />;
    case 'request':
      return <OneRequest key={at.id} id={at.id} />;
    case 'new':
      return <Ask key={at.draft} draft={at.draft} />;
    case 'preservations':
      return <Preservations />;
    case 'prove':
      return <Prove portal={portal} />;
    case 'key':
      return <OfficerKey own={own} usePasskey={first.usePasskey} />;
  }
}
