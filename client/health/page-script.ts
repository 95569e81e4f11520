/**
 * What keeps the page fresh: it asks for itself again and puts in what changed, so that whoever reads it stays where they
 * are. While it cannot be read, the page says so beside what it shows.
 */
export const script = `
'use strict';
const every = Number(document.body.dataset.every);
const stale = document.getElementById('stale');
async function again() {
  try {
    const answer = await fetch(location.pathname, { cache: 'no-store', redirect: 'error' });
    if (!answer.ok) throw new Error();
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['said', 'read', 'findings']) {
      const [old, fresh] = [document, next].map((page) => page.getElementById(id));
      if (old.className !== fresh.className) old.className = fresh.className;
      if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    }
    document.title = next.title;
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
  setTimeout(again, every);
}
setTimeout(again, every);
`;
