import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from './fonts.js';

/**
 * Rasterises an SVG of `renderSvg`. `scale` is pixels per SVG unit, default 2 (a figure 640 wide is 1280 pixels wide).
 * Only the product's own font is used, so that the bytes do not depend on the machine's fonts.
 */
export function renderPng(svg: string, options: { readonly scale?: number } = {}): Buffer {
  const resvg = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: options.scale ?? 2 },
    font: { loadSystemFonts: false, fontFiles: Object.values(fontFiles), defaultFontFamily: 'Arimo' },
  });
  return resvg.render().asPng();
}
