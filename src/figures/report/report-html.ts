import { conditions } from '../headings.js';
import { renderSvg } from '../render-svg.js';
import { escapeXml, idOf } from '../svg.js';
import { plainText } from '../text.js';
import { pageScript, pageStyle } from './page-style.js';
import { lineHtml, proseHtml } from './prose.js';
import { provenanceSections } from './provenance-html.js';
import { fontFaces } from './web-font.js';
import type { Report, ReportFigure, ReportSection } from './report.js';
import { summaryHtml, tableHtml } from './table-html.js';

interface Block {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly folded: boolean;
}

/** One SVG inside the page; ids get a prefix of their own, as two figures may have one name. */
function inlineSvg({ figure, svg }: ReportFigure, prefix: string): string {
  const drawn = svg ?? (figure ? renderSvg(figure) : '');
  return drawn
    .replace(/<\?xml[^>]*\?>/, '')
    .replace(/ id="([^"]+)"/g, ` id="${prefix}$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}$1)`)
    .replace(/^(<svg[^>]*?) width="[\d.]+" height="[\d.]+"/, '$1');
}

function figureHtml(item: ReportFigure, number: number): string {
  const { figure } = item;
  const wide = item.wide ?? (figure?.columns ?? 1) > 1;
  const caption = item.caption ?? figure?.caption;
  const text = caption ? ` ${lineHtml(caption)}` : '';
  const name = plainText(caption ?? figure?.title ?? figure?.name ?? `figure ${number}`);
  return [
    `<figure id="figure-${number}"${wide ? ' class="wide"' : ''}>`,
    `<button type="button" aria-label="Enlarge figure ${number}: ${escapeXml(name)}">${inlineSvg(item, `r${number}-`)}</button>`,
    `<figcaption><b>Figure ${number}.</b>${text}</figcaption></figure>`,
  ].join('');
}

function sectionBlock(section: ReportSection, id: string, firstFigure: number): Block {
  const figures = (section.figures ?? []).map((item, i) => figureHtml(item, firstFigure + i));
  const html = [
    section.text ? proseHtml(section.text) : '',
    ...(section.tables ?? []).map(tableHtml),
    figures.length ? `<div class="figures">${figures.join('\n')}</div>` : '',
  ];
  return { id, title: section.title, html: html.filter(Boolean).join('\n'), folded: section.collapsed ?? false };
}

const blockHtml = ({ id, title, html, folded }: Block): string =>
  folded
    ? `<details id="${id}"><summary><h2>${lineHtml(title)}</h2></summary>\n${html}\n</details>`
    : `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${lineHtml(title)}</h2>\n${html}\n</section>`;

function masthead({ title, subtitle, label }: Report): string {
  const left = [
    label?.experiment ? `<b>${lineHtml(label.experiment)}</b>` : '',
    label?.status ? `<i>${lineHtml(label.status)}</i>` : '',
  ];
  const experiment = label
    ? `<div class="experiment"><span>${left.filter(Boolean).join(' ')}</span><span>${lineHtml(conditions(label))}</span></div>`
    : '';
  const below = subtitle ? `<p class="subtitle">${lineHtml(subtitle)}</p>` : '';
  return `<header class="masthead">${experiment}<h1>${lineHtml(title)}</h1>${below}</header>`;
}

/**
 * The report as one self-contained page: style, figures and script are inside, nothing is fetched.
 * Pure: the same report gives the same bytes.
 *
 * @example reportHtml({ title: 'Impact parameter', summary: [], sections: [] })
 */
export function reportHtml(report: Report): string {
  const used = new Set(['summary', 'warnings', 'what-was-run', 'inputs', 'tasks']);
  let figure = 1;
  const sections = report.sections.map((section) => {
    const base = idOf(plainText(section.title).toLowerCase()) || 'section';
    let id = base;
    for (let i = 2; used.has(id); i++) id = `${base}-${i}`;
    used.add(id);
    const block = sectionBlock(section, id, figure);
    figure += section.figures?.length ?? 0;
    return block;
  });
  const abstract = report.abstract ? `<div class="abstract">${proseHtml(report.abstract)}</div>` : '';
  const summary: Block = {
    id: 'summary',
    title: 'Summary',
    html: abstract + summaryHtml(report.summary),
    folded: false,
  };
  const blocks = [summary, ...sections, ...provenanceSections(report.provenance ?? {})];
  const contents = blocks.map(({ id, title }) => `<li><a href="#${id}">${lineHtml(title)}</a></li>`).join('');
  const stamp = report.stamp
    ? `<p class="stamp" role="note"><b>${escapeXml(report.stamp)}</b> ${escapeXml(stampMeaning(report.stamp))}</p>`
    : '';
  const body = blocks.map(blockHtml).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="datamc">
<title>${escapeXml(plainText(report.title))}</title>
<link rel="icon" href="data:,">
<style>${fontFaces(body)}${pageStyle}</style>
</head>
<body>
<div class="page">
${stamp}${masthead(report)}
<nav aria-label="Contents"><div class="fixed"><h2>Contents</h2><ol>${contents}</ol></div></nav>
<main>
${body}
</main>
<footer>Made by datamc. Every figure stands as SVG, PNG, PDF and with its numbers as JSON in <code>figures/</code>; all numbers of the summary in <code>summary.json</code>.</footer>
</div>
<dialog aria-label="Figure, enlarged"><div class="picture"></div><form method="dialog"><div class="caption"></div><button>Close</button></form></dialog>
<script>${pageScript}</script>
</body>
</html>
`;
}

const stampMeaning = (stamp: string): string =>
  stamp === 'quick'
    ? 'A short run on a small sample with few epochs: to see that everything works, not to be quoted.'
    : '';
