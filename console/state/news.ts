/** What happened while a page was open, and nobody has looked at: by ids, which never leave the page. */
export interface News {
  unseen: ReadonlySet<string>;
}

/** @param id absent: all of them */
export function seen<Some extends News>(news: Some, id?: string): Some {
  const unseen = id === undefined ? [] : [...news.unseen].filter((each) => each !== id);
  return { ...news, unseen: new Set(unseen) };
}

/** What the window is called: a count, and never which. */
export const titleOf = ({ unseen }: News): string => (unseen.size === 0 ? 'Writ' : `(${unseen.size}) Writ`);
