import { columnTransform } from '../../models/column-transform.js';
import type { VariableParams } from './params.js';

/** Axis title of a column on its learning scale: `log_{10}(IP / mm)`. */
export function scaleLabel({ column, transform, label, unit }: VariableParams): string {
  const name = label ?? column;
  const bare = unit === undefined ? name : `${name} / ${unit}`;
  if (transform === 'none') return unit === undefined ? name : `${name} [${unit}]`;
  return transform === 'log10' ? `log_{10}(${bare})` : `${transform}(${bare})`;
}

/** A value on the learning scale in the column's own unit, with three digits. */
export const valueLabel = ({ transform }: VariableParams, value: number): string =>
  String(Number(columnTransform(transform).inverse(value).toPrecision(3)));

/** A column as part of a file's or an output column's name. */
export const fileName = (column: string): string => column.replace(/[^A-Za-z0-9_]+/g, '') || 'variable';
