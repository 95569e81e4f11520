import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { showAgency } from '#client/agency.ts';
import { showRecipient } from '#client/recipient.ts';
import type { KeyPair } from '#client/webcrypto.ts';
import type { AgencyView } from '#core/registry/terms.ts';
import type { StoredKey } from '../../keys/store.ts';
import { ask } from '../../state/connection.ts';
import { type Opening, openPlace, type Place } from '../../state/place.ts';
import { type Kept, keptIn } from './kept.ts';
import { openKept } from './kept-db.ts';
import { forgetNames } from './names.ts';

/** The portal as one officer has it open: their keys, their session with the provider, and their agency. */
export interface Portal extends Place {
  /** Their agency and its terms, once they were asked for. */
  agency: Signal<AgencyView | undefined>;
  /** What the provider calls the officer, once it has said so. */
  officer: Signal<string | undefined>;
  /** The key that answers are encrypted to, which is in this browser; undefined where a bridge signs, which decrypts nothing. */
  decrypts: { keyId: string; pair: KeyPair } | undefined;
  /** What is kept in this browser, encrypted: drafts, and what was sent. */
  kept: Kept;
}

export async function openPortal(opening: Opening, key: StoredKey | undefined): Promise<Portal> {
  const place = await openPlace(opening);
  const { encryption } = key ?? {};
  const owner = opening.key.keyId;
  const isUnlocked = () => opening.lock.isUnlocked();
  return {
    ...place,
    agency: signal(undefined),
    officer: signal(key?.holder),
    decrypts: encryption && { keyId: encryption.keyId, pair: encryption },
    kept: keptIn({ port: await openKept(), owner, decrypts: encryption, isUnlocked }),
  };
}

/** Asks for the agency and its terms, where they are not here yet. @throws as the call */
export async function loadAgency(portal: Portal): Promise<AgencyView> {
  const known = portal.agency.peek();
  if (known !== undefined) return known;
  const agency = await ask(portal, showAgency);
  portal.agency.value = agency;
  return agency;
}

/** Asks what the provider calls the officer: it says so with the key that their answers are encrypted to. @throws as the call */
export async function loadOfficer(portal: Portal): Promise<string> {
  const { officer } = await ask(portal, showRecipient);
  portal.officer.value = officer;
  return officer;
}

/** Drops what is known of requests: the portal is locked. */
export function clearPortal(portal: Portal): void {
  portal.agency.value = undefined;
  forgetNames();
}

export const PortalContext = createContext<Portal | undefined>(undefined);

/** The portal that a view stands in. */
export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (portal === undefined) throw new Error('this view stands outside of a portal');
  return portal;
}
