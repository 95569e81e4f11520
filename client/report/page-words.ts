import type { Figure } from '#core/log/report/bands.ts';
import { type Period, providerMeasures, type Report } from '#core/log/report/figures.ts';
import { checkCommands } from './check-commands.ts';
import { html, type Markup } from './markup.ts';
import type { Source } from './page.ts';
import { emergencyAnswer, refusalsOf } from './selection.ts';
import { counted, figureText, hoursText, periodName, providerNames } from './words.ts';

/** The parts of the page that are said in sentences. */

export function headline(report: Report): Markup {
  const { total, waiting, deadlineHours } = report;
  const answered = total.granted + total.absent + total.rejected;
  const asked = counted(total.requests, 'request', 'requests');
  const about = counted(total.subjects, 'account, number or name', 'accounts, numbers and names');
  const late =
    answered === 0
      ? html``
      : html`<li><b>${inTime(answered, total.late)}</b> of the answers came within the deadline: ${hoursText(deadlineHours.Routine)}, in an emergency ${hoursText(deadlineHours.Emergency)}. ${figureText(total.late)} came later.</li>`;
  return html`<section aria-labelledby="short">
<h2 id="short">In short</h2>
<ul class="lead">
<li>Authorities made <b>${asked}</b>, about ${about}.</li>
<li><b>${figureText(total.granted)}</b> ${was(total.granted)} granted, <b>${figureText(total.rejected)}</b> rejected; for <b>${figureText(total.absent)}</b> there was nothing to hand over. ${counted(total.withdrawn, 'was', 'were')} withdrawn.</li>
<li>Data was collected in <b>${counted(total.collected, 'case', 'cases')}</b>: ${counted(total.records, 'record', 'records')} of IP addresses, ports, times and phone numbers. Never messages: this system cannot hold any.</li>
${late}
<li><b>${counted(waiting.requests, 'request', 'requests')}</b> waited for an answer when this was counted, ${figureText(waiting.overdue)} of them past the deadline.</li>
${narrowingLine(report)}
${emergencyLine(report)}
<li>Notices to the people who were asked about went out <b>${counted(total.noticesSent, 'time', 'times')}</b>; ${counted(total.noticesDelayed, 'time', 'times')} an authority put one off.</li>
<li><b>${counted(total.noticesOverdue, 'time', 'times')}</b> somebody who was asked about should have been told by now and was not.</li>
<li>Of <b>${counted(total.noticesByAuthority, 'request', 'requests')}</b> the authority that asked has to tell the people, and ${counted(total.noticesTold, 'time', 'times')} said that it did; of <b>${counted(total.noticesForbidden, 'request', 'requests')}</b> an order forbade telling them before its end.</li>
${withheldLine(report)}
</ul>
</section>`;
}

/** What the log says later: Regulation (EU) 2023/1543 Art. 13(2). */
function withheldLine({ withheld }: Report): Markup {
  if (withheld === undefined) return html``;
  const { requests, unrevealed, overdue, late } = withheld;
  return html`<li>Of <b>${counted(requests, 'request', 'requests')}</b> whose notice an authority delayed, the log withheld something at first; of ${figureText(unrevealed)} it does still. In <b>${counted(overdue + late, 'case', 'cases')}</b> it came, or is, more than a day late.</li>`;
}

const was = (count: number) => (count === 1 ? 'was' : 'were');

function inTime(answered: number, late: number): string {
  // Never 100 % while any was late.
  return `${Math.floor(((answered - late) / answered) * 100)} %`;
}

function narrowingLine({ total: { approved, approvedAsAsked } }: Report): Markup {
  if (approved === 0) return html``;
  return html`<li>Of <b>${counted(approved, 'approval', 'approvals')}</b>, <b>${figureText(approvedAsAsked)}</b> ${was(approvedAsAsked)} of all that was asked; the others were narrowed first.</li>`;
}

function emergencyLine(report: Report): Markup {
  const { asked, late, opened, settled, overdue } = emergencyAnswer(report);
  const many = (figure: Figure) => (figure === null ? 'too few to say' : figureText(figure));
  return html`<li>Requests called emergencies: <b>${many(asked)}</b>; answered late: <b>${many(late)}</b>. ${counted(opened, 'was', 'were')} opened on one signature, and ${figureText(settled)} of these settled in time. In <b>${counted(overdue, 'emergency', 'emergencies')}</b> what an emergency owes afterwards, a second signature and a validated order, was not there in time.</li>`;
}

export function granted(): Markup {
  return html`<section aria-labelledby="means">
<h2 id="means">What “granted” means</h2>
<p>A request was signed by an officer whose key the provider had enrolled. Two of the provider’s reviewers, two different people, signed the same request and the same limits: whose records, which kinds, from when to when. Only then does the key service let exactly those records be opened, for a limited time. Each of these steps is an entry in the public log <em>before</em> anything is opened. In an emergency one reviewer’s signature is enough; the second falls due within 48 hours.</p>
<p>“Nothing held” means that the request was approved and there were no such records. “Collected” means that the authority came for the data. “Late” is counted from receipt to the answer, whichever it was. What happened counts in the month in which it happened, so a request of one month may be granted in the next.</p>
</section>`;
}

export function providersActs({ periods }: Report): Markup {
  const rows = providerMeasures.map(
    (measure) =>
      html`<tr><th scope="row">${providerNames[measure]}</th>${periods.map(({ provider }) => html`<td>${figureText(provider[measure])}</td>`)}</tr>`,
  );
  return html`<section aria-labelledby="acts">
<h2 id="acts">What the provider did besides</h2>
<p>Preservation orders keep what exists from being forgotten and disclose nothing. A sweep compares the rights to open that exist at the key service with the cases; a difference found is a difference removed, and it shows here.</p>
<div class="scroll"><table><thead><tr><th scope="col">Acts and findings</th>${periods.map(({ period }) => html`<th scope="col">${periodName(period)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>
${refusals(periods)}
</section>`;
}

function refusals(periods: readonly Period[]): Markup {
  const refused = refusalsOf(periods);
  if (refused.length === 0) return html``;
  const rows = refused.map(
    (line) =>
      html`<tr><th scope="row"><code>${line.code}</code></th><td>${figureText(line.refused)}</td><td>${figureText(line.strangers)}</td></tr>`,
  );
  return html`<h3>Refused at the door</h3>
<p>What was turned away before it was a request: signatures that did not hold, keys that were revoked, forms that were wrong. The codes are explained in the software’s documentation.</p>
<div class="scroll"><table><thead><tr><th scope="col">Code</th><th scope="col">To enrolled keys</th><th scope="col">To strangers</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export function smallNumbers(): Markup {
  return html`<section aria-labelledby="small">
<h2 id="small">Why some numbers are ranges</h2>
<p>The totals of a year are exact. Where they are told apart, a number from 1 to 4 is given as <span class="whole">“1–4”</span>, so that nobody is recognised in a line of one; and where that number would follow by subtraction, the largest in the table is a range too. “·” means that a table of so few is not given for that figure. Hatched parts of the charts are the uncertain part of a range.</p>
<p>This keeps the report from pointing at people. It does not keep the log secret: that is public, entry by entry, so that anybody can count it, and holds no name, number or address of anybody.</p>
</section>`;
}

export function checking({ log, unknownEntries }: Report, { url, verifierKey }: Source): Markup {
  const commands = checkCommands({ url, verifierKey });
  const unknown =
    unknownEntries === 0
      ? html``
      : html`<p>${counted(unknownEntries, 'entry was', 'entries were')} of a kind that the program which made this page does not know, and ${unknownEntries === 1 ? 'is' : 'are'} not counted.</p>`;
  return html`<section aria-labelledby="check">
<h2 id="check">Check it yourself</h2>
<p>Nobody has to believe this page. It was computed from the provider’s public log, which the provider cannot change afterwards, and everybody gets the same figures out of the same entries. The first command reads the whole log, counts again and compares; the second checks every entry and every signature.</p>
<pre>${lines(commands)}</pre>
${unknown}
<p>The log is named <code>${log.origin}</code>. Its root after ${figureText(BigInt(log.size))} entries is <code>${log.root}</code>, as this signed checkpoint says:</p>
<pre>${lines(log.checkpoint.trimEnd().split('\n'))}</pre>
<p class="soft">The key above is what makes the log the provider’s: compare it with the one that you were given elsewhere.</p>
</section>`;
}

/** Line by line, since what is shown has no control characters. */
function lines(texts: readonly string[]): Markup {
  return html`${texts.map((text) => html`${text}\n`)}`;
}
