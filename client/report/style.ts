/**
 * The page's style: readable on paper, by day and by night, at any width. The colours of the series differ in lightness
 * as well as in hue, for those who do not see hues.
 */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1a1a;--soft:#595959;--line:#d9d9d9;--wash:#f4f5f7;--link:#0b57a4;
--s0:#0b4f8a;--s1:#8fb8de;--s2:#c1521f;--s3:#e8b04a;--s4:#8a8a8a;--mark:#1a1a1a}
@media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e8e8e6;--soft:#a9adb3;--line:#3a3f46;--wash:#1e2227;
--link:#8cc2ff;--s0:#5aa2e6;--s1:#2f5f8f;--s2:#e8804a;--s3:#f0cf85;--s4:#7b8087;--mark:#fff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:54rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.3rem;line-height:1.3;margin:2.75rem 0 .5rem}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.6rem 0}
a{color:var(--link)}
.soft,figcaption{color:var(--soft);font-size:.9rem}
.lead{font-size:1.15rem;line-height:1.5}
.lead li{margin:.45rem 0}
.lead b,.whole{white-space:nowrap}
.lead,section>p{max-width:46rem}
figure{margin:1rem 0;overflow-x:auto}
svg{width:100%;min-width:32rem;height:auto;display:block;overflow:visible}
svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
svg text.value{font-size:12px;fill:var(--soft)}
.s0{fill:var(--s0);background:var(--s0)}.s1{fill:var(--s1);background:var(--s1)}.s2{fill:var(--s2);background:var(--s2)}
.s3{fill:var(--s3);background:var(--s3)}.s4{fill:var(--s4);background:var(--s4)}
.unsure{opacity:.45}.hatch{fill:var(--paper);opacity:.75}
.grid{stroke:var(--line);stroke-width:1}.mark{stroke:var(--mark);stroke-width:2.5}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.5rem 0;padding:0;font-size:.9rem}
.legend i{display:inline-block;width:.85rem;height:.85rem;margin-right:.4rem;vertical-align:-.1rem;print-color-adjust:exact}
.legend i.mark{height:3px;background:var(--mark);vertical-align:.25rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:right;padding:.3rem .4rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;padding-left:0}
thead th{vertical-align:bottom;font-weight:600;color:var(--soft);white-space:normal}
tbody th{font-weight:400;white-space:normal;min-width:8.5rem}
pre{background:var(--wash);padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem;line-height:1.5}
pre,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
dt{font-weight:600;margin-top:.6rem}dd{margin:0}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444}main{max-width:none;padding:0}svg rect,.legend i{print-color-adjust:exact}
h2,h3{break-after:avoid}figure,table,pre{break-inside:avoid}svg{min-width:0}.scroll,figure{overflow:visible}table{font-size:.72rem}}
`;
