import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../base/make-folder.js';
import { figureJson } from './figure-json.js';
import type { Figure } from './figure.js';
import { renderPdf } from './render-pdf.js';
import { renderPng } from './render-png.js';
import { renderSvg } from './render-svg.js';
import { stampPng, stampSvg } from './stamp.js';

/**
 * Writes NAME.svg, NAME.png, NAME.pdf and NAME.json (the numbers) into `dir`, which is made if absent.
 * Returns the four paths. The bytes depend on the figure and the stamp alone.
 *
 * @param stamp where the figure comes from: one ASCII word that goes into each of the files
 */
export async function writeFigure(dir: string, figure: Figure, stamp?: string): Promise<string[]> {
  await makeFolder(dir);
  const svg = renderSvg(figure);
  const [png, pdf] = await Promise.all([renderPng(svg), renderPdf(svg, { stamp })]); // side by side
  const files: readonly (readonly [ending: string, content: string | Buffer])[] = [
    ['svg', stamp === undefined ? svg : stampSvg(svg, stamp)],
    ['png', stamp === undefined ? png : stampPng(png, stamp)],
    ['pdf', pdf],
    ['json', figureJson(stamp === undefined ? figure : { ...figure, provenance: stamp })],
  ];
  return Promise.all(
    files.map(async ([ending, content]) => {
      const file = path.join(dir, `${figure.name}.${ending}`);
      await writeFile(file, content);
      return file;
    }),
  );
}
