import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../src/figures/render-svg.js';
import { plainWidth, type FontStyle } from '../../src/figures/text.js';
import { gallery } from './gallery.js';

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const attribute = (text: string, name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1];
const unescape = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot);/g, (_, n: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[n] ?? '');

/** Where each upright piece of text stands, by the font's metrics. Watermarks and values written into cells are left out. */
function textBoxes(svg: string): Box[] {
  const boxes: Box[] = [];
  for (const [, open = '', content = ''] of svg.matchAll(/<text([^>]*)>(.*?)<\/text>/g)) {
    if (attribute(open, 'opacity') || attribute(open, 'transform')) continue;
    const style: FontStyle = open.includes('font-weight') ? 'bold' : open.includes('font-style') ? 'italic' : 'regular';
    const spans = [...content.matchAll(/<tspan([^>]*)>([^<]*)<\/tspan>/g)].map(([, a = '', t = '']) => ({ a, t }));
    for (const { a, t } of spans.length ? spans : [{ a: open, t: content }]) {
      const text = unescape(t);
      const size = Number(attribute(a, 'font-size') ?? attribute(open, 'font-size'));
      const width = plainWidth(text, size, style);
      const x = Number(attribute(a, 'x'));
      const y = Number(attribute(a, 'y'));
      const anchor = attribute(open, 'text-anchor');
      const left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
      boxes.push({ text, left, right: left + width, top: y - 0.7 * size, bottom: y });
    }
  }
  return boxes;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;

for (const figure of gallery())
  describe(figure.name, () => {
    const svg = renderSvg(figure);
    const [, width = 0, height = 0] = (/viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []).map(Number);

    it('lets no text touch another, and none leave the page', () => {
      const boxes = textBoxes(svg);
      expect(boxes.length).toBeGreaterThan(5);
      const clashes = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter((b) => overlap(a, b))
          .map((b) => `${a.text} | ${b.text}`),
      );
      expect(clashes).toEqual([]);
      const outside = boxes.filter((b) => b.left < 0 || b.right > width || b.top < 0 || b.bottom > height);
      expect(outside.map((b) => b.text)).toEqual([]);
    });

    it('shows every point inside its frame or flags it by an arrow', () => {
      const groups = [
        ...svg.matchAll(/<clipPath id="[^"]*"><rect ([^>]*)\/><\/clipPath>\n<g clip-path[^>]*>(.*?)<\/g>/gs),
      ];
      expect(groups).toHaveLength(figure.panels.length);
      groups.forEach(([, rect = '', body = '']) => {
        const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((n) => Number(attribute(` ${rect}`, n))) as [
          number,
          number,
          number,
          number,
        ];
        for (const [circle] of body.matchAll(/<circle [^>]*>/g)) {
          const [cx, cy] = [Number(attribute(circle, 'cx')), Number(attribute(circle, 'cy'))];
          expect(cx >= x && cx <= x + w && cy >= y && cy <= y + h).toBe(true);
        }
      });
      // Panels come in the order of the layout; so only the sums can be compared.
      const drawn = groups.flatMap(([, , body = '']) => [...body.matchAll(/<circle |class="beyond-/g)]).length;
      const wanted = figure.panels.flatMap((panel) =>
        panel.layers.flatMap((layer) => {
          if (layer.kind !== 'points' || !/circle/.test(layer.marker ?? 'circle')) return [];
          return Array.from(layer.y).filter((v, i) => Number.isFinite(v) && Number.isFinite(layer.x[i] ?? Number.NaN));
        }),
      ).length;
      expect(drawn).toBe(wanted);
    });

    it('writes no number that is none', () => expect(svg).not.toMatch(/NaN|Infinity|undefined/));
  });
