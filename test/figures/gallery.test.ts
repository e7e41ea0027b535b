import { describe, expect, it } from 'vitest';
import { renderSvg } from '../../src/figures/render-svg.js';
import { writeFigure } from '../../src/figures/write-figure.js';
import { gallery } from './gallery.js';

const folder = process.env['DATAMC_GALLERY'];

describe('gallery', () => {
  for (const figure of gallery()) {
    it(`draws ${figure.name} as committed`, async () => {
      await expect(renderSvg(figure)).toMatchFileSnapshot(`snapshots/${figure.name}.svg`);
    });
  }

  // DATAMC_GALLERY=/tmp/gallery npx vitest run test/figures/gallery.test.ts
  it.runIf(folder)('writes all figures to the folder asked for', async () => {
    for (const figure of gallery()) expect(await writeFigure(folder ?? '', figure)).toHaveLength(4);
  });
});
