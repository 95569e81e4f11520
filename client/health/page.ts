import { html, Markup } from '#client/report/markup.ts';
import { toBase64 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import {
  type Finding,
  type FindingState,
  findingStates,
  findingTitles,
  tally,
  tallyText,
} from './finding.ts';
import { script } from './page-script.ts';
import { style } from './page-style.ts';

/** How Writ is, on one page that changes nothing: what to act on first. It loads nothing but itself. */
export interface HealthPage {
  /** The name of the stack. */
  stack: string;
  /** When it was read. */
  at: string;
  findings: readonly Finding[];
  /** How often it asks for itself again. */
  everyMs: number;
}

const hashOf = (text: string) => `'sha256-${toBase64(sha256(text))}'`;

/** The page's one program and its one style, by their hashes, and itself to ask for. */
export const healthPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const groups: Record<FindingState, string> = {
  act: 'To act on',
  unread: 'Could not be read',
  look: 'To look at',
  ok: 'Well',
};

export function healthPage({ stack, at, findings, everyMs }: HealthPage): string {
  const { act, unread } = tally(findings);
  const words = tallyText(findings);
  const state = findingStates.find((each) => findings.some((finding) => finding.state === each)) ?? 'ok';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="30"></noscript>
<title>${act + unread === 0 ? '' : `(${act + unread}) `}${words} – ${stack}</title>
<style>${new Markup(style)}</style>
</head>
<body data-every="${everyMs}">
<main>
<header>
<p class="whose">Writ, stack <b>${stack}</b></p>
<h1 id="said" class="${state}">${words}</h1>
<p id="read">Read <time datetime="${at}">${moment(at)}</time>. It is read again every ${Math.max(1, Math.round(everyMs / 1000))} seconds.</p>
<p id="stale" role="status" hidden>This is stale: since then it could not be read. Does the command still run, and are its credentials still good? It tries again.</p>
</header>
<div id="findings">
${findingStates.flatMap(
  (each) =>
    groupOf(
      each,
      findings.filter((finding) => finding.state === each),
    ) ?? [],
)}</div>
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

/** `2026-11-30 18:02:11 UTC` */
const moment = (at: string) => `${at.slice(0, 'YYYY-MM-DD'.length)} ${at.slice(11, 19)} UTC`;

function groupOf(state: FindingState, findings: readonly Finding[]): Markup | undefined {
  if (findings.length === 0) return undefined;
  return html`<section class="${state}" aria-labelledby="group-${state}">
<h2 id="group-${state}">${groups[state]} <span class="count">${findings.length}</span></h2>
<ul>
${findings.map(lineOf)}</ul>
</section>
`;
}

function lineOf({ name, message, next, runbook, state }: Finding): Markup {
  const more = html`${
    next === undefined
      ? html``
      : html`<p><b>Next:</b> ${codes(next)}</p>
`
  }<p class="where">See <code>${runbook}</code></p>
`;
  return html`<li>
<h3>${findingTitles[name]}</h3>
<p class="says">${codes(message)}</p>
${state === 'ok' ? html`` : more}</li>
`;
}

/** What stands in backticks, as what is typed or looked up. */
function codes(text: string): Markup[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
