import type { Report } from '#core/log/report/figures.ts';
import { html, pageText } from './markup.ts';
import { byCountry, byInstrument, emergencies, everyFigure, monthByMonth } from './page-tables.ts';
import { checking, granted, headline, providersActs, smallNumbers } from './page-words.ts';
import { style } from './style.ts';
import { dayName, figureText } from './words.ts';

/** What a report's page tells its reader to check it with. */
export interface Source {
  /** The log's verifier key (C2SP signed-note). */
  verifierKey: string;
  /** The provider's API, `https://host/v1`; without it the log was a directory. */
  url?: string | undefined;
}

/**
 * A report as a page for people: one HTML file that needs no other, runs nothing and fetches nothing. The policy in its
 * head says so to the browser too, should a text of the log ever find a way through.
 */
export function reportPage(report: Report, source: Source): string {
  const { origin } = report.log;
  const title = html`Transparency report: ${origin}`;
  const span =
    report.from === undefined || report.until === undefined
      ? html`Nothing has been recorded yet.`
      : html`${dayName(report.from)} to ${dayName(report.until)}`;
  const main = html`<header>
<h1>Who asked, and what was disclosed</h1>
<p class="soft">Transparency report of <b>${origin}</b> · ${span} (UTC)<br>Counted from the first ${figureText(BigInt(report.log.size))} entries of its public log.</p>
</header>
${headline(report)}
${monthByMonth(report)}
${byCountry(report)}
${byInstrument(report)}
${emergencies(report)}
${granted()}
${providersActs(report)}
${everyFigure(report)}
${smallNumbers()}
${checking(report, source)}
`;
  return pageText({ lang: 'en', title, style }, main);
}
