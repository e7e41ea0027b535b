import { drawAxes } from './axes.js';
import { drawColorBar } from './color-bar.js';
import { axisDomain, wishOf, type Wish } from './domain.js';
import type { Figure, Panel } from './figure.js';
import { drawHeadings } from './headings.js';
import { drawLayer, layerExtent, layerInk } from './layers/kinds.js';
import type { PanelFrame } from './layers/layer.js';
import { layoutOf, stacksOf, type Layout, type PanelBox } from './layout.js';
import type { Domains } from './margins.js';
import { placeFurniture } from './legend.js';
import { colorOf } from './palette.js';
import { makeScale } from './scale.js';
import { idOf, num, tag } from './svg.js';
import { plainText, textSvg } from './text.js';

/** What the axes of each panel must show, joined over the panels that share an axis. */
function wishes(figure: Figure): { x: Wish; y: Wish }[] {
  const extents = figure.panels.map((panel) => panel.layers.map(layerExtent));
  const stacks = stacksOf(figure);
  const wishesOf = (indices: readonly number[], side: 'x' | 'y'): Wish =>
    wishOf(
      indices.flatMap((i) => extents[i] ?? []),
      side,
    );
  const result: { x: Wish; y: Wish }[] = [];
  for (const stack of stacks)
    stack.forEach((i, k) => {
      const sameX = figure.shared ? figure.panels.map((_, j) => j) : stack;
      const sameY = figure.shared ? stacks.flatMap((s) => s[k] ?? []) : [i];
      result[i] = { x: wishesOf(sameX, 'x'), y: wishesOf(sameY, 'y') };
    });
  return result;
}

function frameOf(box: PanelBox, domains: Domains, fontSize: number): PanelFrame {
  const { x, y, width, height, panel } = box;
  return {
    x,
    y,
    width,
    height,
    fontSize,
    xs: makeScale(panel.x.scale ?? 'linear', domains.x, [x, x + width]),
    ys: makeScale(panel.y.scale ?? 'linear', domains.y, [y + height, y]),
  };
}

const inkOf = (panel: Panel, frame: PanelFrame) => panel.layers.flatMap((layer) => layerInk(layer, frame));

/** Stretches free y axes step by step until the legend covers nothing, or no further stretch helps. */
function withHeadroom(figure: Figure): { domains: Domains[]; layout: Layout } {
  const wanted = wishes(figure);
  const domainsAt = (headroom: readonly number[]): Domains[] =>
    figure.panels.map((panel, i) => ({
      x: axisDomain(panel.x, (wanted[i] as { x: Wish }).x),
      y: axisDomain(panel.y, (wanted[i] as { y: Wish }).y, headroom[i] ?? 1),
    }));
  const one = figure.panels.map(() => 1);
  const first = domainsAt(one);
  const layout = layoutOf(figure, first);
  const headroom = layout.boxes.map((box) => {
    if (box.panel.y.domain) return 1;
    let best = { stretch: 1, cost: Infinity };
    for (let stretch = 1; stretch < 1.75; stretch += 0.08) {
      const y = axisDomain(box.panel.y, (wanted[box.index] as { y: Wish }).y, stretch);
      const frame = frameOf(box, { x: (first[box.index] as Domains).x, y }, layout.fontSize);
      const { cost } = placeFurniture(box.panel, frame, inkOf(box.panel, frame));
      // A stretch wastes paper: it has to uncover something.
      const waste = 8 * (stretch - 1);
      if (cost + waste < best.cost) best = { stretch, cost: cost + waste };
      if (waste > best.cost) break;
    }
    return best.stretch;
  });
  const byIndex = figure.panels.map((_, i) => headroom[layout.boxes.findIndex((box) => box.index === i)] ?? 1);
  const common = Math.max(...byIndex);
  const own = domainsAt(figure.shared ? byIndex.map((h) => (h > 1 ? common : 1)) : byIndex);
  const domains = figure.shared ? shareY(figure, own) : own;
  return { domains, layout: layoutOf(figure, domains) };
}

/** Panels of one grid that share their y axis get the widest of the stretched domains: ticks are written at the left only. */
function shareY(figure: Figure, domains: readonly Domains[]): Domains[] {
  const stacks = stacksOf(figure);
  return domains.map((d, i) => {
    const place = stacks.map((s) => s.indexOf(i)).find((k) => k >= 0) ?? 0;
    const others = stacks.flatMap((s) => s[place] ?? []);
    const low = Math.min(...others.map((j) => domains[j]?.y[0] ?? d.y[0]));
    const high = Math.max(...others.map((j) => domains[j]?.y[1] ?? d.y[1]));
    return figure.panels[i]?.y.domain ? d : { x: d.x, y: [low, high] };
  });
}

function drawPanel(box: PanelBox, domains: Domains, fontSize: number, id: string): string {
  const frame = frameOf(box, domains, fontSize);
  const { x, y, width, height } = frame;
  const { panel } = box;
  const clip = tag('clipPath', { id }, tag('rect', { x, y, width, height }));
  const layers = panel.layers.map((layer) => drawLayer(layer, frame)).join('\n');
  const maps = panel.layers.filter((layer) => layer.kind === 'map');
  const bar = maps
    .filter((layer) => layer.bar !== false)
    .map((layer) => drawColorBar(layer, frame))
    .join('');
  const title = panel.title
    ? textSvg(panel.title, { x: x + width / 2, y: y - fontSize * 0.45, size: fontSize * 0.95, anchor: 'middle' })
    : '';
  return [
    clip,
    tag('g', { 'clip-path': `url(#${id})` }, `\n${layers}\n`),
    drawAxes(box, frame) + bar + title,
    placeFurniture(panel, frame, inkOf(panel, frame)).svg,
  ].join('\n');
}

/** Curves and outlines without a colour get those of the palette in turn. */
function withColors(panel: Panel): Panel {
  let next = 0;
  const layers = panel.layers.map((layer) => {
    const plain = (layer.kind === 'line' || (layer.kind === 'steps' && !layer.fill)) && !layer.color;
    return plain ? { ...layer, color: colorOf(next++) } : layer;
  });
  return { ...panel, layers };
}

/**
 * Draws a figure as a string of SVG. Pure: the same figure gives the same bytes, in Node and in a browser.
 *
 * @example renderSvg({ name: 'line', panels: [{ x: {}, y: {}, layers: [{ kind: 'line', x: [0, 1], y: [0, 1] }] }] })
 */
export function renderSvg(given: Figure): string {
  const figure = { ...given, panels: given.panels.map(withColors) };
  const { domains, layout } = withHeadroom(figure);
  const { width, height, fontSize, boxes } = layout;
  const id = idOf(figure.name);
  const alt = plainText(figure.alt ?? figure.title ?? figure.caption ?? figure.name);
  const { above, across } = drawHeadings(figure, layout);
  const panels = boxes.map((box) => drawPanel(box, domains[box.index] as Domains, fontSize, `${id}-clip-${box.index}`));
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${num(width)} ${num(height)}`,
      width,
      height,
      'font-family': 'Arimo, Helvetica, Arial, sans-serif',
      role: 'img',
      'aria-label': alt,
    },
    `\n${[tag('rect', { width, height, fill: '#ffffff' }), above, ...panels, across].filter(Boolean).join('\n')}\n`,
  );
}
