import { madeBy } from '../../package/made-by.ts';
import { ProvePackage } from '../../package/prove.tsx';
import { LanguageChoice } from '../../ui/language.tsx';
import { inLanguage } from '../../words/lang.ts';
import type { Portal } from '../state/portal.ts';
import { hashOf } from '../state/route.ts';
import { portalWords } from '../words/shell.ts';

/** @param portal where it is open: its officer has compared the provider’s keys */
export function Prove({ portal }: { portal: Portal | undefined }) {
  const { log, keys } = portal?.provider ?? {};
  const known =
    log === undefined || keys === undefined ? undefined : { provider: keys, verifierKey: log.verifierKey };
  return <ProvePackage known={known} madeBy={madeBy} />;
}

/** The same for whoever has no key, or has the portal locked. */
export function ProveOutside() {
  const words = inLanguage(portalWords);
  return (
    <>
      <header class="bar">
        <strong>Writ</strong>
        <nav aria-label={words.elsewhere}>
          <a href={hashOf({ screen: 'requests' })}>{words.enter}</a>
        </nav>
        <span class="me">
          <LanguageChoice />
        </span>
      </header>
      <main id="content" tabIndex={-1}>
        <Prove portal={undefined} />
      </main>
    </>
  );
}

/** Below the first screens: a package can be proven without a key. */
export function Beside() {
  const words = inLanguage(portalWords);
  return (
    <footer class="beside">
      <a href={hashOf({ screen: 'prove' })}>{words.proveWithout}</a>
    </footer>
  );
}
