import type { First, OwnKey } from '../../first/opening.ts';
import { OwnKeyDetails } from '../../first/own-key.tsx';
import { firstWords } from '../../first/words.ts';
import type { Place } from '../../state/place.ts';
import { inLanguage } from '../../words/lang.ts';
import { usePortal } from '../state/portal.ts';

/** The officer's keys: what to compare by telephone, and what becomes of them. */
export function OfficerKey({ own, usePasskey }: { own: OwnKey; usePasskey: First<Place>['usePasskey'] }) {
  const { officer } = usePortal();
  return (
    <div class="column">
      <h1>{inLanguage(firstWords).own.title}</h1>
      <OwnKeyDetails own={own} me={officer.value} usePasskey={usePasskey} page="portal" />
    </div>
  );
}
