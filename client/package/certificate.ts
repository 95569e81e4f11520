import { readOrderDigest } from '#client/order-digest.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { html, type Markup, pageText } from '../report/markup.ts';
import { style } from '../report/style.ts';
import { certificateStyle } from './certificate-style.ts';
import { type CertificateWords, wordsFor } from './certificate-words.ts';
import type { RecordCount } from './counts.ts';
import { coverageLines } from './coverage-words.ts';
import { fileNames, type ManifestHead, type PageFacts } from './manifest.ts';

/**
 * The certificate of a package: what was asked and answered, which files hold it, how to check them, and where the person
 * signs who certifies it. It is one page that loads nothing and runs nothing, to be printed and signed by hand.
 */
export interface CertificateFacts {
  madeBy: string;
  head: ManifestHead;
  /** As the provider signed them with the first page. */
  particulars: Pick<DisclosurePackage['certificate'], 'provider' | 'system' | 'process'>;
  /** The log's verifier key (C2SP signed-note). */
  verifierKey: string;
  pages: readonly PageFacts[];
  counts: readonly RecordCount[];
  /** The two files that hold the records. */
  files: { manifest: CertifiedFile; records: CertifiedFile };
}

export interface CertifiedFile {
  /** In hex. */
  sha256: string;
  bytes: number;
}

/**
 * Who makes a package's folder, in `proof.json`. A program that makes other certificates calls itself otherwise, so each
 * makes again and compares its own alone.
 */
export const makerOf = (program: string) => `${program}, certificate 2`;

/** The same facts make the same bytes, so a certificate can be made again and compared. */
export function certificatePage(facts: CertificateFacts): string {
  const { head, particulars } = facts;
  const words = wordsFor(orderOf(head));
  const main = html`<h1>${words.title}</h1>
<p class="soft">${words.under}</p>
${whatItAnswers(facts)}
${whatWasDisclosed(facts)}${whatItCovers(facts)}
${whatIsCertified(facts)}
${log(facts)}
<section>
<h2>How the records were made and copied</h2>
<p>System: ${particulars.system}, run by ${particulars.provider}.</p>
<p>${particulars.process}</p>
<p>The two paragraphs above, and the records, are in what ${particulars.provider} signed by machine. This page is not: it was
made by ${facts.madeBy} from what was signed, and certifies something with the signature below.</p>
</section>
${howToCheck(facts)}
${signatureBlock(particulars.provider, words)}
`;
  const title = `${words.title}: ${head.reference}`;
  return pageText({ lang: 'en', title, style: style + certificateStyle(head) }, main);
}

const orderOf = (head: ManifestHead) => (head.v === 1 ? undefined : head.order);

const row = (name: string, value: string | number | Markup) =>
  html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`;
const rowIf = (name: string, value: string | undefined) => (value === undefined ? '' : row(name, value));
const code = (text: string) => html`<code>${text}</code>`;

const authorisers: Readonly<Record<string, string>> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
  OtherCompetentAuthority: 'another competent authority',
};

function whatItAnswers({ head, particulars }: CertificateFacts): Markup {
  const order = orderOf(head);
  const digest = order?.digest === undefined ? undefined : readOrderDigest(order.digest);
  const rows =
    order === undefined
      ? ''
      : html`${row('Order', `${order.kind}, under the law of ${order.jurisdiction}`)}${row('Ordered by', authorisers[order.authoriserRole] ?? order.authoriserRole)}
${rowIf('Issued (UTC)', order.issuedAt)}${rowIf('Offence, as the order names it', order.offence)}
${digest === undefined ? '' : row('SHA-256 of the order, as sha256sum prints it', code(digest.hex))}`;
  return html`<section>
<h2>What it answers</h2>
<table class="facts"><tbody>
${row('Provider', particulars.provider)}${row('Reference of the request', head.reference)}
${rows}
${row('Case', code(head.case))}${row('Digest of the request (SHA-256 over its RFC 8785 form)', code(head.requestDigest))}
</tbody></table>
</section>`;
}

function whatWasDisclosed({ head, pages, counts }: CertificateFacts): Markup {
  const { scope, until } = head;
  const records = counts.reduce((sum, each) => sum + each.records, 0);
  return html`<section>
<h2>What was disclosed</h2>
<table class="counts">
<thead><tr><th scope="col">Subject</th><th scope="col">Category</th><th scope="col">Records</th></tr></thead>
<tbody>${counts.map(({ subject, category, records }) => html`<tr><td>${subjectText(head, subject)}</td><td>${category}</td><td>${records}</td></tr>\n`)}</tbody>
<tfoot><tr><th scope="row" colspan="2">In all</th><td>${records}</td></tr></tfoot>
</table>
${records === 0 ? html`<p>The answer holds no record.</p>` : ''}
<table class="facts"><tbody>
${row('Period (UTC)', `from ${scope.period.from}, inclusive, to ${scope.period.to}, exclusive`)}
${until === undefined ? '' : row('Cut at the receipt of the request (UTC)', `${until}: no record is of that instant or later`)}
${row('Produced (UTC)', pages.map((page) => page.collectedAt).join(', '))}
</tbody></table>
<p class="soft">Subjects have the numbers of the request, from 0.${namedIn(head) === undefined ? ' Whom each stands for is in the request of the digest above.' : ''}</p>
</section>`;
}

/** Which subjects and categories the answer is about, which it is not about, and why. */
function whatItCovers({ head, counts }: CertificateFacts): Markup | string {
  if (!('completeness' in head)) return '';
  const lines = coverageLines(head, counts);
  return html`
<section>
<h2>What the answer covers</h2>
<ul>${lines.map((line) => html`<li>${line}</li>\n`)}</ul>
</section>`;
}

const namedIn = (head: ManifestHead) => (head.v === 1 ? undefined : head.subjects);

function subjectText(head: ManifestHead, subject: number): string {
  const named = namedIn(head)?.find((each) => each.subject === subject);
  return named === undefined ? `${subject}` : `${subject}: ${named.kind} ${named.value}`;
}

function whatIsCertified({ files, pages }: CertificateFacts): Markup {
  const signers = [...new Set(pages.map((page) => page.signer))];
  const file = (name: string, { sha256, bytes }: CertifiedFile) =>
    html`<tr><th scope="row">${name}</th><td>${bytes.toLocaleString('en')}</td><td><code>${sha256}</code></td></tr>
`;
  return html`<section>
<h2>What is certified</h2>
<p>These two files, which lie beside this page:</p>
<table class="files">
<thead><tr><th scope="col">File</th><th scope="col">Bytes</th><th scope="col">SHA-256</th></tr></thead>
<tbody>${file(fileNames.manifest, files.manifest)}${file(fileNames.records, files.records)}</tbody>
</table>
<p>${fileNames.manifest} holds ${pages.length === 1 ? 'one page' : `${pages.length} pages`}, as the provider signed ${pages.length === 1 ? 'it' : 'them'}. The
digest of each page’s records (SHA-256 over their RFC 8785 form):</p>
<ol>${pages.map((page) => html`<li>${page.records === 1 ? '1 record' : `${page.records} records`}: <code>${page.digest}</code></li>`)}</ol>
<p>Thumbprint (RFC 7638) of the key that signed: ${signers.map((signer) => html`<code>${signer}</code> `)}</p>
<p class="soft">${fileNames.records} is a table of the same records. A cell that a spreadsheet would take for a formula has an
apostrophe before it there. Telephone numbers begin with + and are such cells: the apostrophe is not part of the number.
${fileNames.manifest} has them as they are.</p>
</section>`;
}

function log({ verifierKey, pages }: CertificateFacts): Markup {
  return html`<section>
<h2>Announced in the public log</h2>
<p>Before anything was opened, a public log that nobody can change announced each page. Its key:</p>
<pre>${verifierKey}</pre>
${pages.map(
  (
    page,
    i,
  ) => html`<p>Page ${i + 1}: entry ${page.log.index} of ${page.log.at} (UTC), in the tree of ${page.log.size} entries with
the root <code>${page.log.root}</code></p>
${witnessText(page)}`,
)}</section>`;
}

/** Where they are as many as the policy asks for that the provider publishes. */
function witnessText({ log: { witnesses = [] } }: PageFacts): Markup | string {
  if (witnesses.length === 0) return '';
  const names = witnesses.map(({ name, at }) => `${name} on ${at}`).join(', ');
  return html`<p>Witnesses who are not the provider saw that tree and signed it: ${names} (UTC). They are as many as the provider’s
published list of witnesses asks for.</p>
`;
}

function howToCheck({ head }: CertificateFacts): Markup {
  return html`<section>
<h2>How to check it</h2>
<p>With no network and no account, with the provider’s keys as it gives them out (<code>provider.json</code>, what
<code>/v1/provider</code> says, compared by another way):</p>
<pre>writ log prove . --provider provider.json</pre>
<p>With other tools: <code>sha256sum ${fileNames.manifest} ${fileNames.records}</code> prints the hashes above. Each
<code>jws</code> in ${fileNames.manifest} is a compact JWS (RFC 7515), which any JOSE library verifies with the key of that thumbprint;
within it, <code>log</code> holds an entry for case ${head.case}, its inclusion proof (RFC 6962) and a signed checkpoint (C2SP
tlog-checkpoint).</p>
</section>`;
}

function signatureBlock(provider: string, { capacity, oath }: CertificateWords): Markup {
  return html`<section class="certification">
<h2>Certification</h2>
<p>${capacity(provider)} The records in the files of which the hashes are given above were generated by the process described
above, which produces an accurate result, and are a true copy of what ${provider} held within the scope above.${oath === undefined ? '' : ` ${oath}`}</p>
<table class="sign"><tbody>
${row('Name', '')}${row('Title', '')}${row('Employer', '')}${row('Place and date', '')}${row('Signature', '')}
</tbody></table>
</section>`;
}
