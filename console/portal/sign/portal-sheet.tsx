import type { RouteCall } from '#client/route-call.ts';
import { type Shown, SignSheet } from '../../sign/sheet.tsx';
import { inLanguage } from '../../words/lang.ts';
import { type Portal, usePortal } from '../state/portal.ts';
import { readCall } from './reading.ts';
import { factsOf, partsOf } from './sentences.ts';
import { portalSignWords } from './words.ts';

/** What an officer is about to sign. */
export function PortalSignSheet() {
  const portal = usePortal();
  return <SignSheet show={(call) => shownOf(call, portal)} />;
}

function shownOf(call: RouteCall, { agency, decrypts }: Portal): Shown {
  const words = inLanguage(portalSignWords);
  const { act, lasting, refused } = readCall(call, { agency: agency.value, decrypts: decrypts?.keyId });
  if (act === undefined) return { refused: words.refused[refused] };
  return { parts: partsOf(act), facts: factsOf(act), lasting };
}
