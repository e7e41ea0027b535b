import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { figureJson } from './figure-json.js';
import type { Figure } from './figure.js';
import { renderPdf } from './render-pdf.js';
import { renderPng } from './render-png.js';
import { renderSvg } from './render-svg.js';

/**
 * Writes NAME.svg, NAME.png, NAME.pdf and NAME.json (the numbers) into `dir`, which is made if absent.
 * Returns the four paths. The bytes depend on the figure alone.
 */
export async function writeFigure(dir: string, figure: Figure): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const svg = renderSvg(figure);
  const files: readonly (readonly [ending: string, content: string | Buffer])[] = [
    ['svg', svg],
    ['png', renderPng(svg)],
    ['pdf', await renderPdf(svg)],
    ['json', figureJson(figure)],
  ];
  return Promise.all(
    files.map(async ([ending, content]) => {
      const file = path.join(dir, `${figure.name}.${ending}`);
      await writeFile(file, content);
      return file;
    }),
  );
}
