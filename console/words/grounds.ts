import { partTexts } from '#client/information-words.ts';
import { groundTexts } from '#client/package/ground-words.ts';
import type { Ground } from '#core/cases/grounds.ts';
import type { InformationNeeded } from '#core/cases/messages.ts';
import { words } from './lang.ts';

/** Why a request, or a part of it, is not answered. */
export const groundWords = words<Record<Ground, string>>(groundTexts);

/** What the desk asks an agency about. */
export const partWords = words<Record<InformationNeeded, string>>(partTexts);
