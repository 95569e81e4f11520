import type { AskingWords } from '#client/asking/words.ts';
import type { ImportWords } from '#client/epoc/words.ts';
import { type DueWords, dueWords } from '../../case/due-words.ts';
import type { FirstWords } from '../../first/words.ts';
import { type PackageWords, packageWords } from '../../package/words.ts';
import { type SheetWords, sheetWords } from '../../sign/sheet-words.ts';
import { groundWords, partWords } from '../../words/grounds.ts';
import { type ScopeWords, scopeWords } from '../../words/scope.ts';
import type { ShellWords } from '../../words/shell.ts';
import type { Tables } from '../../words/speak.ts';
import { type AskWords, askWords } from '../ask/words.ts';
import { type CollectWords, collectWords } from '../collect/words.ts';
import { type OneWords, oneWords } from '../one/words.ts';
import { type PreservedWords, preservedWords } from '../preservations/words.ts';
import { type RequestsWords, requestsWords } from '../requests/words.ts';
import { type PortalSignWords, portalSignWords } from '../sign/words.ts';
import { askingWords } from './asking.ts';
import { firstWords } from './first.ts';
import { importWords } from './import.ts';
import { type PortalWords, portalWords, shellWords } from './shell.ts';

/** All that the portal says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: ShellWords;
  first: FirstWords;
  portal: PortalWords;
  sheet: SheetWords;
  asking: AskingWords;
  sign: PortalSignWords;
  ask: AskWords;
  due: DueWords;
  scope: ScopeWords;
  grounds: typeof groundWords.en;
  parts: typeof partWords.en;
  requests: RequestsWords;
  one: OneWords;
  collect: CollectWords;
  packages: PackageWords;
  preserved: PreservedWords;
  import: ImportWords | undefined;
}

export const tables: Tables<Translation> = {
  shell: shellWords,
  first: firstWords,
  portal: portalWords,
  sheet: sheetWords,
  asking: askingWords,
  sign: portalSignWords,
  ask: askWords,
  due: dueWords,
  scope: scopeWords,
  grounds: groundWords,
  parts: partWords,
  requests: requestsWords,
  one: oneWords,
  collect: collectWords,
  packages: packageWords,
  preserved: preservedWords,
  import: importWords,
};
