import { type Draft, emptyDraft } from './draft.ts';

/** What was begun and has nothing in it yet: it is kept in the browser from its first change on. */
const begun = new Map<string, Draft['what']>();

/** @returns the id of a new draft */
export function begin(what: Draft['what']): string {
  const id = crypto.randomUUID();
  begun.set(id, what);
  return id;
}

export function begunAs(id: string): Draft | undefined {
  const what = begun.get(id);
  return what === undefined ? undefined : emptyDraft(what);
}
