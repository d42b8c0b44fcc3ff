/** The page's style: no image, no font, light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --panel: #f3f5f8; --text: #1a2230; --soft: #4a5568; --line: #c4ccd8;
  --before: #9a4a10; --after: #1b5e9e; --link: #12528f; --good: #1a6b3a; --bad: #a4262c; --focus: #6b2fb3; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10151d; --panel: #1a212c; --text: #e6ebf2; --soft: #a9b5c6; --line: #3a4657;
    --before: #e39a5b; --after: #6cb2f2; --link: #8cc4f8; --good: #6fd39a; --bad: #ff9a93; --focus: #d0a8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 75rem; margin: 0 auto; padding: 0 1.25rem; }
h1 { margin: 1.5rem 0 0; font-size: 1.7rem; overflow-wrap: anywhere; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem; }
h3 { margin: 1rem 0 .4rem; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; color: var(--soft); }
a { color: var(--link); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .3rem .6rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.good { color: var(--good); } td.bad { color: var(--bad); }
.bars { width: 14rem; } .bars svg { display: block; width: 13rem; height: 1.3rem; }
.before { fill: var(--before); } .after { fill: var(--after); }
.key svg { width: .8rem; height: .8rem; } .key { margin-right: 1.2rem; white-space: nowrap; }
.maps { display: grid; gap: 1.2rem; }
.map { width: 100%; height: auto; background: var(--panel); display: block; }
.map rect { stroke: #fff; stroke-width: 1; } .plain rect { fill: #1f5c93; } .loose rect { fill: #55606e; } .sharp rect { fill: #a3241f; }
.map text { fill: #fff; font-size: 13px; pointer-events: none; } .map g[role] { cursor: pointer; }
.map g:focus { outline: none; } .map g:focus rect { stroke: var(--focus); stroke-width: 5; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: end; }
.controls label { display: grid; font-weight: 600; } #search { width: min(34rem, 80vw); }
input, select, button { font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--soft); border-radius: .3rem;
  padding: .35rem .6rem; }
.path, .chain { overflow-wrap: anywhere; } .path { font-family: ui-monospace, monospace; font-size: .88rem; }
details ol, details ul { margin: .3rem 0; padding-left: 1.4rem; overflow-wrap: anywhere; }
.files { overflow-x: auto; } footer { margin-top: 2rem; padding-bottom: 2rem; }
`;
