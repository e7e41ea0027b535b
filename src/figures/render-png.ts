import { renderAsync } from '@resvg/resvg-js';
import { fontFiles } from './fonts.js';

/**
 * Rasterises an SVG of `renderSvg`. `scale` is pixels per SVG unit, default 2 (a figure 640 wide is 1280 pixels wide).
 * Only the product's own font is used, so that the bytes do not depend on the machine's fonts. The work is done aside, on a
 * thread of its own.
 */
export async function renderPng(svg: string, options: { readonly scale?: number } = {}): Promise<Buffer> {
  const image = await renderAsync(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: options.scale ?? 2 },
    font: { loadSystemFonts: false, fontFiles: Object.values(fontFiles), defaultFontFamily: 'Arimo' },
  });
  return image.asPng();
}
