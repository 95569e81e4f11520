import { printable } from '#client/printable.ts';

/** HTML and SVG as text in which nothing that came from elsewhere is markup. Only `html` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** Puts texts into markup, escaped, in attributes (which are quoted) and between tags alike. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(fixed.map((text, i) => text + partText(parts[i] ?? '')).join(''));
}

function partText(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escaped(String(part));
}

function escaped(text: string): string {
  const names = new Map([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
    ["'", '&#39;'],
  ]);
  return printable(text).replaceAll(/[&<>"']/g, (character) => names.get(character) ?? '');
}

/** A page that loads nothing, runs nothing and tells nobody where its reader came from. */
export function pageText({ lang, title, style, isUnlisted }: PageHead, main: Markup): string {
  const unlisted = html`<meta name="robots" content="noindex">
`;
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${isUnlisted === true ? unlisted : html``}<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${main}</main>
</body>
</html>
`.text;
}

export interface PageHead {
  lang: string;
  title: string | Markup;
  style: string;
  /** Search engines leave it out. */
  isUnlisted?: true;
}
