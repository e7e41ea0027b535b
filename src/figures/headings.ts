import type { ExperimentLabel, Figure } from './figure.js';
import type { Layout } from './layout.js';
import { textSvg, textWidth } from './text.js';

/** `20 nb⁻¹ (pp, 5.02 TeV)`, as far as its parts are known. */
export function conditions({ collisions, energy, luminosity }: ExperimentLabel): string {
  if (luminosity) {
    const inside = [collisions, energy].filter(Boolean).join(', ');
    return inside ? `${luminosity} (${inside})` : luminosity;
  }
  return collisions && energy ? `${collisions} (${energy})` : (collisions ?? energy ?? '');
}

/** Experiment in bold and status in italic at the left, luminosity and energy at the right, above the first row. */
function experimentLabel(label: ExperimentLabel, layout: Layout): string {
  const firstRow = layout.boxes.filter((box) => box.row === 0);
  const left = Math.min(...firstRow.map((box) => box.x));
  const right = Math.max(...firstRow.map((box) => box.x + box.width));
  const parts = { name: label.experiment ?? '', status: label.status ?? '', right: conditions(label) };
  const widths = (size: number): readonly [number, number, number] => [
    textWidth(parts.name, size * 1.15, 'bold'),
    textWidth(parts.status, size * 0.95, 'italic'),
    textWidth(parts.right, size * 0.95),
  ];
  const full = layout.fontSize;
  const needed = widths(full).reduce((a, b) => a + b, 0) + full * 1.2;
  const size = Math.min(full, (full * (right - left)) / needed);
  const y = layout.labelY;
  const gap = parts.name ? widths(size)[0] + size * 0.35 : 0;
  return [
    parts.name && textSvg(parts.name, { x: left, y, size: size * 1.15, style: 'bold' }),
    parts.status && textSvg(parts.status, { x: left + gap, y, size: size * 0.95, style: 'italic' }),
    parts.right && textSvg(parts.right, { x: right, y, size: size * 0.95, anchor: 'end' }),
  ].join('');
}

function watermark(word: string, layout: Layout): string {
  const size = Math.min(layout.width / 4, layout.height / 3, (layout.width * 1.1) / textWidth(word, 1, 'bold'));
  const [x, y] = [layout.width / 2, layout.height / 2];
  return textSvg(word, {
    x,
    y: y + size * 0.2,
    size,
    anchor: 'middle',
    style: 'bold',
    fill: '#e42536',
    opacity: 0.1,
    rotate: -25,
  });
}

/** What stands above the panels, and what lies across them. */
export function drawHeadings(figure: Figure, layout: Layout): { readonly above: string; readonly across: string } {
  const middle = layout.width / 2;
  const title = figure.title
    ? textSvg(figure.title, {
        x: middle,
        y: layout.titleY,
        size: layout.fontSize * 1.1,
        anchor: 'middle',
        style: 'bold',
      })
    : '';
  return {
    above: title + (figure.label ? experimentLabel(figure.label, layout) : ''),
    across: figure.watermark ? watermark(figure.watermark, layout) : '',
  };
}
