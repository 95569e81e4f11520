import { html, type Markup, pageText } from '../report/markup.ts';
import type { Letter, Section } from './letter.ts';

/**
 * The letter as a page to be printed on A4 or read at 320 pixels. It loads nothing, runs nothing and has no colours of its
 * own: whoever mails it puts their letterhead on it.
 */
const style = `
:root{color-scheme:light dark}
body{margin:0;font:1rem/1.5 Georgia,"Times New Roman",serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.05rem;margin:1.6rem 0 .3rem;break-after:avoid}
p{margin:.5rem 0;orphans:3;widows:3}
dl{margin:.5rem 0}
dt{font-weight:bold;margin-top:.4rem}
dd{margin:0}
dd,p{overflow-wrap:anywhere}
.typed{font:1.05rem/1.5 ui-monospace,Menlo,Consolas,monospace;border:1px solid;padding:.5rem .7rem;break-inside:avoid}
.typed.code{font-size:1.25rem;letter-spacing:.02em}
@media (min-width:34rem){dl{display:grid;grid-template-columns:9rem 1fr;gap:.35rem 1rem}dt{margin:0}}
@page{size:A4;margin:16mm 22mm 14mm}
@media print{body{font-size:10pt;line-height:1.34}main{max-width:none;padding:0}h1{font-size:14pt;margin-bottom:.7rem}h2{font-size:11pt;margin:.85rem 0 .15rem}p{margin:.35rem 0}
.typed{font-size:8.5pt;padding:.25rem .5rem}.typed.code{font-size:12pt}
dl{display:grid;grid-template-columns:38mm 1fr;gap:.8mm 4mm;margin:.35rem 0}dt{margin:0}}
`;

export function letterPage({ tag, title, sections }: Letter): string {
  const main = html`<h1>${title}</h1>
${sections.map(part)}`;
  return pageText({ lang: tag, title, style, isUnlisted: true }, main);
}

function part({ heading, paragraphs = [], facts = [], typed, isCode }: Section): Markup {
  const list = html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
`;
  return html`<section>
${
  heading === undefined
    ? html``
    : html`<h2>${heading}</h2>
`
}${paragraphs.map(
  (text) => html`<p>${text}</p>
`,
)}${facts.length === 0 ? html`` : list}${
  typed === undefined
    ? html``
    : html`<p class="typed${isCode === true ? ' code' : ''}">${typed}</p>
`
}</section>
`;
}
