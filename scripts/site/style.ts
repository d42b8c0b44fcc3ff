/** The site's style: light and dark, wide and narrow, on paper; no font and no image. */
export const siteStyle = `
:root { color-scheme: light dark; --ground: #fff; --side: #f6f7fb; --text: #18202d; --soft: #566175; --line: #e2e6ee; --link: #0b57a4; --code: #f2f4f9; --key: #7a3e9d; --comment: #5c6b57; --mark: #0f62b8; --focus: #7a2fd0; --shade: 0 8px 30px #11182726; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1219; --side: #121924; --text: #e6ebf3; --soft: #a3afc2; --line: #263142; --link: #8cc2fb; --code: #151e2b; --key: #d7a6f2; --comment: #9db694; --mark: #5fa8f0; --focus: #cda6ff; --shade: 0 8px 30px #000a; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.6 system-ui, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .4rem .8rem; z-index: 9; }
header { position: sticky; top: 0; z-index: 5; display: flex; gap: 1rem; align-items: center; padding: .6rem 1.5rem; background: var(--ground); border-bottom: 1px solid var(--line); }
.mark { font-weight: 800; font-size: 1.2rem; letter-spacing: -.02em; text-decoration: none; color: var(--mark); }
.finder { position: relative; margin-left: auto; } #find { font: inherit; width: min(24rem, 56vw); padding: .35rem .8rem; border: 1px solid var(--soft); border-radius: 2rem; background: var(--side); color: var(--text); }
#hits { position: absolute; right: 0; top: 2.7rem; width: min(36rem, 92vw); max-height: 75vh; overflow: auto; margin: 0; padding: .4rem; list-style: none; background: var(--ground); border: 1px solid var(--line); border-radius: .8rem; box-shadow: var(--shade); }
#hits a, #hits li:not(:has(a)) { display: block; padding: .45rem .7rem; border-radius: .5rem; text-decoration: none; font-weight: 600; } #hits a:hover, #hits a:focus { background: var(--code); } #hits span { display: block; color: var(--soft); font-weight: 400; font-size: .85rem; overflow-wrap: anywhere; }
#menu { display: none; font: inherit; padding: .3rem .8rem; border: 1px solid var(--soft); border-radius: .5rem; background: var(--ground); color: var(--text); }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr) 14rem; max-width: 92rem; margin: 0 auto; }
#navigation { position: sticky; top: 3.4rem; align-self: start; max-height: calc(100vh - 3.4rem); overflow: auto; padding: 1.2rem 1rem 2rem 1.5rem; border-right: 1px solid var(--line); font-size: .92rem; }
#navigation summary { font-weight: 700; cursor: pointer; padding: .2rem 0; } #navigation ul { list-style: none; margin: .1rem 0 .8rem; padding: 0 0 0 .3rem; }
#navigation a { display: block; padding: .12rem .6rem; border-left: 2px solid var(--line); color: var(--soft); text-decoration: none; overflow-wrap: anywhere; } #navigation a:hover { color: var(--text); } #navigation a[aria-current] { border-color: var(--mark); color: var(--mark); font-weight: 600; }
main { padding: 1rem 2.5rem 5rem; min-width: 0; outline: none; } main > * { max-width: 50rem; } main > .table, main > pre { max-width: 60rem; }
h1 { font-size: 2.1rem; line-height: 1.2; letter-spacing: -.02em; margin: 1rem 0 .8rem; overflow-wrap: anywhere; } h2 { font-size: 1.4rem; margin: 2.4rem 0 .6rem; letter-spacing: -.01em; } h3 { margin: 1.8rem 0 .4rem; }
code { font: .88em ui-monospace, "Cascadia Mono", Menlo, monospace; background: var(--code); padding: .1em .35em; border-radius: .3em; overflow-wrap: anywhere; } pre { background: var(--code); border: 1px solid var(--line); border-radius: .7rem; padding: .9rem 1.1rem; line-height: 1.5; white-space: pre-wrap; } pre code { background: none; padding: 0; } .line { display: block; padding-left: 2ch; text-indent: -2ch; }
.key { color: var(--key); } .comment { color: var(--comment); }
.table { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line); border-radius: .7rem; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .45rem .8rem; border-bottom: 1px solid var(--line); } tr:last-child td { border-bottom: 0; } thead th { background: var(--side); }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: .7rem; }
aside { font-size: .88rem; } aside nav { position: sticky; top: 3.4rem; padding: 1.6rem 1rem; max-height: calc(100vh - 3.4rem); overflow: auto; } aside p { margin: 0 0 .3rem; font-weight: 700; } aside ul { list-style: none; margin: 0; padding: 0; } aside a { display: block; padding: .15rem 0; color: var(--soft); text-decoration: none; } aside a:hover { color: var(--text); }
.start h1 { font-size: clamp(2.6rem, 7vw, 4.2rem); letter-spacing: -.04em; margin-bottom: 0; color: var(--mark); } .start h1 + p { font-size: clamp(1.1rem, 2vw, 1.35rem); color: var(--soft); line-height: 1.5; margin-top: .6rem; }
@media (max-width: 76rem) { .columns { grid-template-columns: 16rem minmax(0, 1fr); } aside { display: none; } }
@media (max-width: 52rem) { .columns { display: block; } #menu { display: block; } #navigation { display: none; position: static; max-height: none; border: 0; border-bottom: 1px solid var(--line); } .menu #navigation { display: block; } main { padding: .5rem 1.2rem 4rem; } header { padding: .6rem 1.2rem; gap: .6rem; } #find { width: 46vw; } }
@media print { header, #navigation, aside { display: none; } .columns { display: block; } }
`;
