import path from 'node:path';
import type { Figure } from '../figures/figure.js';

/** Writes figures into a folder, where one is named; gives the paths of the PNGs. */
export async function writeFigures(dir: string | undefined, figures: readonly Figure[]): Promise<string[]> {
  if (dir === undefined) return [];
  const { writeFigure } = await import('../figures/write-figure.js');
  const out: string[] = [];
  for (const figure of figures) {
    const files = await writeFigure(path.resolve(dir), figure);
    out.push(...files.filter((file) => file.endsWith('.png')));
  }
  return out;
}
