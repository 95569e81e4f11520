import type { ManifestHead } from './manifest.ts';

/**
 * The certificate's own style, beside the report's: a narrow screen shows each fact below its name, and paper of any size
 * has the reference, the case and the page's number at the foot of each page (CSS Paged Media, margin boxes).
 */
export function certificateStyle({ reference, case: id }: Pick<ManifestHead, 'reference' | 'case'>): string {
  return `
th,td,tbody th{text-align:left;vertical-align:top;white-space:normal;overflow-wrap:anywhere}
.facts th,.sign th{width:12rem;min-width:0;color:var(--soft)}
.counts th:last-child,.counts td:last-child,.files th:nth-child(2),.files td:nth-child(2){text-align:right;white-space:nowrap}
th:first-child,td:first-child{padding-left:0}.counts+p,.counts+.facts,.counts+p+.facts{margin-top:1rem}
.counts tfoot th,.counts tfoot td{font-weight:600}
.files tbody th{min-width:8rem}
.sign td{height:3rem}
ol li{margin:.4rem 0}
@media screen and (max-width:34rem){
main{padding:1.5rem 1rem 3rem}h1{font-size:1.5rem}
.facts th,.facts td,.files th,.files td{display:block;width:auto;text-align:left}.facts th,.files tbody th{border:0;padding-bottom:0}
.facts td{padding-left:0}.files td{padding-left:0;border:0}.files td:last-child{border-bottom:1px solid var(--line)}
.files thead{display:none}.files td:nth-child(2){text-align:left}.files td:nth-child(2)::after{content:" bytes"}
.counts tr{display:grid;grid-template-columns:1fr auto}.counts thead{display:none}.counts td:first-child{grid-column:1/-1;border:0}
.counts td:nth-child(2){padding-left:0}
.sign th{width:6rem}}
@media print{body{font-size:10.5pt}table{font-size:9pt}pre,code{font-size:8.5pt}h1{font-size:18pt}h2{font-size:12pt;margin:1.4rem 0 .4rem}
tr,li,.certification{break-inside:avoid}p{orphans:3;widows:3}
.facts th,.sign th{width:11rem}}
@page{margin:18mm 18mm 20mm;
@bottom-left{content:"${cssText(`${reference} · case ${id}`)}";font:8pt system-ui,sans-serif;color:#444;white-space:nowrap}
@bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt system-ui,sans-serif;color:#444}}
`;
}

/** Text within a CSS string, in which nothing of it is syntax: whatever is no letter or digit by its number (CSS Syntax 4.3.7). */
function cssText(text: string): string {
  return [...text]
    .map((each) => (/[A-Za-z0-9]/.test(each) ? each : `\\${each.codePointAt(0)?.toString(16)} `))
    .join('');
}
