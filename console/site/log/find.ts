import { entryKinds, kinds, type StreamName, streamNames } from '#core/log/kinds.ts';
import type { Route } from '../route.ts';

/** What somebody types: the number of an entry, the id of a case, or the name of a stream. */
export function soughtIn(text: string): Route | undefined {
  if (/^\d{1,18}$/.test(text)) return { screen: 'entry', index: BigInt(text) };
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))
    return { screen: 'stream', stream: `case/${text}` };
  const isName = Object.values(streamNames).some((name) =>
    name.endsWith('/') ? text.startsWith(name) && text !== name : text === name,
  );
  return isName && /^[\w./:+-]{1,200}$/.test(text) ? { screen: 'stream', stream: text } : undefined;
}

/** The kinds by whose history they stand in. */
export const sorts = Object.keys(streamNames)
  .filter((name): name is StreamName => Object.hasOwn(streamNames, name))
  .map((sort) => ({ sort, kinds: kinds.filter((kind) => entryKinds[kind].stream === sort) }));
