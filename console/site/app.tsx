import { useEffect, useRef } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { useStart } from '../start.ts';
import { Loading } from '../ui/kit.tsx';
import { LanguageChoice } from '../ui/language.tsx';
import { inLanguage } from '../words/lang.ts';
import { CheckpointScreen } from './checkpoint/checkpoint.tsx';
import { recallKey } from './compared-key.ts';
import { Failure } from './frame.tsx';
import { Home } from './home/home.tsx';
import { takeCode } from './letter/address.ts';
import { Letter } from './letter/letter.tsx';
import { DayScreen } from './log/day.tsx';
import { EntryScreen } from './log/entry.tsx';
import { LogScreen } from './log/log.tsx';
import { StreamScreen } from './log/stream.tsx';
import { Prove } from './prove/prove.tsx';
import { Report } from './report/report.tsx';
import { hashOf, type Route, route, routeOf } from './route.ts';
import { open, opened, type Site, SiteContext } from './state.ts';
import { siteWords } from './words/shell.ts';

/** The whole page. It has no key and no session: all that it calls is open to everybody. */
export function App() {
  useStart(() => {
    takeCode();
    route.value = routeOf(location.hash);
  });
  useEffect(() => {
    recallKey();
    void open(location.origin);
  }, []);
  const words = inLanguage(siteWords);
  const found = opened.value;
  return (
    <>
      {/* A link to a part of the page would be taken for a screen. */}
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words.skip}
      </button>
      <header class="bar">
        <a class="name" href={hashOf({ screen: 'home' })}>
          <strong>Writ</strong>{' '}
          {found.is === 'open' ? <span class="soft">{printable(found.site.provider.name)}</span> : null}
        </a>
        <Navigation />
        <span class="me">
          <LanguageChoice />
        </span>
      </header>
      <Content />
      {found.is === 'open' ? <Footer site={found.site} /> : null}
    </>
  );
}

const places = ['home', 'report', 'log', 'checkpoint', 'letter', 'prove'] as const;

function Navigation() {
  const words = inLanguage(siteWords);
  const at = placeOf(route.value);
  return (
    <nav aria-label={words.nav}>
      {places.map((screen) => (
        <a key={screen} href={hashOf({ screen })} aria-current={at === screen ? 'page' : undefined}>
          {words.screens[screen]}
        </a>
      ))}
    </nav>
  );
}

const placeOf = ({ screen }: Route): (typeof places)[number] =>
  screen === 'day' || screen === 'entry' || screen === 'stream' ? 'log' : screen;

function Content() {
  const ref = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const found = opened.value;
  const words = inLanguage(siteWords);
  const at = hashOf(route.value);
  // Whoever follows a link reads from the new screen's top, with the eyes and with a screen reader alike.
  useEffect(() => {
    if (!isFirst.current) {
      ref.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [at]);
  return (
    <main id="content" tabIndex={-1} ref={ref}>
      {found.is === 'opening' ? <Loading>{words.opening}</Loading> : null}
      {found.is === 'failed' ? (
        <>
          <h1>{words.title}</h1>
          <Failure error={found.error} again={() => void open(location.origin)} />
        </>
      ) : null}
      {found.is === 'open' ? (
        <SiteContext.Provider value={found.site}>
          <Shown at={route.value} />
        </SiteContext.Provider>
      ) : null}
    </main>
  );
}

function Shown({ at }: { at: Route }) {
  switch (at.screen) {
    case 'home':
      return <Home />;
    case 'log':
      return <LogScreen key={at.kind} kind={at.kind} />;
    case 'day':
      return <DayScreen key={`${at.day} ${at.kind}`} day={at.day} kind={at.kind} />;
    case 'stream':
      return <StreamScreen key={at.stream} stream={at.stream} />;
    case 'entry':
      return <EntryScreen key={String(at.index)} index={at.index} />;
    case 'checkpoint':
      return <CheckpointScreen />;
    case 'prove':
      return <Prove />;
    case 'report':
      return <Report year={at.year} />;
    case 'letter':
      return <Letter />;
  }
}

function Footer({ site: { provider } }: { site: Site }) {
  const words = inLanguage(siteWords).footer;
  return (
    <footer class="foot">
      <p>{words.keeps}</p>
      <p>
        <a href="/v1/portal">{words.portal}</a> <a href="/v1/console">{words.console}</a>{' '}
        <a href="/v1/log/feed">{words.feed}</a> <a href="/v1/openapi.json">{words.api}</a>
        {provider.version === undefined ? null : (
          <span class="soft"> Writ {printable(provider.version)}</span>
        )}
      </p>
    </footer>
  );
}
