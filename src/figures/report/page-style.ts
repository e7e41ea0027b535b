/** Style sheet of the report page: light, dark and paper. */
export const pageStyle = `
:root { --ink: #1b1f24; --soft: #5a6472; --line: #d8dde3; --paper: #ffffff; --wash: #f5f7f9; --accent: #2459b8; --warn: #8a5a00; --warnwash: #fff6e0; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #a0a9b4; --line: #363d46; --paper: #14171b; --wash: #1c2127; --accent: #8db4ff; --warn: #ffcf70; --warnwash: #33290f; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 "Source Sans 3", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif; }
.page { max-width: 1240px; margin: 0 auto; padding: 2.2rem 1.6rem 4rem; display: grid; grid-template-columns: 13.5rem minmax(0, 1fr); gap: 0 2.6rem; }
.masthead, .stamp { grid-column: 1 / -1; }
.stamp { max-width: none; background: var(--warnwash); color: var(--warn); border: 1px solid currentColor; border-radius: 6px; padding: .55rem 1rem; margin: 0 0 1.4rem; }
.stamp b { text-transform: uppercase; letter-spacing: .08em; }
.masthead { border-bottom: 2px solid var(--ink); padding-bottom: 1.1rem; margin-bottom: 1.6rem; }
.masthead .experiment { font-size: .95rem; color: var(--soft); display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
.masthead .experiment b { color: var(--ink); }
h1 { font-size: 2rem; line-height: 1.2; margin: .35rem 0 .2rem; font-weight: 650; text-wrap: balance; }
.subtitle { font-size: 1.08rem; color: var(--soft); margin: 0; }
nav { font-size: .9rem; }
nav .fixed { position: sticky; top: 1.2rem; }
nav h2 { font-size: .78rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); margin: .2rem 0 .5rem; border: 0; padding: 0; }
nav ol { list-style: none; margin: 0; padding: 0; border-left: 2px solid var(--line); }
nav a { display: block; padding: .18rem 0 .18rem .8rem; color: var(--ink); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
main section, main details { margin: 0 0 2.4rem; }
h2 { font-size: 1.35rem; margin: 0 0 .8rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-weight: 600; }
h3 { font-size: 1.02rem; margin: 1.4rem 0 .5rem; font-weight: 600; }
p, ul { max-width: 46rem; margin: 0 0 .8rem; }
.abstract { font-size: 1.05rem; }
a { color: var(--accent); }
code { font: .88em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; background: var(--wash); padding: .08em .3em; border-radius: 3px; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font: .84rem/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; margin: 0 0 1rem; }
pre code { background: none; padding: 0; font: inherit; }
sup, sub { line-height: 0; font-size: .72em; }
.bar { text-decoration: overline; }
.updown { display: inline-flex; flex-direction: column; vertical-align: middle; font-size: .74em; line-height: 1.15; margin-left: .15em; text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0 0 1rem; min-width: 24rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { padding: .34rem 1.1rem .34rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
thead th { font-weight: 600; border-bottom: 1.5px solid var(--ink); }
.summary th[scope=row] { font-weight: 400; }
.summary td.value { font-weight: 600; white-space: nowrap; }
.summary tr.group th[scope=col] { color: var(--ink); font-size: .92rem; }
.summary tr.group td { border-bottom-color: var(--ink); }
.summary td.note { color: var(--soft); font-size: .92em; }
.summary tr.group th { padding-top: 1rem; color: var(--ink); font-size: .92rem; border-bottom-color: var(--ink); font-weight: 600; }
/* Long names break rather than push the other columns off the page. */
tbody td:first-child { overflow-wrap: anywhere; min-width: min(9rem, 40vw); }
td.number, th.number { text-align: right; }
td.hash { font: .82rem ui-monospace, Menlo, Consolas, monospace; word-break: break-all; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr)); gap: 1.4rem; margin: 1rem 0; align-items: start; }
figure { margin: 0; max-width: 36rem; }
.figures > figure:only-child:not(.wide) { display: grid; grid-template-columns: minmax(0, 36rem) minmax(12rem, 1fr); gap: 0 1.4rem; max-width: none; align-items: start; }
.figures > figure:only-child:not(.wide) figcaption { margin-top: 0; }
figure.wide { grid-column: 1 / -1; max-width: none; }
figure button { all: unset; box-sizing: border-box; display: block; width: 100%; cursor: zoom-in; background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; }
figure button:hover { border-color: var(--accent); }
figure button:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
figure svg, dialog svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .92rem; color: var(--soft); margin-top: .5rem; }
figcaption b { color: var(--ink); }
dialog { border: 0; padding: 1rem; border-radius: 8px; background: #fff; color: #1b1f24; width: min(96vw, 1500px); max-height: 96vh; }
dialog::backdrop { background: rgb(10 14 20 / .72); }
dialog .picture svg { max-height: calc(96vh - 7rem); }
dialog form { display: flex; justify-content: space-between; gap: 1rem; align-items: start; margin: .6rem 0 0; }
dialog form button { font: inherit; padding: .25rem .9rem; }
details > summary { cursor: pointer; font-size: 1.35rem; font-weight: 600; padding-bottom: .25rem; border-bottom: 1px solid var(--line); margin-bottom: .8rem; }
details > summary h2 { display: inline; border: 0; padding: 0; font-size: inherit; }
footer { grid-column: 2; color: var(--soft); font-size: .88rem; border-top: 1px solid var(--line); padding-top: .8rem; }
@media (max-width: 620px) {
  .summary, .summary tbody { display: block; min-width: 0; }
  .summary tr { display: grid; grid-template-columns: 1fr 1fr; border-bottom: 1px solid var(--line); padding: .35rem 0; }
  .summary th, .summary td { border: 0; padding: 0; } .summary tr.group td { display: none; }
  .summary tr.group { border-bottom-color: var(--ink); padding-top: 1rem; } .summary tr.group th { padding: 0; }
  .summary th[scope=row], .summary th[scope=rowgroup], .summary td[colspan], .summary td.note { grid-column: 1 / -1; }
}
@media (max-width: 860px) { .figures > figure:only-child:not(.wide) { display: block; } .figures > figure:only-child:not(.wide) figcaption { margin-top: .5rem; } .page { display: block; padding: 1.2rem 1rem 3rem; } nav .fixed { position: static; } nav { margin-bottom: 2rem; } }
@page { margin: 18mm 15mm; }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --wash: #f6f6f6; --accent: #000; --warn: #7a4b00; --warnwash: #fff; }
  body { font-size: 10.5pt; } .page { display: block; max-width: none; padding: 0; } nav, dialog { display: none; }
  figure, tr, p { break-inside: avoid; } h2, h3, summary, section > p, details > p, caption, thead { break-after: avoid; } figure button { border: 0; padding: 0; } figure svg { max-height: 225mm; }
  .figures { grid-template-columns: 1fr 1fr; } .figures > figure:only-child:not(.wide) { display: grid; grid-template-columns: 3fr 2fr; grid-column: 1 / -1; } pre { white-space: pre-wrap; }
}
`;

/** Enlarges a figure on click (and by keyboard), and unfolds everything for printing. */
export const pageScript = `
const dialog = document.querySelector('dialog');
const picture = dialog.querySelector('.picture');
const caption = dialog.querySelector('.caption');
document.querySelectorAll('figure button').forEach((button) => button.addEventListener('click', () => {
  picture.replaceChildren(button.querySelector('svg').cloneNode(true));
  caption.innerHTML = button.parentElement.querySelector('figcaption')?.innerHTML ?? '';
  dialog.showModal();
}));
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
`;
