/** The page's style: no image, no font, light and dark, wide and narrow, on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #f5f6fa; --panel: #fff; --text: #161c28; --soft: #525d70; --line: #dde2eb; --edge: #e3e7ef;
  --before: #b3541e; --after: #0f62b8; --link: #0b57a4; --good: #0f6a3c; --good-ground: #dff3e7; --bad: #a11d27; --bad-ground: #fbe3e3;
  --low: #35a06b; --middle: #e2b53c; --high: #cf3c49; --code: #f1f4f9; --chip: #e9edf4; --focus: #7a2fd0; --shade: 0 1px 2px #1118270f, 0 4px 14px #1118270a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0c1118; --panel: #151c27; --text: #e8edf5; --soft: #a5b1c4; --line: #2a3546; --edge: #222c3b;
    --before: #e8935a; --after: #5fa8f0; --link: #8cc2fb; --good: #76dba2; --good-ground: #12331f; --bad: #ff9d97; --bad-ground: #3d1a1d;
    --low: #2f8f60; --middle: #b98d22; --high: #b8434d; --code: #0f151e; --chip: #232e3e; --focus: #cda6ff; --shade: none; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.2rem; }
h1 { margin: .2rem 0 0; font-size: clamp(1.5rem, 3.6vw, 2.3rem); line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .5rem; font-size: 1.35rem; letter-spacing: -.01em; }
h3 { margin: 0; font-size: .95rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; }
header p, section > p, footer p, .soft { color: var(--soft); }
.soft { font-weight: 400; }
.mark { margin: 0; font-weight: 700; letter-spacing: .14em; text-transform: uppercase; font-size: .78rem; color: var(--link); }
.arrow { color: var(--soft); font-weight: 400; padding: 0 .2rem; }
.lead { max-width: 62rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; padding: 0; margin: 1rem 0 0; }
nav a { display: block; padding: .25rem .8rem; border-radius: 2rem; background: var(--chip); color: var(--text); text-decoration: none; font-size: .88rem; }
nav a:hover { text-decoration: underline; }
a { color: var(--link); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--panel); padding: .4rem .8rem; border-radius: .4rem; z-index: 1; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.panel { background: var(--panel); border: 1px solid var(--edge); border-radius: .8rem; box-shadow: var(--shade); padding: 1rem 1.2rem; }
.score { margin-top: 1.4rem; }
.score-head { display: flex; gap: .8rem; align-items: center; margin-bottom: .3rem; }
.tally { display: grid; grid-template-columns: minmax(6rem, 13rem) auto 1fr; gap: .2rem 1rem; align-items: center; margin: .5rem 0; }
.tally p { margin: 0; overflow-wrap: anywhere; }
.tally-number { width: 6.2rem; white-space: nowrap; font-size: 1.9rem; font-weight: 700; letter-spacing: -.03em; text-align: right; font-variant-numeric: tabular-nums; line-height: 1.1; }
.stack { width: 100%; height: 1.7rem; background: var(--chip); border-radius: .3rem; display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; margin: .9rem 0 0; font-size: .85rem; color: var(--soft); }
.legend svg, .key svg { width: .75rem; height: .75rem; }
.t0 { fill: #c2364a; } .t1 { fill: #8d55d6; } .t2 { fill: #b04bb0; } .t3 { fill: #c77800; } .t4 { fill: #2f7fd6; } .t5 { fill: #1c9a8f; } .t6 { fill: #d6336c; } .t7 { fill: #76828f; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .9rem; margin-top: .9rem; }
.card h3 { color: var(--soft); font-weight: 500; font-size: .88rem; }
.card .row { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .7rem; }
.big { margin: .1rem 0 0; font-size: 1.7rem; font-weight: 700; letter-spacing: -.02em; line-height: 1.2; font-variant-numeric: tabular-nums; }
.was { margin: 0 0 .45rem; color: var(--soft); font-size: .88rem; }
.pair { display: block; width: 100%; height: 1.1rem; }
.before { fill: var(--before); } .after { fill: var(--after); }
.chip { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; background: var(--chip); font-size: .82rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chip.good { background: var(--good-ground); color: var(--good); } .chip.bad { background: var(--bad-ground); color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .9rem; align-items: start; } .tiles .tile:only-child { grid-column: span 2; }
.tile { border-left: 4px solid var(--good); } .tile.some { border-left-color: var(--bad); } .tile.own { border-left-color: var(--after); }
.gone .tile { border-left: 2px solid var(--line); padding: .1rem 0 .1rem .8rem; } .gone .tiles { margin-top: .9rem; } .gone { margin-top: .9rem; } .gone > summary { font-weight: 600; }
.tile h3 { display: flex; justify-content: space-between; gap: .5rem; } .points { font-weight: 400; font-size: .82rem; color: var(--soft); white-space: nowrap; }
.tile p { margin: .1rem 0; } .what { color: var(--soft); font-size: .88rem; } .own-note { color: var(--soft); font-size: .85rem; }
.nothing { border-left: 4px solid var(--good); }
.identity { color: var(--soft); font-size: .92rem; margin: .35rem 0 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: .88em; overflow-wrap: anywhere; }
.verdict { margin: 1.1rem 0 .5rem; padding: .8rem 1.1rem; border-radius: .8rem; border-left: 6px solid; font-size: clamp(1.05rem, 1.9vw, 1.3rem); line-height: 1.4; font-weight: 600; max-width: 62rem; }
header .verdict.good { background: var(--good-ground); color: var(--good); border-color: var(--good); } header .verdict.bad { background: var(--bad-ground); color: var(--bad); border-color: var(--bad); }
header .verdict.fair { background: var(--chip); color: var(--text); border-color: var(--middle); }
.ruler { display: block; margin: .4rem 0 .2rem; overflow: visible; } .low { stop-color: var(--low); } .middle { stop-color: var(--middle); } .high { stop-color: var(--high); }
.tick { stroke: var(--soft); stroke-width: 1.5; } .mark-text { fill: var(--soft); font-size: 12.5px; } .pin-text { fill: var(--text); font-size: 14px; font-weight: 700; }
.pin { stroke: var(--panel); stroke-width: 3; } .score details > summary { color: var(--soft); font-size: .9rem; }
.steps { list-style: none; counter-reset: step; padding: 0; margin: .8rem 0 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: .9rem; }
.step { counter-increment: step; position: relative; padding-left: 3.6rem; min-width: 0; } .step::before { content: counter(step); position: absolute; left: 1.1rem; top: 1rem; width: 1.7rem; height: 1.7rem; border-radius: 50%; background: var(--after); color: var(--panel); font-weight: 700; text-align: center; line-height: 1.7rem; }
.gain { color: var(--good); font-weight: 600; font-size: .88rem; margin: .1rem 0 .5rem; } pre { margin: 0; padding: .6rem .8rem; border-radius: .5rem; background: var(--code); border: 1px solid var(--edge); overflow-x: auto; } pre code { overflow-wrap: normal; }
.layers { display: block; width: 100%; height: 10px; border-radius: 3px; margin: .6rem 0 .2rem; } .layers + .legend { margin: .2rem 0 .4rem; }
.l0 { fill: #2f7fd6; } .l1 { fill: #1c9a8f; } .l2 { fill: #8d55d6; } .l3 { fill: #c77800; } .l4 { fill: #b04bb0; } .l5 { fill: #76828f; }
.sort { border: 0; background: none; padding: 0; color: inherit; font-weight: 500; font-size: .85rem; } .sort::after { content: " \\2195"; opacity: .5; } [aria-sort="ascending"] .sort::after { content: " \\2191"; opacity: 1; } [aria-sort="descending"] .sort::after { content: " \\2193"; opacity: 1; }
.whose { display: inline-block; min-width: 3.6rem; color: var(--soft); }
.table { padding: .3rem .6rem; overflow-x: auto; } .tall { max-height: 30rem; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .42rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > *, tfoot tr > * { border-bottom: 0; } tfoot tr > * { border-top: 2px solid var(--line); font-weight: 700; }
th { font-weight: 600; } thead th { color: var(--soft); font-size: .85rem; font-weight: 500; }
td.number, th.number { text-align: right; white-space: nowrap; } .sum { color: var(--soft); font-size: .88rem; min-width: 9rem; }
td.bars { width: 16rem; vertical-align: middle; } .bars .pair { width: 15rem; }
.key { margin-right: 1.2rem; white-space: nowrap; font-size: .9rem; }
.maps { display: grid; gap: 1rem; } .whole { display: block; width: 100%; height: 6px; background: var(--chip); border-radius: 3px; margin: .5rem 0; }
.map { width: 100%; height: auto; display: block; margin-top: .5rem; border-radius: .4rem; }
.map rect { stroke: var(--panel); stroke-width: 2; } .plain rect, rect.plain { fill: #2463a3; } .loose rect, rect.loose { fill: #5b6675; } .sharp rect, rect.sharp { fill: #b02a37; }
.map text { fill: #fff; font-size: 13px; pointer-events: none; } .map .name { font-weight: 600; } .map g[role] { cursor: pointer; } .map g[role]:hover rect { fill-opacity: .82; }
.map g:focus { outline: none; } .map g:focus rect { stroke: var(--focus); stroke-width: 5; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: end; }
.controls label { display: grid; gap: .2rem; font-weight: 600; font-size: .9rem; } #search { width: min(34rem, 80vw); }
input, select, button { font: inherit; color: var(--text); background: var(--panel); border: 1px solid var(--soft); border-radius: .5rem; padding: .45rem .7rem; }
button { cursor: pointer; font-weight: 600; }
summary { cursor: pointer; } .path, .chain { overflow-wrap: anywhere; } .path { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: .84rem; }
details ol, details ul { margin: .3rem 0; padding-left: 1.3rem; overflow-wrap: anywhere; }
.files { overflow-x: auto; padding: .3rem .6rem; } .files table { min-width: 44rem; } .files td.path { min-width: 18rem; } .files td:last-child { white-space: nowrap; } .files td.chain { white-space: normal; }
footer { margin-top: 3rem; padding-bottom: 2.5rem; font-size: .88rem; }
@media (max-width: 44rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; } .tally { grid-template-columns: 1fr auto; } .stack { grid-column: 1 / -1; }
  td.bars, th.bars { display: none; } .maps .panel { overflow-x: auto; } .map, .whole { min-width: 46rem; } .cards { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); } .key { white-space: normal; display: inline-block; }
  .files { overflow: visible; background: none; border: 0; box-shadow: none; padding: 0; } .files table { min-width: 0; display: block; } .files thead { display: flex; flex-wrap: wrap; gap: .4rem; margin: .4rem 0 .7rem; }
  .files thead tr { display: contents; } .files thead th { border: 1px solid var(--line); border-radius: 2rem; background: var(--panel); padding: .15rem .7rem; } .files thead th:not([aria-sort]) { display: none; }
  .files tbody { display: grid; gap: .6rem; } .files tbody tr { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; background: var(--panel); border: 1px solid var(--edge); border-radius: .7rem; padding: .7rem .9rem; }
  .files tbody td { display: contents; white-space: normal; text-align: left; } .files tbody td::before { content: attr(data-label); color: var(--soft); font-size: .82rem; } .files tbody td.path { display: block; grid-column: 1 / -1; min-width: 0; font-weight: 600; padding: 0 0 .4rem; margin-bottom: .3rem; border-bottom: 1px solid var(--line); } .files tbody td.path::before { content: none; }
  .tiles .tile:only-child { grid-column: auto; } .files tbody td:empty { display: none; } .step { padding-left: 3.2rem; }
}
@media print { .controls, nav, #more { display: none; } .panel { box-shadow: none; break-inside: avoid; } }
`;
