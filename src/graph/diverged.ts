import { taskError, type DatamcError } from '../base/error.js';
import type { ParameterLayout } from './parameters.js';

/** Which number of a flat vector is the first that is not finite, by the name of its matrix. */
export function firstNonFinite(flat: Float32Array, { entries }: ParameterLayout): string | undefined {
  for (const { name, shape, offset } of entries) {
    const [rows, columns] = shape;
    for (let i = 0; i < rows * columns; i++)
      if (!Number.isFinite(flat[offset + i])) return `${name}[${Math.floor(i / columns)}, ${i % columns}]`;
  }
  return undefined;
}

/** The message of a training that met a number that is not finite. */
export function diverged(what: {
  readonly epoch: number;
  readonly step: number;
  readonly tensor: string;
  readonly value: number;
}): DatamcError {
  return taskError({
    code: 'graph.diverged',
    message: `training met ${Number.isNaN(what.value) ? 'NaN' : 'an infinite number'} in ${what.tensor}`,
    path: `epoch ${what.epoch}, step ${what.step}`,
    got: String(what.value),
    expected: 'finite numbers',
    hint: 'lower learningRate, lower clipNorm, or look for outliers with datamc inspect',
  });
}
