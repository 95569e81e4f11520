/** `fetch` as a page of this origin does it: a browser says where the page is from, and Node does not. */
export const fetchingAs =
  (origin: string): typeof fetch =>
  (url, options = {}) =>
    fetch(url, { ...options, headers: { ...Object.fromEntries(new Headers(options.headers)), origin } });
