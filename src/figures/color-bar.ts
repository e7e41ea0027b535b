import type { MapLayer } from './figure.js';
import { mapDomain } from './layers/map.js';
import type { PanelFrame } from './layers/layer.js';
import { mapColor } from './palette.js';
import { makeScale } from './scale.js';
import { num, tag } from './svg.js';
import { textSvg, textWidth } from './text.js';
import { axisTicks } from './ticks.js';

/** The colour scale of a map at the right of its frame. */
export function drawColorBar(layer: MapLayer, frame: PanelFrame): string {
  const size = frame.fontSize * 0.85;
  const domain = mapDomain(layer);
  const spec = { scale: layer.log ? ('log' as const) : ('linear' as const) };
  const [x, width] = [frame.x + frame.width + frame.fontSize * 0.6, frame.fontSize * 0.9];
  const scale = makeScale(spec.scale, domain, [frame.y + frame.height, frame.y]);
  const ticks = axisTicks(spec, domain, frame.height, size, 'y');
  const slices = 64;
  const cells = Array.from({ length: slices }, (_, i) => {
    const y = frame.y + frame.height * (1 - (i + 1) / slices);
    const height = frame.height / slices + (i ? 0.4 : 0);
    return tag('rect', { x, y, width, height, fill: mapColor(layer.colors ?? 'sequential', (i + 0.5) / slices) });
  });
  const marks = ticks.major.map((v) => `M${num(x + width)} ${num(scale.of(v))}h${num(-width * 0.35)}`).join('');
  const labels = ticks.labels.map((text, i) =>
    textSvg(text, { x: x + width + size * 0.3, y: scale.of(ticks.major[i] ?? 0) + size * 0.36, size }),
  );
  const room = Math.max(0, ...ticks.labels.map((text) => textWidth(text, size)));
  const power = ticks.exponent
    ? textSvg(`×10^{${ticks.exponent}}`, { x, y: frame.y - size * 0.5, size: size * 0.95 })
    : '';
  const name = layer.barLabel
    ? textSvg(layer.barLabel, {
        x: x + width + room + size * 1.45,
        y: frame.y,
        size: frame.fontSize,
        anchor: 'end',
        rotate: -90,
      })
    : '';
  return [
    ...cells,
    tag('rect', { x, y: frame.y, width, height: frame.height, fill: 'none', stroke: '#000', 'stroke-width': 1.5 }),
    tag('path', { d: marks, stroke: '#000', 'stroke-width': 1.2 }),
    ...labels,
    power,
    name,
  ].join('');
}
