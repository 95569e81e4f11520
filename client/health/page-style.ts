/** The page's style: by day and by night, from a phone to a screen on the wall. A state is a word and a line, and a colour. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1a1a;--soft:#595959;--line:#d9d9d9;--wash:#f4f5f7;
--act:#b3261e;--unread:#5b4a8a;--look:#7a4f00;--ok:#1b6b35}
@media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e8e8e6;--soft:#a9adb3;--line:#3a3f46;--wash:#1e2227;
--act:#ffb4ab;--unread:#cdbdff;--look:#ffcf70;--ok:#8fd6a4}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:76rem;margin:0 auto;padding:1.75rem 1.25rem 3rem}
.act{--of:var(--act)}.unread{--of:var(--unread)}.look{--of:var(--look)}.ok{--of:var(--ok)}
.whose,#read{margin:0;color:var(--soft);overflow-wrap:anywhere}
h1{font-size:clamp(1.6rem,5vw,2.4rem);line-height:1.2;margin:.25rem 0 .5rem;color:var(--of)}
#stale{border:2px solid var(--act);color:var(--act);padding:.6rem .8rem;margin:.9rem 0 0;font-weight:600;max-width:46rem}
h2{font-size:1.1rem;margin:2rem 0 .6rem;color:var(--of)}
.count{display:inline-block;min-width:1.6em;padding:0 .4em;border:1px solid;border-radius:1em;font-size:.85rem;text-align:center}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
li{border-left:.3rem solid var(--of);background:var(--wash);padding:.65rem .9rem;min-width:0;overflow-wrap:anywhere}
h3{font-size:1rem;margin:0}
li p{margin:.15rem 0 0;max-width:60rem}
.says::first-letter{text-transform:uppercase}
.where{color:var(--soft);font-size:.9rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
.ok ul{grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
@media print{main{max-width:none;padding:0}li{break-inside:avoid}}
`;
