import { readFile } from 'node:fs/promises';
import { userError } from '../base/error.js';
import { didYouMean } from '../base/near.js';
import type { Figure } from './figure.js';
import { layerKinds } from './layers/kinds.js';

/**
 * Reads a figure from the numbers beside it (NAME.json): what `figureJson` wrote, null meaning NaN again.
 *
 * @throws userError where the file is no such figure
 * @example await readFigure('runs/ip/figures/map.json')
 */
export async function readFigure(file: string): Promise<Figure> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw userError(
      {
        code: 'figures.unreadable',
        message: 'cannot read the figure',
        path: file,
        hint: 'figures/NAME.json of a run are such files',
      },
      { cause: cause as Error },
    );
  });
  return figureFromJson(text, file);
}

/** The figure in a string of JSON; `file` is named in errors. */
export function figureFromJson(text: string, file: string): Figure {
  const wrong = (message: string, hint?: string): Error =>
    userError({
      code: 'figures.format',
      message,
      path: file,
      hint: hint ?? 'figures/NAME.json of a run are such files',
    });
  let value: unknown;
  try {
    value = JSON.parse(text, (_key, item: unknown) => (isColumn(item) ? item.map((v) => v ?? Number.NaN) : item));
  } catch (cause) {
    throw wrong(`no JSON: ${(cause as Error).message}`);
  }
  const figure = value as Partial<Figure> | null;
  if (!figure || typeof figure !== 'object' || typeof figure.name !== 'string' || !Array.isArray(figure.panels))
    throw wrong('this is not a figure: it has no "name" and "panels"');
  for (const [i, panel] of (figure.panels as Partial<Figure['panels'][number]>[]).entries()) {
    if (!panel?.x || !panel.y || !Array.isArray(panel.layers))
      throw wrong(`panel ${i + 1} has no "x", "y" and "layers"`);
    for (const layer of panel.layers as { kind?: unknown }[])
      if (!layerKinds.includes(String(layer.kind)))
        throw wrong(
          `unknown layer "${String(layer.kind)}" in panel ${i + 1}`,
          didYouMean(String(layer.kind), layerKinds),
        );
  }
  return figure as Figure;
}

const isColumn = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => item === null || typeof item === 'number');
